import { type Principal, permissionsOf, requireStanding } from "../identity/index.ts";
import { AppError, type KeyActor, parseApiKey, sha256Hex, type VisitorContext } from "../platform/index.ts";
import { placeRefusal } from "./place-refusal.ts";
import { findKeyByHash } from "./queries.ts";

/** A key that was let in. */
export interface KeyPrincipal extends Principal {
  readonly actor: KeyActor;
  /** To within minutes; null when this is its first use. */
  readonly lastUsedAt: number | null;
}

/** A good key where it may not be used: from another address, or for another workspace, than its own. It is refused; whose it is, is for the log. */
export class MisplacedKey extends AppError {
  readonly key: { readonly id: string; readonly userId: string; readonly workspaceId: string };

  constructor(message: string, key: MisplacedKey["key"]) {
    super("forbidden", message);
    this.key = key;
  }
}

/**
 * Checks an API key. The database is asked every time, so that a revoked key, and one whose maker left the workspace, is refused on its next use;
 * a text that cannot be a key is refused without a lookup. `workspaceId` is what the caller named, if anything: it must be the key's own.
 * @throws AppError `unauthenticated`, with the same words whatever is wrong: an attacker learns nothing from them; `forbidden` when its maker or its
 *   workspace is suspended; `MisplacedKey` for another workspace, and from an address that the key may not be used from.
 */
export async function authenticateKey({ directory, now, client }: VisitorContext, text: string, workspaceId: string | undefined): Promise<KeyPrincipal> {
  const parsed = parseApiKey(text);
  const found = parsed && (await findKeyByHash(directory, await sha256Hex(parsed.key)));
  if (!found || found.revokedAt !== null || (found.expiresAt !== null && found.expiresAt <= now())) throw refusal();
  requireStanding(found);
  const { id, userId, scopes, allowedIps, limits, expiresAt, lastUsedAt } = found;
  const misplaced = placeRefusal(allowedIps, client.ip) ?? (workspaceId === undefined || workspaceId === found.workspaceId ? null : ofAnotherWorkspace);
  if (misplaced !== null) throw new MisplacedKey(misplaced, { id, userId, workspaceId: found.workspaceId });
  const held = permissionsOf(found);
  const permissions = new Set([...held].filter((name) => scopes.includes(name)));
  return { actor: { kind: "key", id, userId, permissions, expiresAt, allowedIps, limits }, workspaceId: found.workspaceId, lastUsedAt };
}

/** The same words for a workspace of others and for one that does not exist. */
const ofAnotherWorkspace = "This API key belongs to another workspace than X-Workspace names. Leave the header out.";

function refusal(): AppError {
  return new AppError("unauthenticated", "This API key is not valid. Send one that is neither expired nor revoked, as X-API-Key or Authorization: Bearer.");
}
