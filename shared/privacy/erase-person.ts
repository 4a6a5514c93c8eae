import { and, eq, inArray, isNotNull, lt, or, sql } from "drizzle-orm";
import { erasePersonalDetails } from "../audit-log/index.ts";
import type { Database } from "../db/client.ts";
import { apiKeys, idempotency, invitations, jobs, members, oneTimeTokens } from "../db/schema/index.ts";
import { eraseDeadLetters } from "../dead-letters/index.ts";
import { forgetAttempts } from "../identity/index.ts";
import type { JobExecutor, JobInput } from "../jobs/index.ts";
import type { Limiters } from "../limits/index.ts";
import { forgetMails } from "../mail/index.ts";
import { type Step, takeStep } from "./steps.ts";

export interface ErasePersonDeps {
  /** All of them: a person may have worked in workspaces of each. */
  readonly databases: readonly Database[];
  readonly limiters: Limiters;
  readonly store: R2Bucket;
}

type Person = JobInput<"person.erase">;

/** The executor of `person.erase`: removes what is left of somebody whose account is gone. */
export function erasePersonWith(deps: ErasePersonDeps): JobExecutor<"person.erase"> {
  return async ({ db: directory, jobId, input }) => {
    const slice = await takeStep([
      ...inDirectory(directory, input),
      ...deps.databases.flatMap((db) => inDatabase(db, deps, input)),
      () => eraseKeys(directory, deps, input.userId),
      () => eraseMails(deps.store, input),
    ]);
    if (!slice.done) return slice;
    await deps.limiters(`user:${input.userId}`).clear();
    // The job itself holds the address. Whoever writes its end finds no row, which is as good.
    await directory.delete(jobs).where(eq(jobs.id, jobId));
    return slice;
  };
}

/** E-mails to the person, and those in which they invite others. */
async function eraseMails(store: R2Bucket, { addresses, before }: Person): Promise<number> {
  if (addresses.length === 0) return 0;
  return forgetMails(store, ({ to, text, sentAt }) => sentAt < before && addresses.some((address) => to === address || text.includes(address)));
}

/** Rows of the tables of people. Scanned whole, since no index leads from an address to them: once for each person who goes. */
function inDirectory(db: Database, { userId, addresses, before }: Person): Step[] {
  const [present = "", ...former] = addresses;
  const { email, createdAt, acceptedAt } = invitations;
  const sentTo = and(inArray(oneTimeTokens.email, addresses), lt(oneTimeTokens.createdAt, before));
  const ofInput = (name: "userId" | "email") => sql`json_extract(${jobs.input}, ${`$.${name}`})`;
  const mailedTo = and(inArray(ofInput("email"), addresses), lt(jobs.createdAt, before));
  return [
    // Somebody accepted an invitation at the moment they went.
    async () => (await db.delete(members).where(eq(members.userId, userId))).meta.changes,
    async () => (await db.delete(oneTimeTokens).where(or(eq(oneTimeTokens.subjectId, userId), sentTo))).meta.changes,
    async () =>
      (await db.delete(invitations).where(and(lt(createdAt, before), or(eq(email, present), and(inArray(email, former), isNotNull(acceptedAt)))))).meta.changes,
    async () => (await db.delete(jobs).where(and(eq(jobs.type, "mail.send"), or(eq(ofInput("userId"), userId), mailedTo)))).meta.changes,
    async () => {
      let forgotten = 0;
      for (const address of addresses) forgotten += await forgetAttempts({ directory: db }, "address", address);
      return forgotten;
    },
  ];
}

/** Entries of the log that one batch changes, each with a statement of its own. */
const entriesPerBatch = 50;
const batchesPerSlice = 20;

/** Goes on after the last entry: what is found by looking at all of them should be looked for as seldom as can be. */
async function eraseFromLog(db: Database, person: Parameters<typeof erasePersonalDetails>[1]): Promise<number> {
  let erased = 0;
  for (let batch = 0, after = 0; batch < batchesPerSlice; batch++) {
    const slice = await erasePersonalDetails(db, person, entriesPerBatch, after);
    erased += slice.changed;
    if (slice.done) break;
    after = slice.after;
  }
  return erased;
}

function inDatabase(db: Database, { store }: ErasePersonDeps, { userId, addresses }: Person): Step[] {
  const looks = addresses.length === 0 ? [null] : addresses;
  return [
    ...looks.map(
      (email): Step =>
        () =>
          eraseFromLog(db, { userId, email }),
    ),
    async () => (await db.delete(idempotency).where(eq(idempotency.principalId, userId))).meta.changes,
    () => eraseDeadLetters({ db, store }, [userId, ...addresses]),
  ];
}

/** Each has a limiter to clear. */
const keysPerSlice = 20;

async function eraseKeys(directory: Database, { databases, limiters }: ErasePersonDeps, userId: string): Promise<number> {
  const keys = await directory.select({ id: apiKeys.id }).from(apiKeys).where(eq(apiKeys.createdBy, userId)).limit(keysPerSlice);
  const ids = keys.map(({ id }) => id);
  if (ids.length === 0) return 0;
  for (const id of ids) await limiters(`key:${id}`).clear();
  for (const db of databases) await db.delete(idempotency).where(inArray(idempotency.principalId, ids));
  await directory.delete(apiKeys).where(inArray(apiKeys.id, ids));
  return ids.length;
}
