import { sql } from "drizzle-orm";
import { attempts, oneTimeTokens, refreshTokens, sessions } from "../../db/schema/index.ts";
import { longestLinkMs, longestTriesMs, refreshTokenMs } from "../../identity/index.ts";
import { dayMs } from "../../platform/index.ts";
import type { KeptForAll } from "./kept.ts";

/** Sorts after every time that there is. */
const never = Number.MAX_SAFE_INTEGER;

/** What is left of sign-ins, links and tries. */
export const signIns: readonly KeptForAll[] = [
  {
    name: "refresh-tokens",
    what: "Hashes of the tokens that go on with a sign-in",
    from: "they were over",
    // Refused all the same without its row. All tokens of a session are over before it is deleted: they live as long as it may lie unused.
    keptMs: 0,
    table: refreshTokens,
    since: sql`${refreshTokens.expiresAt}`,
  },
  {
    name: "sessions",
    what: "Sign-ins, with address and browser",
    from: "they ended, were ended, or could not be gone on with any more",
    // So long it can still be found out from where somebody was signed in.
    keptMs: 30 * dayMs,
    table: sessions,
    since: sql`min(${sessions.expiresAt}, ifnull(${sessions.revokedAt}, ${never}), ${sessions.lastUsedAt} + ${refreshTokenMs})`,
  },
  {
    name: "one-time-tokens",
    what: "Hashes of what links in e-mails carry",
    from: "they were over; of one that was used, since every older one was",
    keptMs: dayMs,
    table: oneTimeTokens,
    // One that was used ends those made before it: it stays until the last of these is over by itself.
    since: sql`max(${oneTimeTokens.expiresAt}, ifnull(${oneTimeTokens.usedAt} + ${longestLinkMs}, 0))`,
  },
  {
    name: "attempts",
    what: "Counts of tries, of addresses as hashes and of networks",
    from: "the counting began, or since the wait that came of it was over",
    // Nothing is counted on after the longest window.
    keptMs: longestTriesMs + dayMs,
    table: attempts,
    since: sql`max(${attempts.since}, ifnull(${attempts.blockedUntil}, 0))`,
  },
];
