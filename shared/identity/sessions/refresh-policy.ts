import { secondMs } from "../../platform/index.ts";

/**
 * For how long a token that was exchanged still yields its successor, as long as nobody used that: two tabs refresh at once, and answers get lost
 * (RFC 9700, 4.14.2, leaves it to us). Who stole the token gains nothing: once both use the successor, the session ends.
 */
const graceMs = 20 * secondMs;

/** A refresh token that was presented, as it is stored, with its session and the token that followed it, if one did. */
export interface PresentedToken {
  readonly usedAt: number | null;
  readonly expiresAt: number;
  readonly session: { readonly expiresAt: number; readonly revokedAt: number | null };
  readonly successor: { readonly usedAt: number | null } | null;
}

/** `rotate`: exchange it. `repeat`: answer as before. `revoke`: somebody used it twice, so end the session. `refuse`: it is no good, and nothing follows. */
export type RefreshVerdict = "rotate" | "repeat" | "revoke" | "refuse";

/** What is to be done with a token that was presented at `now` (ms, UTC). */
export function judgeRefresh({ usedAt, expiresAt, session, successor }: PresentedToken, now: number): RefreshVerdict {
  if (session.revokedAt !== null || session.expiresAt <= now) return "refuse";
  if (usedAt === null) return expiresAt > now ? "rotate" : "refuse";
  const isNewsToNobody = successor === null || successor.usedAt !== null;
  return isNewsToNobody || now - usedAt > graceMs ? "revoke" : "repeat";
}
