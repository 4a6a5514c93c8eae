CREATE TABLE `webhook_attempts` (
	`delivery_id` text NOT NULL,
	`attempt` integer NOT NULL,
	`workspace_id` text NOT NULL,
	`webhook_id` text NOT NULL,
	`started_at` integer NOT NULL,
	`ms` integer NOT NULL,
	`outcome` text NOT NULL,
	`status` integer,
	`failure` text,
	`message` text,
	`response_headers` text NOT NULL,
	`response_body` text NOT NULL,
	PRIMARY KEY(`delivery_id`, `attempt`)
);
--> statement-breakpoint
CREATE TABLE `webhook_deliveries` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace_id` text NOT NULL,
	`webhook_id` text NOT NULL,
	`event_id` text NOT NULL,
	`type` text NOT NULL,
	`subject` text NOT NULL,
	`payload` text NOT NULL,
	`state` text NOT NULL,
	`round` integer DEFAULT 0 NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_attempt_at` integer,
	`failure` text,
	`created_at` integer NOT NULL,
	`finished_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `webhook_deliveries_event` ON `webhook_deliveries` (`event_id`,`webhook_id`);--> statement-breakpoint
CREATE INDEX `webhook_deliveries_webhook` ON `webhook_deliveries` (`webhook_id`,`id`);--> statement-breakpoint
CREATE INDEX `webhook_deliveries_pending` ON `webhook_deliveries` (`webhook_id`,`next_attempt_at`) WHERE "webhook_deliveries"."state" = 'pending';--> statement-breakpoint
CREATE TABLE `webhook_tickets` (
	`webhook_id` text NOT NULL,
	`subject` text NOT NULL,
	`workspace_id` text NOT NULL,
	`ticket_id` text NOT NULL,
	`ticket_key` text NOT NULL,
	`url` text NOT NULL,
	`delivery_id` text NOT NULL,
	`opened_at` integer NOT NULL,
	`closed_at` integer,
	PRIMARY KEY(`webhook_id`, `subject`)
);
--> statement-breakpoint
CREATE TABLE `webhooks` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace_id` text NOT NULL,
	`project_id` text,
	`name` text,
	`kind` text NOT NULL,
	`shown_url` text NOT NULL,
	`sealed_target` text NOT NULL,
	`header_names` text NOT NULL,
	`options` text NOT NULL,
	`events` text NOT NULL,
	`filter` text,
	`template` text,
	`ordering` text NOT NULL,
	`throttle_limit` integer,
	`throttle_window_ms` integer,
	`concurrency` integer NOT NULL,
	`disabled_at` integer,
	`disabled_for` text,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`version` integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE INDEX `webhooks_workspace` ON `webhooks` (`workspace_id`,`id`);--> statement-breakpoint
CREATE INDEX `audits_site` ON `audits` (`workspace_id`,`url`,`finished_at`) WHERE "audits"."status" = 'completed';