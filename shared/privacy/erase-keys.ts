import type { SQL } from "drizzle-orm";
import { type Database, installationId } from "../db/client.ts";
import { isOneOf } from "../db/is-one-of.ts";
import { apiKeys, idempotency } from "../db/schema/index.ts";
import { insertJob } from "../jobs/index.ts";
import type { Limiters } from "../limits/index.ts";
import { commit, newId } from "../platform/index.ts";
import { secondAfterMs } from "./insert-erasure.ts";

interface EraseKeysDeps {
  readonly directory: Database;
  /** Those in which the keys may have done something. */
  readonly databases: readonly Database[];
  readonly limiters: Limiters;
  readonly now: () => number;
}

/** Each has a limiter to clear. */
const keysPerSlice = 20;

/**
 * Removes some of the keys that are `which`, with their limiters and the answers that are kept for them. Returns how many there were. A limiter is cleared
 * once more later, when no row leads to it any more: an isolate that let a key in a moment ago counts its next request before it learns that it ended.
 */
export async function eraseKeys({ directory, databases, limiters, now }: EraseKeysDeps, which: SQL): Promise<number> {
  const keys = await directory.select({ id: apiKeys.id }).from(apiKeys).where(which).limit(keysPerSlice);
  const ids = keys.map(({ id }) => id);
  if (ids.length === 0) return 0;
  for (const id of ids) await limiters(`key:${id}`).clear();
  for (const db of databases) await db.delete(idempotency).where(isOneOf(idempotency.principalId, ids));
  const later = { id: newId("job", now()), type: "limiters.erase" as const, input: { keyIds: ids }, dueAt: now() + secondAfterMs };
  await commit(directory, [
    directory.delete(apiKeys).where(isOneOf(apiKeys.id, ids)),
    insertJob({ db: directory, workspaceId: installationId, now, dueJobs: [] }, later),
  ]);
  return ids.length;
}
