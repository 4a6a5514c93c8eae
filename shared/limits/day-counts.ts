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

const none: Counted = { requests: 0, errors: 0, limited: 0, audits: 0 };

/** The counts with more added to one day. */
export function countMore(counts: readonly DayCount[], { workspaceId, day, principalId, userId }: DayOf, more: Partial<Counted>): DayCount[] {
  const at = counts.findIndex((count) => count.day === day && count.workspaceId === workspaceId);
  const before = counts[at] ?? none;
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
  return at < 0 ? [...counts, after] : counts.with(at, after);
}

/** The counts with those of other rows added, by workspace and day. */
export const sumOf = (counts: readonly DayCount[], others: readonly DayCount[]): DayCount[] =>
  others.reduce((sum, count) => countMore(sum, count, count), [...counts]);
