CREATE TABLE `audit_pages` (
	`audit_id` text NOT NULL,
	`ordinal` integer NOT NULL,
	`workspace_id` text NOT NULL,
	`url` text NOT NULL,
	`status` integer,
	`outcome` text NOT NULL,
	`title` text,
	`depth` integer,
	`indexable` integer NOT NULL,
	`redirect_to` text,
	`content_type` text,
	`bytes` integer NOT NULL,
	`ttfb_ms` integer NOT NULL,
	`total_ms` integer NOT NULL,
	`error` text,
	PRIMARY KEY(`audit_id`, `ordinal`)
);
--> statement-breakpoint
CREATE TABLE `audits` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace_id` text NOT NULL,
	`created_by` text NOT NULL,
	`url` text NOT NULL,
	`status` text NOT NULL,
	`options` text NOT NULL,
	`sealed_headers` text,
	`discovered` integer DEFAULT 0 NOT NULL,
	`fetched` integer DEFAULT 0 NOT NULL,
	`failed` integer DEFAULT 0 NOT NULL,
	`scores` text,
	`counts` text,
	`tallies` text,
	`error_code` text,
	`error_message` text,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`finished_at` integer,
	`heartbeat_at` integer,
	`deleted_at` integer
);
--> statement-breakpoint
CREATE INDEX `audits_workspace` ON `audits` (`workspace_id`,`id`);--> statement-breakpoint
CREATE INDEX `audits_unfinished` ON `audits` (`heartbeat_at`) WHERE "audits"."status" in ('queued', 'running');--> statement-breakpoint
CREATE TABLE `findings` (
	`audit_id` text NOT NULL,
	`ordinal` integer NOT NULL,
	`id` text NOT NULL,
	`workspace_id` text NOT NULL,
	`rule_id` text NOT NULL,
	`rule_version` integer NOT NULL,
	`category` text NOT NULL,
	`severity` text NOT NULL,
	`page_url` text,
	`message_values` text NOT NULL,
	`evidence` text NOT NULL,
	`evidence_total` integer NOT NULL,
	PRIMARY KEY(`audit_id`, `ordinal`)
);
--> statement-breakpoint
CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace_id` text NOT NULL,
	`created_by` text NOT NULL,
	`name` text NOT NULL,
	`prefix` text NOT NULL,
	`hash` text NOT NULL,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_hash` ON `api_keys` (`hash`);--> statement-breakpoint
CREATE INDEX `api_keys_workspace` ON `api_keys` (`workspace_id`,`id`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`is_operator` integer DEFAULT false NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_email` ON `users` (`email`);--> statement-breakpoint
CREATE TABLE `workspaces` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `events` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace_id` text NOT NULL,
	`type` text NOT NULL,
	`data` text NOT NULL,
	`created_at` integer NOT NULL,
	`handled_at` integer
);
--> statement-breakpoint
CREATE INDEX `events_unhandled` ON `events` (`created_at`) WHERE "events"."handled_at" is null;--> statement-breakpoint
CREATE TABLE `jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace_id` text NOT NULL,
	`type` text NOT NULL,
	`state` text NOT NULL,
	`input` text NOT NULL,
	`attempt` integer DEFAULT 0 NOT NULL,
	`failures` integer DEFAULT 0 NOT NULL,
	`due_at` integer NOT NULL,
	`lease_until` integer,
	`progress` integer DEFAULT 0 NOT NULL,
	`error` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `jobs_unfinished` ON `jobs` (`due_at`) WHERE "jobs"."state" in ('queued', 'running');--> statement-breakpoint
CREATE TABLE `parked_messages` (
	`id` text PRIMARY KEY NOT NULL,
	`queue` text NOT NULL,
	`message_id` text NOT NULL,
	`body` text NOT NULL,
	`error_code` text NOT NULL,
	`error_message` text NOT NULL,
	`attempts` integer NOT NULL,
	`parked_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `parked_messages_message_id_unique` ON `parked_messages` (`message_id`);