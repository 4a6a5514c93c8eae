import type { QuotaState } from "../../../shared/limits/index.ts";
import { secondMs } from "../../../shared/platform/index.ts";

/** What an answer says of a limit: the policy, and, once it was asked, how much is left. */
export interface LimitTold {
  readonly policy: Pick<QuotaState, "name" | "limit" | "windowMs">;
  readonly state: Pick<QuotaState, "remaining" | "resetMs"> | null;
  /** Counted by this isolate alone, since nothing else could be asked. */
  readonly isLocal: boolean;
}

const inSeconds = (ms: number): number => Math.ceil(ms / secondMs);

/**
 * Headers as draft-ietf-httpapi-ratelimit-headers describes them, written as structured fields (RFC 9651): `q` units in `w` seconds, of which `r`
 * are left, and `t` seconds until more of them are.
 */
export function limitHeaders({ policy, state, isLocal }: LimitTold): Record<string, string> {
  const { name, limit, windowMs } = policy;
  return {
    "RateLimit-Policy": `"${name}";q=${limit};w=${inSeconds(windowMs)}`,
    ...(state === null ? {} : { RateLimit: `"${name}";r=${state.remaining};t=${inSeconds(state.resetMs)}` }),
    ...(isLocal ? { "RateLimit-Local": "?1" } : {}),
  };
}
