import { and, asc, eq, gt, isNotNull, lt, or, sql } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { auditLog } from "../db/schema/index.ts";
import { commit, mentionsAddress, type Statement } from "../platform/index.ts";
import { digestOf } from "./personal-digest.ts";
import { personalColumns } from "./stored-entry.ts";

interface Person {
  readonly userId: string;
  /** As it is stored: in lower case. Null when only what names the person by id is theirs. */
  readonly email: string | null;
  /** Their address is somebody else's in what was recorded from then on, in ms since 1970. */
  readonly before: number;
}

/** Entries that one batch reads, and changes with a statement for each. */
const entriesPerBatch = 50;

/**
 * Erases, in up to `limit` entries of any workspace, from where the person asked and what is told of them: details about them, or in which their address
 * stands whole. Who did what stays, by id. What goes leaves its salted digest, so that the seals hold, and takes its salt along, so that nobody finds it by trying.
 * Returns how many entries there were; the last answer is 0. Each call looks at everything.
 */
export async function erasePersonalDetails(db: Database, person: Person, limit: number): Promise<number> {
  let erased = 0;
  // Also what somebody put before the first entry.
  for (let after = Number.MIN_SAFE_INTEGER; erased < limit; ) {
    const candidates = await readCandidates(db, person, after);
    const theirs = candidates.filter((entry) => erasesClient(entry) || erasesDetails(entry, person)).slice(0, limit - erased);
    const writes: Statement[] = [];
    for (const entry of theirs)
      writes.push(
        db
          .update(auditLog)
          .set(await leftOf(entry, person))
          .where(eq(auditLog.seq, entry.seq)),
      );
    await commit(db, writes);
    erased += theirs.length;
    // What lies behind was looked at.
    after = candidates.at(-1)?.seq ?? after;
    if (candidates.length < entriesPerBatch) break;
  }
  return erased;
}

/** The first entries behind `after` that may be the person's: the database only finds their address, perhaps within a longer one. */
function readCandidates(db: Database, person: Person, after: number) {
  const ofClient = and(isNotNull(auditLog.client), or(eq(auditLog.userId, person.userId), isVisitorAbout(person.userId)));
  const isAbout = and(isNotNull(auditLog.details), eq(auditLog.aboutUserId, person.userId));
  const mayMention =
    person.email === null
      ? undefined
      : and(isNotNull(auditLog.details), lt(auditLog.at, person.before), sql`instr(lower(${auditLog.details}), ${person.email}) > 0`);
  return db
    .select({
      seq: auditLog.seq,
      ofClient: sql<number | null>`${ofClient}`,
      isAbout: sql<number | null>`${isAbout}`,
      mayMention: sql<number | null>`${mayMention ?? sql`0`}`,
      ...personalColumns,
    })
    .from(auditLog)
    .where(and(gt(auditLog.seq, after), or(ofClient, isAbout, mayMention)))
    .orderBy(asc(auditLog.seq))
    .limit(entriesPerBatch);
}

type Candidate = Awaited<ReturnType<typeof readCandidates>>[number];

const erasesClient = ({ ofClient }: Candidate): boolean => ofClient === 1;

function erasesDetails({ isAbout, mayMention, details }: Candidate, { email }: Person): boolean {
  if (isAbout === 1) return true;
  return mayMention === 1 && email !== null && details.text !== null && mentionsAddress(details.text, email);
}

/** What becomes of the personal fields that go. */
async function leftOf(entry: Candidate, person: Person) {
  const { client, details } = entry;
  return {
    ...(erasesClient(entry) ? { client: null, clientSalt: null, clientDigest: (await digestOf(client)) ?? null } : {}),
    ...(erasesDetails(entry, person) ? { details: null, detailsSalt: null, detailsDigest: (await digestOf(details)) ?? null } : {}),
  };
}

/** Whether somebody who was not known yet asked for this person, such as for a link to set a new password: most likely they themselves. */
const isVisitorAbout = (userId: string) => and(eq(auditLog.actorKind, "visitor"), eq(auditLog.aboutUserId, userId));
