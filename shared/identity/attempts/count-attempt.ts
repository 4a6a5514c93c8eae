import { eq, sql } from "drizzle-orm";
import { attempts } from "../../db/schema/index.ts";
import { AppError, commit, type Statement, secondMs, type VisitorContext } from "../../platform/index.ts";
import { type AttemptPolicyName, attemptPolicies } from "./attempt-policies.ts";
import { subjectOf } from "./subject-of.ts";

type Row = Pick<typeof attempts.$inferSelect, "count" | "since" | "blockedUntil">;

/** A try that was counted, for `takeBackAttempt`. */
export interface Attempt {
  readonly subject: string;
  /** How many there were, this one included. */
  readonly count: number;
  /** What was counted before it. */
  readonly before: Row;
}

type Counting = Pick<VisitorContext, "directory" | "now">;

/** Doubling further would leave the range of integers; every wait has reached its longest before. */
const mostDoublings = 20;
/** As good as no row: its window is over, so that the next try begins a new one. */
const nothing: Row = { count: 0, since: 0, blockedUntil: null };

/**
 * Counts a try before it is known whether it succeeds, so that many at once are as many as one after another.
 * @param who an IP address (null where it is not known), an e-mail address or the id of a workspace, as the policy says
 * @throws AppError `rate_limited` while whoever tries must wait; that try counts for nothing
 */
export async function countAttempt(ctx: Counting, policy: AttemptPolicyName, who: string | null): Promise<Attempt> {
  const subject = await subjectOf(policy, who);
  const { count, since, blockedUntil } = attempts;
  const now = ctx.now();
  const { setTo, isFree } = countingOf(policy, now);
  const [[before], [counted]] = await ctx.directory.batch([
    ctx.directory.select({ count, since, blockedUntil }).from(attempts).where(eq(attempts.subject, subject)),
    ctx.directory
      .insert(attempts)
      .values({ subject, count: 1, since: now })
      .onConflictDoUpdate({ target: attempts.subject, set: setTo, setWhere: isFree })
      .returning({ count }),
  ]);
  if (counted === undefined) throw tooMany(policy, Math.max(1, (before?.blockedUntil ?? 0) - now));
  return { subject, count: counted.count, before: before ?? nothing };
}

/**
 * Counts a try under several policies, in this order: what must wait under one is not held against it under those before.
 * @throws AppError `rate_limited`
 */
export async function countAttempts(ctx: Counting, subjects: readonly (readonly [policy: AttemptPolicyName, who: string | null])[]): Promise<Attempt[]> {
  const counted: Attempt[] = [];
  try {
    for (const [policy, who] of subjects) counted.push(await countAttempt(ctx, policy, who));
  } catch (error) {
    await commit(
      ctx.directory,
      counted.map((attempt) => takeBackAttempt(ctx, attempt)),
    );
    throw error;
  }
  return counted;
}

/**
 * Makes a try uncounted: everything is as it was before, so that nobody can tell from later waits that there was a success. When others came after it,
 * there is one less, and their wait stays.
 */
export function takeBackAttempt({ directory }: Counting, { subject, count: own, before }: Attempt): Statement {
  const { count, since, blockedUntil } = attempts;
  const isLast = sql`${count} = ${own}`;
  return directory
    .update(attempts)
    .set({
      count: sql`iif(${isLast}, ${before.count}, max(0, ${count} - 1))`,
      since: sql`iif(${isLast}, ${before.since}, ${since})`,
      blockedUntil: sql`iif(${isLast}, ${before.blockedUntil}, ${blockedUntil})`,
    })
    .where(eq(attempts.subject, subject));
}

/** How one more try changes the row of its subject, in SQL: other requests change it at the same time. */
function countingOf(policy: AttemptPolicyName, now: number) {
  const { free, windowMs, wait } = attemptPolicies[policy];
  const { count, since, blockedUntil } = attempts;
  const isOver = wait === null ? sql`${since} + ${windowMs} <= ${now}` : sql`max(${since}, ifnull(${blockedUntil}, 0)) + ${windowMs} <= ${now}`;
  const next = sql`iif(${isOver}, 1, ${count} + 1)`;
  const begin = sql`iif(${isOver}, ${now}, ${since})`;
  const until =
    wait === null ? sql`${begin} + ${windowMs}` : sql`${now} + min(${wait.capMs}, ${wait.baseMs} << max(0, min(${next} - ${free}, ${mostDoublings})))`;
  return {
    setTo: { count: next, since: begin, blockedUntil: sql`iif(${next} >= ${free}, ${until}, null)` },
    isFree: sql`ifnull(${blockedUntil}, 0) <= ${now}`,
  };
}

function tooMany(policy: AttemptPolicyName, retryAfterMs: number): AppError {
  const seconds = Math.ceil(retryAfterMs / secondMs);
  return new AppError("rate_limited", `${attemptPolicies[policy].says} Try again in ${seconds === 1 ? "a second" : `${seconds} seconds`}.`, { retryAfterMs });
}
