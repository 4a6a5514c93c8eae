export { decide } from "./decide.ts";
export { flushUsage } from "./flush-usage.ts";
export type { Hit, LeaseAnswer, LeaseRequest, Limiter, Limiters, Outcome, Quota, QuotaState, UsageOf, Verdict } from "./limiter.ts";
export { listUsage } from "./list-usage.ts";
export { type ConcurrencyName, callerLimitNames, concurrencyPolicies, limitPolicies } from "./policies.ts";
export { createRateLimiter, type RateLimiter } from "./rate-limiter.ts";
export { emptyLog, lastHitAt, type SlidingLog, settle as settleLog, standingOf, take as takeFromLog } from "./sliding-log.ts";
export { type DayOfUsage, UsageList, UsageQuery } from "./usage-schemas.ts";
export { readVerdict, writeVerdict } from "./verdict-text.ts";
