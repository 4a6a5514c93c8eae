import { and, eq, isNotNull, lt, or, sql } from "drizzle-orm";
import { erasePersonalDetails } from "../audit-log/index.ts";
import type { Database } from "../db/client.ts";
import { isOneOf } from "../db/is-one-of.ts";
import { apiKeys, idempotency, invitations, jobs, members, notificationPreferences, notifications, oneTimeTokens } from "../db/schema/index.ts";
import { eraseDeadLetters } from "../dead-letters/index.ts";
import { eraseAttempts } from "../identity/index.ts";
import type { JobExecutor, JobInput } from "../jobs/index.ts";
import type { Limiters } from "../limits/index.ts";
import type { Live } from "../live/index.ts";
import { eraseMails } from "../mail/index.ts";
import { mentionsAddress } from "../platform/index.ts";
import { eraseKeys } from "./erase-keys.ts";
import { type Step, takeStep } from "./steps.ts";

export interface ErasePersonDeps {
  /** All of them: a person may have worked in workspaces of each. */
  readonly databases: readonly Database[];
  readonly limiters: Limiters;
  readonly live: Pick<Live, "forget">;
  readonly store: R2Bucket;
  readonly now: () => number;
}

type Person = JobInput<"person.erase">;

/** The executor of `person.erase`: removes what is left of somebody whose account is gone. */
export function erasePersonWith(deps: ErasePersonDeps): JobExecutor<"person.erase"> {
  return async ({ db: directory, jobId, input }) => {
    const slice = await takeStep([
      ...inDirectory(directory, input),
      ...deps.databases.flatMap((db) => inDatabase(db, deps, input)),
      () => eraseKeys({ ...deps, directory }, eq(apiKeys.createdBy, input.userId)),
      () => eraseMailsOf(deps.store, input),
    ]);
    if (!slice.done) return slice;
    await deps.limiters(`user:${input.userId}`).clear();
    for (const workspaceId of input.workspaceIds) await deps.live.forget(workspaceId, input.userId);
    // The job itself holds the address. Whoever writes its end finds no row, which is as good.
    await directory.delete(jobs).where(eq(jobs.id, jobId));
    return slice;
  };
}

/** E-mails to the person, and those in which they invite others. */
async function eraseMailsOf(store: R2Bucket, { addresses, before }: Person): Promise<number> {
  if (addresses.length === 0) return 0;
  return eraseMails(store, ({ to, text, sentAt }) => sentAt < before && addresses.some((address) => to === address || mentionsAddress(text, address)));
}

/** Rows of the tables of people. Scanned whole, since no index leads from an address to them: once for each person who goes. */
function inDirectory(db: Database, { userId, addresses, before }: Person): Step[] {
  const [present = "", ...former] = addresses;
  const { email, createdAt, acceptedAt } = invitations;
  const sentTo = and(isOneOf(oneTimeTokens.email, addresses), lt(oneTimeTokens.createdAt, before));
  const ofInput = (name: "userId" | "email") => sql`json_extract(${jobs.input}, ${`$.${name}`})`;
  const mailedTo = and(isOneOf(ofInput("email"), addresses), lt(jobs.createdAt, before));
  return [
    // Somebody accepted an invitation at the moment they went.
    async () => (await db.delete(members).where(eq(members.userId, userId))).meta.changes,
    async () => (await db.delete(notifications).where(eq(notifications.userId, userId))).meta.changes,
    async () => (await db.delete(notificationPreferences).where(eq(notificationPreferences.userId, userId))).meta.changes,
    async () => (await db.delete(oneTimeTokens).where(or(eq(oneTimeTokens.subjectId, userId), sentTo))).meta.changes,
    async () =>
      (await db.delete(invitations).where(and(lt(createdAt, before), or(eq(email, present), and(isOneOf(email, former), isNotNull(acceptedAt)))))).meta.changes,
    async () => (await db.delete(jobs).where(and(eq(jobs.type, "mail.send"), or(eq(ofInput("userId"), userId), mailedTo)))).meta.changes,
    async () => {
      let erased = 0;
      for (const address of addresses) erased += await eraseAttempts({ directory: db }, "address", address, before);
      return erased;
    },
  ];
}

/** Found by looking at all entries, which should be done as seldom as can be. */
const entriesPerSlice = 1_000;

function inDatabase(db: Database, { store }: ErasePersonDeps, { userId, addresses, before }: Person): Step[] {
  const looks = addresses.length === 0 ? [null] : addresses;
  return [
    ...looks.map(
      (email): Step =>
        () =>
          erasePersonalDetails(db, { userId, email, before }, entriesPerSlice),
    ),
    async () => (await db.delete(idempotency).where(eq(idempotency.principalId, userId))).meta.changes,
    () => eraseDeadLetters({ db, store }, { id: userId, addresses, before }),
  ];
}
