import type { Database } from "../db/client.ts";
import { parkedMessages } from "../db/schema/index.ts";
import { AppError, commit, EventMessage, markHandled, newId } from "../platform/index.ts";
import { Parked } from "./schemas.ts";

export interface ParkDeps {
  readonly db: Database;
  readonly now: () => number;
}

/**
 * Keeps a message that cannot be processed. Parking the same message again changes nothing.
 * A parked event counts as handled, or the sweep would send it every minute; a replay makes it unhandled again.
 */
async function parkMessage({ db, now }: ParkDeps, parked: Parked): Promise<void> {
  const { queue, messageId, body, errorCode, errorMessage, attempts } = parked;
  const parkedAt = now();
  const row = {
    id: newId("parked", parkedAt),
    queue,
    messageId,
    body: JSON.stringify(body) ?? "null",
    errorCode,
    errorMessage: errorMessage.slice(0, 2_000),
    attempts,
    parkedAt,
  };
  const event = queue === "events" ? EventMessage.safeParse(body) : undefined;
  await commit(db, [
    db.insert(parkedMessages).values(row).onConflictDoNothing(),
    ...(event?.success === true ? [markHandled(db, event.data.eventId, parkedAt)] : []),
  ]);
}

const fallbackPrefix = "dead-letters/";

/** Parks in the object store when the database does not answer, so that an outage of it empties no dead-letter queue. */
export async function parkOrStore(deps: ParkDeps & { readonly store: R2Bucket }, parked: Parked): Promise<void> {
  try {
    await parkMessage(deps, parked);
  } catch (error) {
    if (!AppError.from(error).retryable) throw error;
    await deps.store.put(`${fallbackPrefix}${parked.queue}/${parked.messageId}.json`, JSON.stringify(parked));
  }
}

/** Moves what the fallback holds into the database, at most 100 a call. Returns how many. */
export async function recoverStored(deps: ParkDeps & { readonly store: R2Bucket }): Promise<number> {
  const { objects } = await deps.store.list({ prefix: fallbackPrefix, limit: 100 });
  for (const { key } of objects) {
    const stored = await deps.store.get(key);
    if (stored === null) continue;
    await parkMessage(deps, Parked.parse(await stored.json()));
    await deps.store.delete(key);
  }
  return objects.length;
}
