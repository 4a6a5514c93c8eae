import { notMember, type Principal, permissionsOf } from "../identity/index.ts";
import { AppError, parseApiKey, sha256Hex, type VisitorContext } from "../platform/index.ts";
import { findKeyByHash } from "./queries.ts";

/**
 * Checks an API key. The database is asked every time, so that a revoked key, and one whose maker left the workspace, is refused on its next use;
 * a text that cannot be a key is refused without a lookup. `workspaceId` is what the caller named, if anything: it must be the key's own.
 * @throws AppError `unauthenticated`, with the same words whatever is wrong: an attacker learns nothing from them; `forbidden` for another workspace.
 */
export async function authenticateKey({ directory, now }: VisitorContext, text: string, workspaceId: string | undefined): Promise<Principal> {
  const parsed = parseApiKey(text);
  const found = parsed && (await findKeyByHash(directory, await sha256Hex(parsed.key)));
  if (!found || found.revokedAt !== null || (found.expiresAt !== null && found.expiresAt <= now())) throw refusal();
  if (workspaceId !== undefined && workspaceId !== found.workspaceId) throw notMember(workspaceId);
  const { id, userId, scopes, allowedIps, expiresAt } = found;
  const held = permissionsOf(found);
  const permissions = new Set([...held].filter((name) => scopes.includes(name)));
  return { actor: { kind: "key", id, userId, permissions, expiresAt, allowedIps }, workspaceId: found.workspaceId };
}

function refusal(): AppError {
  return new AppError("unauthenticated", "This API key is not valid. Send one that is neither expired nor revoked, as X-API-Key or Authorization: Bearer.");
}
