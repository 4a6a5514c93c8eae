import { z } from "zod";
import type { EventType } from "../../platform/index.ts";

/** Events that are for other systems too, under the names that they have inside. Each is described in `catalogue.ts`. */
export const publicEventTypes = [
  "audit.started",
  "audit.completed",
  "audit.failed",
  "audit.cancelled",
  "audit.regressed",
  "finding.opened",
  "finding.fixed",
  "report.ready",
  "job.failed",
  "limit.reached",
  "user.invited",
  "member.joined",
  "member.role-changed",
  "webhook.failing",
  "webhook.disabled",
] as const satisfies readonly EventType[];
export const PublicEventType = z.enum(publicEventTypes);
export type PublicEventType = z.infer<typeof PublicEventType>;

/** How bad it is that something happened; `good` for what ends something bad. */
export const severities = ["info", "good", "warning", "error"] as const;
export type Severity = (typeof severities)[number];

/**
 * An event as other systems see it, and the body of what is sent to endpoints of the kind `http`. The names are those that Standard Webhooks
 * recommends (github.com/standard-webhooks/standard-webhooks, Payload structure), and some more.
 */
export const PublicEvent = z.object({
  id: z.string().max(40),
  type: PublicEventType,
  /** Of the shape of `data`; a field that is added does not raise it. */
  version: z.int().min(1).max(1_000),
  /** ISO 8601, UTC. */
  timestamp: z.string().max(30),
  workspaceId: z.string().max(40),
  data: z.record(z.string(), z.unknown()),
});
export type PublicEvent = z.infer<typeof PublicEvent>;
