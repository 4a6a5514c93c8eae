import { z } from "zod";
import type { KnownActors } from "./known-actors.ts";
import { noRequest } from "./record-change.ts";
import type { LogEntry } from "./schemas.ts";
import { isErased, type StoredEntry } from "./stored-entry.ts";

const Told = z.record(z.string(), z.unknown()).nullable().catch(null).default(null);
const StoredDetails = z.object({ before: Told, after: Told }).catch({ before: null, after: null });
const StoredClient = z.object({ ip: z.string().nullable(), userAgent: z.string().nullable() }).nullable().catch(null);

/** An entry as it is shown. What somebody spoilt in the database is shown as missing; `verifyLog` tells of it. */
export function toEntry(row: StoredEntry, { people, keys }: KnownActors): LogEntry {
  const { id, at, action, actorKind, actorId, userId, targetKind, targetId, requestId } = row;
  const { before, after } = StoredDetails.parse(parsed(row.details.text));
  const { name = null, email = null } = (userId === null ? undefined : people.get(userId)) ?? {};
  return {
    id,
    at,
    action,
    actor: { kind: actorKind, id: actorId, key: keyOf(row, keys), user: userId === null ? null : { id: userId, name, email } },
    target: { kind: targetKind, id: targetId },
    requestId: requestId === noRequest ? null : requestId,
    client: StoredClient.parse(parsed(row.client.text)),
    before,
    after,
    isErased: isErased(row),
  };
}

function keyOf({ actorKind, actorId }: StoredEntry, keys: KnownActors["keys"]): LogEntry["actor"]["key"] {
  const key = actorKind === "key" && actorId !== null ? keys.get(actorId) : undefined;
  return key === undefined ? null : { prefix: key.prefix, name: key.name };
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
