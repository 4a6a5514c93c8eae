import type { WorkspaceStanding } from "../../identity/index.ts";
import { type Clock, secondMs } from "../../platform/index.ts";
import type { StoredParcel } from "./read-parcels.ts";

/** What is stored of the deliveries of a message, of their endpoint and of their workspace. */
export interface Reading {
  readonly parcels: ReadonlyMap<string, StoredParcel>;
  /** Null for a workspace that is deleted. */
  readonly standing: WorkspaceStanding | null;
}

/** Those of a message that begin together share a reading; whoever waited for a connection reads anew. */
const readingHoldsMs = secondMs;
/** A database that does not answer answers soon, most often; what is given back at once would come again at once. */
const retryAfterMs: readonly number[] = [200, secondMs];

interface ReaderDeps {
  readonly read: () => Promise<Reading>;
  readonly wait: (ms: number) => Promise<unknown>;
  readonly now: Clock;
}

/** Reads what is stored, unless that was done a moment ago. Answers null when the database does not, also after a while. */
export function createReader({ read, wait, now }: ReaderDeps): () => Promise<Reading | null> {
  const tryAgain = async (): Promise<Reading | null> => {
    for (const pauseMs of retryAfterMs) {
      try {
        return await read();
      } catch {
        await wait(pauseMs);
      }
    }
    return await read().catch(() => null);
  };
  let last: { readonly at: number; readonly reading: Promise<Reading | null> } | undefined;
  return () => {
    const at = now();
    if (last === undefined || Math.abs(at - last.at) >= readingHoldsMs) last = { at, reading: tryAgain() };
    return last.reading;
  };
}
