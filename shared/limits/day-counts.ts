import { z } from "zod";

/** What a caller did in a workspace on a UTC day, as far as one row of its object knows: a day's numbers are the sum over all rows. */
export const DayCount = z.object({
  workspaceId: z.string(),
  /** Such as `2026-11-22`. */
  day: z.string(),
  /** Id of the API key, or of the person when they signed in. */
  principalId: z.string(),
  userId: z.string(),
  requests: z.number(),
  errors: z.number(),
  limited: z.number(),
  audits: z.number(),
});
export type DayCount = z.infer<typeof DayCount>;

/** Whose day it is. */
export type DayOf = Pick<DayCount, "workspaceId" | "day" | "principalId" | "userId">;
export type Counted = Pick<DayCount, "requests" | "errors" | "limited" | "audits">;

/** The UTC day of a time, such as `2026-11-22`. */
export const dayAt = (time: number): string => new Date(time).toISOString().slice(0, "2026-11-22".length);

/** The counts with more added to one day. */
export function countMore(counts: readonly DayCount[], of: DayOf, more: Partial<Counted>): DayCount[] {
  const isMeant = ({ workspaceId, day }: DayCount): boolean => workspaceId === of.workspaceId && day === of.day;
  const { workspaceId, day, principalId, userId } = of;
  const before = counts.find(isMeant) ?? { requests: 0, errors: 0, limited: 0, audits: 0 };
  const after = {
    workspaceId,
    day,
    principalId,
    userId,
    requests: before.requests + (more.requests ?? 0),
    errors: before.errors + (more.errors ?? 0),
    limited: before.limited + (more.limited ?? 0),
    audits: before.audits + (more.audits ?? 0),
  };
  return [...counts.filter((count) => !isMeant(count)), after];
}

/** The counts of several rows as one, by workspace and day. */
export const sumOf = (all: readonly DayCount[]): DayCount[] => all.reduce<DayCount[]>((sum, count) => countMore(sum, count, count), []);
