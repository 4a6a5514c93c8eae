CREATE TABLE `broadcasts` (
	`id` text PRIMARY KEY NOT NULL,
	`message` text NOT NULL,
	`audience` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `broadcasts_expiry` ON `broadcasts` (`expires_at`);--> statement-breakpoint
CREATE TABLE `notification_preferences` (
	`workspace_id` text NOT NULL,
	`user_id` text NOT NULL,
	`type` text NOT NULL,
	`in_app` integer NOT NULL,
	`email` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `user_id`, `type`)
);
--> statement-breakpoint
CREATE TABLE `notifications` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace_id` text NOT NULL,
	`user_id` text NOT NULL,
	`type` text NOT NULL,
	`data` text NOT NULL,
	`created_at` integer NOT NULL,
	`read_at` integer,
	`event_id` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `notifications_event` ON `notifications` (`event_id`,`user_id`);--> statement-breakpoint
CREATE INDEX `notifications_inbox` ON `notifications` (`workspace_id`,`user_id`,`id`);--> statement-breakpoint
ALTER TABLE `users` ADD `suspended_at` integer;--> statement-breakpoint
CREATE INDEX `users_suspended` ON `users` (`id`) WHERE "users"."suspended_at" is not null;--> statement-breakpoint
ALTER TABLE `workspaces` ADD `live_shards` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `workspaces` ADD `suspended_at` integer;--> statement-breakpoint
CREATE INDEX `workspaces_suspended` ON `workspaces` (`id`) WHERE "workspaces"."suspended_at" is not null;