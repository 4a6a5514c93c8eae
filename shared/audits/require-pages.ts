import type { audits } from "../db/schema/index.ts";
import { AppError } from "../platform/index.ts";

/** @throws AppError `gone` for an audit whose pages are no longer kept */
export function requirePages({ factsPurgedAt }: Pick<typeof audits.$inferSelect, "factsPurgedAt">): void {
  if (factsPurgedAt === null) return;
  throw new AppError(
    "gone",
    "The pages of this audit are no longer kept: the workspace keeps them for some days only (`pageRetentionDays`). Its scores and findings are.",
  );
}
