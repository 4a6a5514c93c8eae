import { eq, sql } from "drizzle-orm";
import { attempts } from "../../db/schema/index.ts";
import { AppError, type Statement, type VisitorContext } from "../../platform/index.ts";
import { type AttemptPolicyName, attemptPolicies } from "./attempt-policies.ts";
import { subjectOf } from "./subject-of.ts";

/** A try that was counted, for `takeBackAttempt`. */
export interface Attempt {
  readonly subject: string;
  /** How many there were, this one included. */
  readonly count: number;
}

type Counting = Pick<VisitorContext, "directory" | "now">;

/** Doubling further would leave the range of integers; every wait has reached its longest before. */
const mostDoublings = 20;

/**
 * Counts a try before it is known whether it succeeds, so that many at once are as many as one after another.
 * @param who an IP address (null where it is not known) or an e-mail address, as the policy says
 * @throws AppError `rate_limited` while whoever tries must wait; that try counts for nothing
 */
export async function countAttempt(ctx: Counting, policy: AttemptPolicyName, who: string | null): Promise<Attempt> {
  const { free, windowMs, baseMs, capMs } = attemptPolicies[policy];
  const subject = subjectOf(policy, who);
  const now = ctx.now();
  const { count, since, blockedUntil } = attempts;
  const isOver = sql`max(${since}, ifnull(${blockedUntil}, 0)) + ${windowMs} <= ${now}`;
  const next = sql`iif(${isOver}, 1, ${count} + 1)`;
  const wait = sql`min(${capMs}, ${baseMs} << min(${next} - ${free}, ${mostDoublings}))`;
  const [counted] = await ctx.directory
    .insert(attempts)
    .values({ subject, count: 1, since: now })
    .onConflictDoUpdate({
      target: attempts.subject,
      set: { count: next, since: sql`iif(${isOver}, ${now}, ${since})`, blockedUntil: sql`iif(${next} >= ${free}, ${now} + ${wait}, null)` },
      setWhere: sql`ifnull(${blockedUntil}, 0) <= ${now}`,
    })
    .returning({ count });
  if (counted !== undefined) return { subject, count: counted.count };
  const [blocked] = await ctx.directory.select({ until: blockedUntil }).from(attempts).where(eq(attempts.subject, subject));
  // Whoever succeeded in the meantime ended the wait.
  throw tooMany(Math.max(1, (blocked?.until ?? 0) - now));
}

/** Makes a try uncounted, with the wait that it caused unless others came after it: it was none of those that are counted. */
export function takeBackAttempt({ directory }: Counting, attempt: Attempt): Statement {
  const { count, blockedUntil, subject } = attempts;
  return directory
    .update(attempts)
    .set({ count: sql`max(0, ${count} - 1)`, blockedUntil: sql`iif(${count} = ${attempt.count}, null, ${blockedUntil})` })
    .where(eq(subject, attempt.subject));
}

/** Forgets all tries of somebody, and the wait. */
export function forgetAttempts({ directory }: Counting, policy: AttemptPolicyName, who: string | null): Statement {
  return directory.delete(attempts).where(eq(attempts.subject, subjectOf(policy, who)));
}

function tooMany(retryAfterMs: number): AppError {
  return new AppError("rate_limited", "This was tried too often. Wait as long as Retry-After says, then try again.", { retryAfterMs });
}
