import type { Authorize } from "./connection.ts";
import { ApiProblem } from "./problem.ts";

/** What proves that somebody signed in. */
export interface SessionTokens {
  /** Sent with every request. */
  readonly accessToken: string;
  /** When the access token ends, in ms since 1970. */
  readonly expiresAt: number;
  /** Exchanged once for new tokens; it is worth nothing afterwards. */
  readonly refreshToken: string;
}

export interface SessionOptions {
  readonly tokens: SessionTokens;
  /** Hears of new tokens before they are used. Keep them: those before are worth nothing from then on. */
  readonly onTokens: (tokens: SessionTokens) => void | Promise<void>;
  /**
   * For tokens that several share, such as processes with one file: calls `renew` with what is kept at that moment, while nobody else
   * does. Absent, they belong to this client alone.
   */
  readonly inTurn?: (renew: (kept: SessionTokens) => Promise<SessionTokens>) => Promise<SessionTokens>;
  /** ms since 1970; the system's clock when absent. */
  readonly now?: () => number;
}

/** The session is over, because it ended, was ended, or its tokens were used elsewhere: only signing in again helps. */
export class SessionEnded extends Error {
  override readonly name = "SessionEnded";
}

/** So long before its end an access token is not used any more: a request may be on its way for a while. */
const marginMs = 60_000;

/**
 * Sends requests with the session's access token and renews it shortly before its end, and once when the server refuses it.
 * All requests wait for the same renewal. Rejects with `SessionEnded` when there is nothing left to renew.
 */
export function sessionAuthorize(refresh: (kept: SessionTokens) => Promise<SessionTokens>, options: SessionOptions): Authorize {
  const { onTokens, now = Date.now } = options;
  let tokens = options.tokens;
  const inTurn = options.inTurn ?? ((work) => work(tokens));
  let renewing: Promise<SessionTokens> | undefined;

  const endsSoon = ({ expiresAt }: SessionTokens): boolean => expiresAt - now() < marginMs;

  async function renew(stale: SessionTokens): Promise<SessionTokens> {
    tokens = await inTurn(async (kept) => {
      if (kept.accessToken !== stale.accessToken && !endsSoon(kept)) return kept; // another call, or somebody else, was faster
      const fresh = await refresh(kept).catch(refuseEnded);
      await onTokens(fresh);
      return fresh;
    });
    return tokens;
  }

  function newerThan(stale: SessionTokens): Promise<SessionTokens> {
    renewing ??= renew(stale).finally(() => {
      renewing = undefined;
    });
    return renewing;
  }

  return async (send) => {
    const current = endsSoon(tokens) ? await newerThan(tokens) : tokens;
    const response = await send(`Bearer ${current.accessToken}`);
    if (response.status !== 401) return response;
    await response.body?.cancel();
    return send(`Bearer ${(await newerThan(current)).accessToken}`);
  };
}

function refuseEnded(thrown: unknown): never {
  if (thrown instanceof ApiProblem && thrown.status === 401) throw new SessionEnded(thrown.detail, { cause: thrown });
  throw thrown;
}
