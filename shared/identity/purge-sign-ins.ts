import { and, isNull, lte, or, sql } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { attempts, oneTimeTokens, refreshTokens, sessions } from "../db/schema/index.ts";
import { dayMs, purgeRows } from "../platform/index.ts";
import { attemptPolicies } from "./attempts/attempt-policies.ts";
import { invitationMs } from "./invitations/may-invite.ts";
import { refreshTokenMs } from "./sessions/refresh-token.ts";

/** How long it can still be found out from where somebody was signed in. */
const endedSessionMs = 30 * dayMs;
const endedTokenMs = dayMs;
/** The links of an invitation live longest of all. */
const longestTokenMs = invitationMs;
const longestWindowMs = Math.max(...Object.values(attemptPolicies).map(({ windowMs }) => windowMs));

/** Deletes what is left of sign-ins, links and tries that are over, of the rows whose turn it is. Returns how many. */
export async function purgeSignIns(db: Database, now: number): Promise<number> {
  let deleted = 0;
  for (const [table, isOver] of whatIsOver(now)) deleted += await purgeRows(db, table, isOver, now);
  return deleted;
}

function whatIsOver(now: number) {
  const sessionsBefore = now - endedSessionMs;
  const { usedAt } = oneTimeTokens;
  return [
    // Refused all the same without its row. All tokens of a session are over before it is deleted: they live as long as it may lie unused.
    [refreshTokens, lte(refreshTokens.expiresAt, now)],
    [sessions, or(lte(sessions.expiresAt, sessionsBefore), lte(sessions.revokedAt, sessionsBefore), lte(sessions.lastUsedAt, sessionsBefore - refreshTokenMs))],
    // One that was used ends those made before it: it stays until the last of these is over by itself.
    [oneTimeTokens, and(lte(oneTimeTokens.expiresAt, now - endedTokenMs), or(isNull(usedAt), lte(usedAt, now - endedTokenMs - longestTokenMs)))],
    [attempts, sql`max(${attempts.since}, ifnull(${attempts.blockedUntil}, 0)) <= ${now - longestWindowMs - dayMs}`],
  ] as const;
}
