import { z } from "zod";
import type { Mailer } from "../mailer.ts";

// Where e-mails of a development installation end up: objects in the bucket, whose names sort the newest first.

const prefix = "dev-mail/";
/** As many as one looks through; older ones are deleted. */
const kept = 200;
/** The last time that an id can tell, in ms: 13 digits. */
const endOfTime = 9_999_999_999_999;
/** How much longer than the end of time a time still is, and what keeps two messages of one millisecond apart. */
const MailId = z.string().regex(/^\d{13}-[0-9a-f]{8}$/);

const StoredMail = z.object({ id: MailId, sentAt: z.int(), to: z.string(), subject: z.string(), text: z.string(), html: z.string() });
/** A message that would have been sent, and when, in ms since 1970. */
export type StoredMail = z.infer<typeof StoredMail>;

/** Keeps every message instead of sending it, up to the last 200. */
export function createMailbox(store: R2Bucket, now: () => number): Mailer {
  return {
    async send(message) {
      const sentAt = now();
      const id = `${String(endOfTime - sentAt).padStart(13, "0")}-${crypto.randomUUID().slice(0, 8)}`;
      await store.put(prefix + id, JSON.stringify({ id, sentAt, ...message }));
      await forgetOldest(store);
    },
  };
}

async function forgetOldest(store: R2Bucket): Promise<void> {
  const { objects } = await store.list({ prefix });
  const old = objects.slice(kept).map(({ key }) => key);
  if (old.length > 0) await store.delete(old);
}

/** Deletes messages. Returns how many there were. */
export async function eraseMails(store: R2Bucket, isMeant: (mail: StoredMail) => boolean): Promise<number> {
  const meant = (await listMailbox(store)).filter(isMeant).map(({ id }) => prefix + id);
  if (meant.length > 0) await store.delete(meant);
  return meant.length;
}

/** The newest first. */
export async function listMailbox(store: R2Bucket): Promise<StoredMail[]> {
  const { objects } = await store.list({ prefix, limit: kept });
  const mails = await Promise.all(objects.map(({ key }) => readMail(store, key)));
  return mails.filter((mail) => mail !== null);
}

/** Null when there is no such message (any more). */
export async function findInMailbox(store: R2Bucket, id: string): Promise<StoredMail | null> {
  return MailId.safeParse(id).success ? await readMail(store, prefix + id) : null;
}

async function readMail(store: R2Bucket, key: string): Promise<StoredMail | null> {
  const stored = await store.get(key);
  return stored === null ? null : (StoredMail.safeParse(await stored.json()).data ?? null);
}
