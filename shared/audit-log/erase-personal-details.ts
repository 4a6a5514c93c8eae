import { and, asc, eq, gt, isNotNull, or, type SQL, sql } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { auditLog } from "../db/schema/index.ts";
import { commit, type Statement } from "../platform/index.ts";
import { digestOf } from "./personal-digest.ts";
import { personalColumns } from "./stored-entry.ts";

interface Person {
  readonly userId: string;
  /** As it is stored: in lower case. Null when only what names the person by id is theirs. */
  readonly email: string | null;
}

interface Erased {
  /** Whether there is nothing of the person any more after what was looked at. */
  readonly done: boolean;
  /** Entries of which something was erased now. */
  readonly changed: number;
  /** Order of the last entry that was looked at; the next call may begin `after` it. */
  readonly after: number;
}

/**
 * Erases, in up to `limit` entries of any workspace, from where the person asked and what is told of them: details about them, or in which their address
 * stands. Who did what stays, by id. What goes leaves its salted digest, so that the seals hold, and takes its salt along, so that nobody finds it by trying.
 * Call it again until it is `done`. Without `after` it looks at everything.
 */
export async function erasePersonalDetails(db: Database, person: Person, limit: number, after = 0): Promise<Erased> {
  const ofClient = and(isNotNull(auditLog.client), or(eq(auditLog.userId, person.userId), isVisitorAbout(person.userId)));
  const ofDetails = and(isNotNull(auditLog.details), or(eq(auditLog.aboutUserId, person.userId), person.email === null ? undefined : mentions(person.email)));
  const rows = await db
    .select({ seq: auditLog.seq, hasClient: sql<number>`${ofClient}`, hasDetails: sql<number>`${ofDetails}`, ...personalColumns })
    .from(auditLog)
    .where(and(gt(auditLog.seq, after), or(ofClient, ofDetails)))
    .orderBy(asc(auditLog.seq))
    .limit(limit);
  const writes: Statement[] = [];
  for (const { seq, hasClient, hasDetails, client, details } of rows) {
    writes.push(
      db
        .update(auditLog)
        .set({
          ...(hasClient === 1 ? { client: null, clientSalt: null, clientDigest: (await digestOf(client)) ?? null } : {}),
          ...(hasDetails === 1 ? { details: null, detailsSalt: null, detailsDigest: (await digestOf(details)) ?? null } : {}),
        })
        .where(eq(auditLog.seq, seq)),
    );
  }
  await commit(db, writes);
  return { done: rows.length < limit, changed: rows.length, after: rows.at(-1)?.seq ?? after };
}

/** Whether somebody who was not known yet asked for this person, such as for a link to set a new password: most likely they themselves. */
const isVisitorAbout = (userId: string) => and(eq(auditLog.actorKind, "visitor"), eq(auditLog.aboutUserId, userId));

/** Whether an address stands anywhere in the details, as JSON writes it. */
function mentions(email: string): SQL {
  const written = JSON.stringify(email.toLowerCase()).slice(1, -1);
  return sql`instr(lower(${auditLog.details}), ${written}) > 0`;
}
