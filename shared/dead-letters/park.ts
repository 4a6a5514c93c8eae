import type { Database } from "../db/client.ts";
import { parkedMessages } from "../db/schema/index.ts";
import { AppError, commit, EventMessage, errorFields, type Log, markHandled, newId } from "../platform/index.ts";
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
const unreadablePrefix = "dead-letters-unreadable/";
/** How the names of objects begin that hold dead letters. */
export const storedPrefixes = [fallbackPrefix, unreadablePrefix] as const;

/** Parks in the object store when the database does not answer, so that an outage of it empties no dead-letter queue. */
export async function parkOrStore(deps: ParkDeps & { readonly store: R2Bucket }, parked: Parked): Promise<void> {
  try {
    await parkMessage(deps, parked);
  } catch (error) {
    if (!AppError.from(error).retryable) throw error;
    await deps.store.put(`${fallbackPrefix}${parked.queue}/${parked.messageId}.json`, JSON.stringify(parked));
  }
}

interface RecoverDeps extends ParkDeps {
  readonly store: R2Bucket;
  readonly log: Log;
}

/**
 * Moves what the fallback holds into the database, at most 100 a call; one that cannot be moved does not hold up the others.
 * What cannot be read is put aside in the store, or every later call would begin with it. Returns how many there were.
 */
export async function recoverStored(deps: RecoverDeps): Promise<number> {
  const { objects } = await deps.store.list({ prefix: fallbackPrefix, limit: 100 });
  for (const { key } of objects) {
    try {
      await recoverObject(deps, key);
    } catch (cause) {
      deps.log.error("stored dead letter could not be recovered", errorFields(cause));
    }
  }
  return objects.length;
}

async function recoverObject(deps: RecoverDeps, key: string): Promise<void> {
  const { store, log } = deps;
  const stored = await store.get(key);
  if (stored === null) return;
  const text = await stored.text();
  const parked = readParked(text);
  if (parked === null) {
    const keptAs = unreadablePrefix + key.slice(fallbackPrefix.length);
    await store.put(keptAs, text);
    log.error("stored dead letter is unreadable", { errorMessage: `It is kept in the bucket as ${keptAs}.` });
  } else {
    await parkMessage(deps, parked);
  }
  await store.delete(key);
}

function readParked(text: string): Parked | null {
  try {
    return Parked.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
