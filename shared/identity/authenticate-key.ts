import type { Database } from "../db/client.ts";
import { type Actor, AppError, parseApiKey, sha256Hex } from "../platform/index.ts";
import { keyPermissions } from "./key-permissions.ts";
import { findKeyByHash } from "./queries.ts";

/** Who calls, and the workspace the key belongs to. */
export interface Principal {
  readonly actor: Actor;
  readonly workspaceId: string;
}

/**
 * Checks an API key at `now` (ms). The database is asked every time, so a revoked key is refused on its next use;
 * a text that cannot be a key is refused without a lookup.
 * @throws AppError `unauthenticated`, with the same words whatever is wrong: an attacker learns nothing from them.
 */
export async function authenticateKey(db: Database, text: string, now: number): Promise<Principal> {
  const parsed = parseApiKey(text);
  const found = parsed && (await findKeyByHash(db, await sha256Hex(parsed.key)));
  if (!found || found.revokedAt !== null || (found.expiresAt !== null && found.expiresAt <= now)) throw refusal();
  const { id, workspaceId, scopes, isOperator } = found;
  return { actor: { kind: "key", id, permissions: keyPermissions(scopes, isOperator) }, workspaceId };
}

function refusal(): AppError {
  return new AppError("unauthenticated", "This API key is not valid. Send one that is neither expired nor revoked, as X-API-Key or Authorization: Bearer.");
}
