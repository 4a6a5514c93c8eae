import type { broadcasts } from "../db/schema/index.ts";
import { AppError } from "../platform/index.ts";
import { Audience, type Broadcast } from "./schemas.ts";

/** A broadcast as people get it, from its row. */
export const toBroadcast = ({ id, message, audience, createdAt, expiresAt }: typeof broadcasts.$inferSelect): Broadcast => ({
  id,
  message,
  audience: Audience.parse(audience),
  createdAt,
  expiresAt,
});

/** Id of the one workspace that an audience names; null when it names several. */
export const workspaceOf = (audience: Audience): string | null => /^workspace:(.+)$/.exec(audience)?.[1] ?? null;

export function unknownBroadcast(): AppError {
  return new AppError("not_found", "There is no such broadcast, or it has ended.");
}
