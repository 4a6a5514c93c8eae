ALTER TABLE `audits` ADD `abandoned_origins` text;--> statement-breakpoint
ALTER TABLE `audits` ADD `woken_at` integer;