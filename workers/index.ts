import { app } from "./api/app.ts";
import { queue } from "./consumers/index.ts";
import { scheduled } from "./cron/index.ts";

export { AuditCrawl } from "../durable-objects/audit-crawl.ts";
export { Metrics } from "../durable-objects/metrics.ts";
export { OnlineTotals } from "../durable-objects/online-totals.ts";
export { OnlineUsers } from "../durable-objects/online-users.ts";
export { RateLimiter } from "../durable-objects/rate-limiter.ts";
export { WebhookEndpoint } from "../durable-objects/webhook-endpoint.ts";

export default { fetch: app.fetch, queue, scheduled } satisfies ExportedHandler<Env>;
