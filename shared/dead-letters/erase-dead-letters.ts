import { or, sql } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { parkedMessages } from "../db/schema/index.ts";
import { storedPrefixes } from "./park.ts";

/** Deletes the dead letters, in the database and in the bucket, in which one of these texts stands (none may be empty). Returns how many there were. */
export async function eraseDeadLetters({ db, store }: { readonly db: Database; readonly store: R2Bucket }, texts: readonly string[]): Promise<number> {
  const { body, errorMessage } = parkedMessages;
  const stands = texts.map((text) => sql`instr(${body}, ${text}) + instr(${errorMessage}, ${text}) > 0`);
  const { meta } = await db.delete(parkedMessages).where(or(...stands));
  let erased = meta.changes;
  for (const prefix of storedPrefixes) erased += await eraseStored(store, prefix, texts);
  return erased;
}

/** Hardly ever is there anything: what the database could not take is moved into it within a minute. */
async function eraseStored(store: R2Bucket, prefix: string, texts: readonly string[]): Promise<number> {
  let erased = 0;
  for (let cursor: string | undefined, isMore = true; isMore; ) {
    const listed = await store.list({ prefix, ...(cursor === undefined ? {} : { cursor }) });
    for (const { key } of listed.objects) {
      const text = await (await store.get(key))?.text();
      if (text === undefined || !texts.some((each) => text.includes(each))) continue;
      await store.delete(key);
      erased += 1;
    }
    isMore = listed.truncated;
    cursor = listed.truncated ? listed.cursor : undefined;
  }
  return erased;
}
