import { z } from "zod";
import { minuteMs } from "../platform/index.ts";

/** How often a caller was refused in a minute, for one reason, at one route. */
export const RefusalCount = z.object({
  workspaceId: z.string(),
  principalId: z.string(),
  userId: z.string(),
  /** Start of the minute, ms since 1970. */
  minute: z.number(),
  route: z.string(),
  code: z.string(),
  count: z.number(),
});
export type RefusalCount = z.infer<typeof RefusalCount>;

/** Kinds of refusals that are held at once; further ones are counted as errors only. */
const maxKinds = 500;

/** The start of the minute of a time. */
export const minuteAt = (time: number): number => time - (time % minuteMs);

/** Whether the minute had ended at `time`, so that its count is final. */
export const isOver = ({ minute }: RefusalCount, time: number): boolean => minute + minuteMs <= time;

/** The refusals with one more. */
export function countRefusal(refusals: readonly RefusalCount[], of: Omit<RefusalCount, "count">): RefusalCount[] {
  const isMeant = (other: RefusalCount): boolean =>
    other.workspaceId === of.workspaceId && other.minute === of.minute && other.route === of.route && other.code === of.code;
  const before = refusals.find(isMeant);
  if (before === undefined && refusals.length >= maxKinds) return [...refusals];
  return [...refusals.filter((other) => !isMeant(other)), { ...of, count: (before?.count ?? 0) + 1 }];
}
