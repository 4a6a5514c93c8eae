import type { QueueName } from "../shared/dead-letters/index.ts";

/** The binding through which each queue is sent to. */
export const producers = {
  events: "EVENTS",
  analysis: "ANALYSIS",
  work: "WORK",
  webhooks: "WEBHOOKS",
  "webhooks-slow": "WEBHOOKS_SLOW",
} as const satisfies Record<QueueName, keyof Env>;
