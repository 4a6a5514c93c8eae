import type { Quota, QuotaState } from "../../../shared/limits/index.ts";
import { secondMs } from "../../../shared/platform/index.ts";

/** What an answer says of limits: the policies, and, once they were asked, how much is left. */
export interface LimitsTold {
  readonly policies: readonly Pick<Quota, "name" | "limit" | "windowMs">[];
  /** Of the policies of which it is known. */
  readonly states: readonly Pick<QuotaState, "name" | "remaining" | "resetMs">[];
  /** Counted by this isolate alone, since nothing else could be asked. */
  readonly isLocal: boolean;
}

const inSeconds = (ms: number): number => Math.ceil(ms / secondMs);

/**
 * Headers as draft-ietf-httpapi-ratelimit-headers describes them, written as structured fields (RFC 9651), one item for each limit: `q` units in `w`
 * seconds, of which `r` are left, and `t` seconds until more of them are.
 */
export function limitHeaders({ policies, states, isLocal }: LimitsTold): Record<string, string> {
  const left = states.map(({ name, remaining, resetMs }) => `"${name}";r=${remaining};t=${inSeconds(resetMs)}`);
  return {
    "RateLimit-Policy": policies.map(({ name, limit, windowMs }) => `"${name}";q=${limit};w=${inSeconds(windowMs)}`).join(", "),
    ...(left.length === 0 ? {} : { RateLimit: left.join(", ") }),
    ...(isLocal ? { "RateLimit-Local": "?1" } : {}),
  };
}
