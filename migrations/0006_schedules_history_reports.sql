CREATE TABLE `mutes` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace_id` text NOT NULL,
	`origin` text NOT NULL,
	`rule_id` text NOT NULL,
	`fingerprint` text,
	`page_url` text,
	`reason` text NOT NULL,
	`until_at` integer,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `mutes_workspace` ON `mutes` (`workspace_id`,`id`);--> statement-breakpoint
CREATE INDEX `mutes_site` ON `mutes` (`workspace_id`,`origin`);--> statement-breakpoint
CREATE TABLE `reports` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace_id` text NOT NULL,
	`project_id` text,
	`from_at` integer NOT NULL,
	`to_at` integer NOT NULL,
	`state` text NOT NULL,
	`content` text,
	`is_sent` integer NOT NULL,
	`created_by` text,
	`created_at` integer NOT NULL,
	`ready_at` integer
);
--> statement-breakpoint
CREATE INDEX `reports_workspace` ON `reports` (`workspace_id`,`id`);--> statement-breakpoint
CREATE TABLE `schedule_runs` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace_id` text NOT NULL,
	`schedule_id` text NOT NULL,
	`occurrence` integer NOT NULL,
	`cause` text NOT NULL,
	`state` text NOT NULL,
	`reason` text,
	`started_id` text,
	`result` text,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`finished_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `schedule_runs_occurrence` ON `schedule_runs` (`schedule_id`,`occurrence`,`cause`);--> statement-breakpoint
CREATE INDEX `schedule_runs_unfinished` ON `schedule_runs` (`schedule_id`,`occurrence`) WHERE "schedule_runs"."state" in ('due', 'waiting', 'running');--> statement-breakpoint
CREATE TABLE `schedules` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace_id` text NOT NULL,
	`name` text NOT NULL,
	`cron` text,
	`every_ms` integer,
	`anchor_at` integer NOT NULL,
	`time_zone` text NOT NULL,
	`target_kind` text NOT NULL,
	`target_input` text NOT NULL,
	`missed` text NOT NULL,
	`overlap` text NOT NULL,
	`jitter_ms` integer DEFAULT 0 NOT NULL,
	`until_at` integer,
	`paused_at` integer,
	`next_occurrence` integer,
	`next_at` integer,
	`built_in` text,
	`created_by` text,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `schedules_workspace` ON `schedules` (`workspace_id`,`id`);--> statement-breakpoint
CREATE INDEX `schedules_due` ON `schedules` (`next_at`) WHERE "schedules"."next_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `schedules_built_in` ON `schedules` (`workspace_id`,`built_in`) WHERE "schedules"."built_in" is not null;--> statement-breakpoint
ALTER TABLE `audits` ADD `base_id` text;--> statement-breakpoint
ALTER TABLE `audits` ADD `confirms_id` text;--> statement-breakpoint
ALTER TABLE `audits` ADD `regression` text;--> statement-breakpoint
ALTER TABLE `audits` ADD `facts_purged_at` integer;--> statement-breakpoint
ALTER TABLE `findings` ADD `fingerprint` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `workspaces` ADD `page_retention_days` integer;--> statement-breakpoint
ALTER TABLE `workspaces` ADD `delivery_retention_days` integer DEFAULT 30 NOT NULL;--> statement-breakpoint
ALTER TABLE `workspaces` ADD `report_retention_days` integer;--> statement-breakpoint
ALTER TABLE `jobs` ADD `checkpoint` text;