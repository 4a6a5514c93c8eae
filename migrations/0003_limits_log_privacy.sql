CREATE TABLE `audit_log` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`workspace_id` text NOT NULL,
	`at` integer NOT NULL,
	`action` text NOT NULL,
	`actor_kind` text NOT NULL,
	`user_id` text,
	`actor_id` text,
	`target_kind` text NOT NULL,
	`target_id` text NOT NULL,
	`request_id` text NOT NULL,
	`client_salt` text,
	`details_salt` text,
	`client` text,
	`details` text,
	`client_digest` text,
	`details_digest` text,
	`about_user_id` text
);
--> statement-breakpoint
CREATE INDEX `audit_log_workspace` ON `audit_log` (`workspace_id`,`seq`);--> statement-breakpoint
CREATE INDEX `audit_log_target` ON `audit_log` (`workspace_id`,`target_id`,`seq`);--> statement-breakpoint
CREATE UNIQUE INDEX `audit_log_id` ON `audit_log` (`id`);--> statement-breakpoint
CREATE TABLE `audit_seals` (
	`workspace_id` text NOT NULL,
	`from_seq` integer NOT NULL,
	`to_seq` integer NOT NULL,
	`entries` integer NOT NULL,
	`previous` text NOT NULL,
	`hash` text NOT NULL,
	`kid` text NOT NULL,
	`marks` text NOT NULL,
	`sealed_at` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `to_seq`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `audit_seals_chain` ON `audit_seals` (`workspace_id`,`previous`);--> statement-breakpoint
CREATE TABLE `idempotency` (
	`workspace_id` text NOT NULL,
	`principal_id` text NOT NULL,
	`route` text NOT NULL,
	`key_hash` text NOT NULL,
	`request_hash` text NOT NULL,
	`attempt` integer NOT NULL,
	`lease_until` integer NOT NULL,
	`answer` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `principal_id`, `route`, `key_hash`)
);
--> statement-breakpoint
CREATE TABLE `usage` (
	`workspace_id` text NOT NULL,
	`day` text NOT NULL,
	`principal_id` text NOT NULL,
	`user_id` text NOT NULL,
	`requests` integer NOT NULL,
	`errors` integer NOT NULL,
	`limited` integer NOT NULL,
	`audits` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `day`, `principal_id`)
);
--> statement-breakpoint
ALTER TABLE `api_keys` ADD `limits` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `api_keys` ADD `version` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `workspaces` ADD `version` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `projects` ADD `version` integer DEFAULT 1 NOT NULL;