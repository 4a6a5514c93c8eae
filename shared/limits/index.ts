export { decide } from "./decide.ts";
export { flushUsage } from "./flush-usage.ts";
export type { Begin, Begun, Hit, Limiter, Limiters, Outcome, Quota, QuotaState, UsageOf, Verdict } from "./limiter.ts";
export { listUsage } from "./list-usage.ts";
export { type ConcurrencyName, callerLimitNames, concurrencyPolicies, limitPolicies } from "./policies.ts";
export { purgeUsage } from "./purge-usage.ts";
export { createRateLimiter, type RateLimiter } from "./rate-limiter.ts";
export { emptyLog, type SlidingLog } from "./sliding-log.ts";
export { type DayOfUsage, UsageList, UsageQuery } from "./usage-schemas.ts";
