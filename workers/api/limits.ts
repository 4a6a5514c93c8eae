import { minuteMs } from "../../shared/platform/index.ts";

/** How many requests one caller may make: `limit` in any window of `windowMs`. */
interface LimitPolicy {
  readonly limit: number;
  readonly windowMs: number;
}

/** The one table of limits; every route names its policy. */
export const limits = {
  admin: { limit: 100, windowMs: minuteMs },
  audits: { limit: 30, windowMs: minuteMs },
  keys: { limit: 10, windowMs: minuteMs },
  lists: { limit: 60, windowMs: minuteMs },
  public: { limit: 100, windowMs: minuteMs },
  reads: { limit: 120, windowMs: minuteMs },
  reports: { limit: 30, windowMs: minuteMs },
  signIn: { limit: 10, windowMs: minuteMs },
  verifications: { limit: 10, windowMs: minuteMs },
  writes: { limit: 60, windowMs: minuteMs },
} as const satisfies Record<string, LimitPolicy>;
export type LimitName = keyof typeof limits;
