import { z } from "zod";

/** What is told at an endpoint: a receiver that somebody wrote, a chat, or a tracker. */
export const webhookKinds = ["http", "slack", "teams", "jira", "trello", "discord", "pagerduty"] as const;
export const WebhookKind = z.enum(webhookKinds);
export type WebhookKind = z.infer<typeof WebhookKind>;
