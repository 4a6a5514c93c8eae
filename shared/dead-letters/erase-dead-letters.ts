import { and, asc, gt, lt, or, type SQL, sql } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { isOneOf } from "../db/is-one-of.ts";
import { parkedMessages } from "../db/schema/index.ts";
import { mentionsAddress } from "../platform/index.ts";
import { storedPrefixes } from "./park.ts";

interface Places {
  readonly db: Database;
  readonly store: R2Bucket;
}

/** By what a dead letter is known to tell of somebody. */
export interface Named {
  /** Of a person or a workspace. */
  readonly id: string;
  /** Of a person, in lower case. */
  readonly addresses: readonly string[];
  /** The addresses are somebody else's in what was kept from then on, in ms since 1970. */
  readonly before: number;
}

const lettersPerRead = 20;

/** Deletes the dead letters, in the database and in the bucket, that name an id or an address. Returns how many there were. */
export async function eraseDeadLetters(places: Places, named: Named): Promise<number> {
  let erased = await eraseParked(places, named);
  for (const prefix of storedPrefixes) erased += await eraseStored(places, prefix, named);
  return erased;
}

/** The database finds an address also within a longer one, so what it finds is looked at. */
async function eraseParked({ db }: Places, named: Named): Promise<number> {
  const { id, body, errorMessage, parkedAt } = parkedMessages;
  const withId = isIn(sql`${body} || ' ' || ${errorMessage}`, [named.id]);
  const withAddress = and(lt(parkedAt, named.before), isIn(sql`lower(${body} || ' ' || ${errorMessage})`, named.addresses));
  let erased = 0;
  for (let last = ""; ; ) {
    const letters = await db
      .select({ id, body, errorMessage, parkedAt })
      .from(parkedMessages)
      .where(and(gt(id, last), or(withId, withAddress)))
      .orderBy(asc(id))
      .limit(lettersPerRead);
    const theirs = letters.filter((letter) => isNamed([letter.body, letter.errorMessage], letter.parkedAt, named)).map((letter) => letter.id);
    if (theirs.length > 0) erased += (await db.delete(parkedMessages).where(isOneOf(id, theirs))).meta.changes;
    if (letters.length < lettersPerRead) return erased;
    last = letters.at(-1)?.id ?? last;
  }
}

/** Whether one of these stands in a text. They are one parameter, however many there are: D1 takes a hundred at most. */
const isIn = (text: SQL, parts: readonly string[]): SQL =>
  sql`exists (select 1 from json_each(${JSON.stringify(parts)}) where instr(${text}, json_each.value) > 0)`;

/** Hardly ever is there anything: what the database could not take is moved into it within a minute. */
async function eraseStored({ store }: Places, prefix: string, named: Named): Promise<number> {
  let erased = 0;
  for (let cursor: string | undefined, isMore = true; isMore; ) {
    const listed = await store.list({ prefix, ...(cursor === undefined ? {} : { cursor }) });
    for (const { key, uploaded } of listed.objects) {
      const text = await (await store.get(key))?.text();
      if (text === undefined || !isNamed([text], uploaded.getTime(), named)) continue;
      await store.delete(key);
      erased += 1;
    }
    isMore = listed.truncated;
    cursor = listed.truncated ? listed.cursor : undefined;
  }
  return erased;
}

/** All ids are of one length, so that none is a part of another. */
function isNamed(texts: readonly string[], keptAt: number, { id, addresses, before }: Named): boolean {
  if (texts.some((text) => text.includes(id))) return true;
  return keptAt < before && addresses.some((address) => texts.some((text) => mentionsAddress(text, address)));
}
