import { and, asc, eq, gt, inArray, isNull, lte, or, type SQL, sql } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import {
  apiKeys,
  auditLog,
  audits,
  invitations,
  members,
  notificationPreferences,
  notifications,
  sessions,
  usage,
  users,
  workspaces,
} from "../db/schema/index.ts";
import { AppError, dayAt, type PersonContext } from "../platform/index.ts";
import { paged, rowsPerPage } from "./paged.ts";
import type { PersonalData } from "./schemas.ts";

type Section = Exclude<keyof PersonalData, "exportedAt" | "account">;
type Pages<K extends Section> = AsyncGenerator<PersonalData[K], void>;

/** What the export begins with. */
export async function readAccountOf({ directory, userId }: PersonContext): Promise<PersonalData["account"]> {
  const user = await directory.query.users.findFirst({ where: eq(users.id, userId) });
  if (user === undefined) throw new AppError("internal", `The user ${userId}, who was authenticated, is gone.`);
  const { id, email, name, language, emailVerifiedAt, isOperator, createdAt } = user;
  return { id, email, name, language, emailVerified: emailVerifiedAt !== null, isOperator, createdAt };
}

/**
 * The lists of the export, in its order; each reads a page when it is asked for one.
 * @param until what came later is not in it, in ms since 1970
 */
export function sectionsOf(
  { directory: db, userId }: PersonContext,
  email: string,
  until: number,
  databases: readonly Database[],
): { readonly [K in Section]: Pages<K> } {
  return {
    memberships: readMemberships(db, userId, until),
    sessions: readSessions(db, userId, until),
    notifications: readNotifications(db, userId, until),
    notificationPreferences: readPreferences(db, userId),
    invitations: readInvitations(db, email, until),
    keys: readKeys(db, userId, until),
    audits: fromAll(databases, (each) => readAudits(each, userId, until)),
    log: fromAll(databases, (each) => readLog(each, userId, until)),
    usage: fromAll(databases, (each) => readUsage(each, userId, until)),
  };
}

async function* fromAll<Page>(databases: readonly Database[], read: (db: Database) => AsyncGenerator<Page, void>): AsyncGenerator<Page, void> {
  for (const db of databases) yield* read(db);
}

const after = (column: Parameters<typeof gt>[0], last: string | number | undefined): SQL | undefined => (last === undefined ? undefined : gt(column, last));

function readMemberships(db: Database, userId: string, until: number): Pages<"memberships"> {
  return paged((last) =>
    db
      .select({ id: workspaces.id, name: workspaces.name, role: members.role, joinedAt: members.createdAt })
      .from(members)
      .innerJoin(workspaces, eq(workspaces.id, members.workspaceId))
      .where(and(eq(members.userId, userId), lte(members.createdAt, until), after(members.workspaceId, last?.id)))
      .orderBy(asc(members.workspaceId))
      .limit(rowsPerPage),
  );
}

function readSessions(db: Database, userId: string, until: number): Pages<"sessions"> {
  const { id, createdAt, lastUsedAt, expiresAt, revokedAt, ip, userAgent } = sessions;
  return paged((last) =>
    db
      .select({ id, createdAt, lastUsedAt, expiresAt, revokedAt, ip, userAgent })
      .from(sessions)
      .where(and(eq(sessions.userId, userId), lte(createdAt, until), after(id, last?.id)))
      .orderBy(asc(id))
      .limit(rowsPerPage),
  );
}

/** Where somebody may have been told something: the index on what they were told begins with it. */
const theirs = (db: Database, userId: string) => db.select({ id: members.workspaceId }).from(members).where(eq(members.userId, userId));

function readNotifications(db: Database, userId: string, until: number): Pages<"notifications"> {
  const { id, workspaceId, type, data, createdAt, readAt } = notifications;
  const own = and(inArray(workspaceId, theirs(db, userId)), eq(notifications.userId, userId), lte(createdAt, until));
  return paged((last) =>
    db
      .select({ id, workspaceId, type, data, createdAt, readAt })
      .from(notifications)
      .where(and(own, last && sql`(${workspaceId}, ${id}) > (${last.workspaceId}, ${last.id})`))
      .orderBy(asc(workspaceId), asc(id))
      .limit(rowsPerPage),
  );
}

function readPreferences(db: Database, userId: string): Pages<"notificationPreferences"> {
  const { workspaceId, type, inApp, email } = notificationPreferences;
  const own = and(inArray(workspaceId, theirs(db, userId)), eq(notificationPreferences.userId, userId));
  return paged((last) =>
    db
      .select({ workspaceId, type, inApp, email })
      .from(notificationPreferences)
      .where(and(own, last && sql`(${workspaceId}, ${type}) > (${last.workspaceId}, ${last.type})`))
      .orderBy(asc(workspaceId), asc(type))
      .limit(rowsPerPage),
  );
}

function readInvitations(db: Database, email: string, until: number): Pages<"invitations"> {
  const { id, workspaceId, role, createdAt, expiresAt, acceptedAt, revokedAt } = invitations;
  return paged((last) =>
    db
      .select({ id, workspaceId, email: invitations.email, role, createdAt, expiresAt, acceptedAt, revokedAt })
      .from(invitations)
      .where(and(eq(invitations.email, email), lte(createdAt, until), after(id, last?.id)))
      .orderBy(asc(id))
      .limit(rowsPerPage),
  );
}

function readKeys(db: Database, userId: string, until: number): Pages<"keys"> {
  const { prefix, workspaceId, name, scopes, allowedIps, createdAt, expiresAt, revokedAt, lastUsedAt } = apiKeys;
  return paged((last) =>
    db
      .select({ prefix, workspaceId, name, scopes, allowedIps, createdAt, expiresAt, revokedAt, lastUsedAt })
      .from(apiKeys)
      .where(and(eq(apiKeys.createdBy, userId), lte(createdAt, until), after(prefix, last?.prefix)))
      .orderBy(asc(prefix))
      .limit(rowsPerPage),
  );
}

function readAudits(db: Database, userId: string, until: number): Pages<"audits"> {
  const { id, workspaceId, url, status, createdAt, finishedAt } = audits;
  return paged((last) =>
    db
      .select({ id, workspaceId, url, status, createdAt, finishedAt })
      .from(audits)
      .where(and(eq(audits.createdBy, userId), lte(createdAt, until), isNull(audits.deletedAt), isNull(audits.confirmsId), after(id, last?.id)))
      .orderBy(asc(id))
      .limit(rowsPerPage),
  );
}

/** Of what others did, not from where; of what was done to others or to things, not before and after: that is the workspace's. */
async function* readLog(db: Database, userId: string, until: number): Pages<"log"> {
  const { seq, aboutUserId } = auditLog;
  const pages = paged<typeof auditLog.$inferSelect>((last) =>
    db
      .select()
      .from(auditLog)
      .where(and(or(eq(auditLog.userId, userId), eq(aboutUserId, userId)), lte(auditLog.at, until), after(seq, last?.seq)))
      .orderBy(asc(seq))
      .limit(rowsPerPage),
  );
  for await (const page of pages)
    yield page.map(({ id, workspaceId, at, action, targetId, ...entry }) => ({
      ...{ id, workspaceId, at, action, targetId },
      client: entry.userId === userId ? entry.client : null,
      details: entry.aboutUserId === userId ? entry.details : null,
    }));
}

function readUsage(db: Database, userId: string, until: number): Pages<"usage"> {
  const { workspaceId, day, principalId, requests, errors, limited, audits: audited } = usage;
  return paged((last) =>
    db
      .select({ workspaceId, day, principalId, requests, errors, limited, audits: audited })
      .from(usage)
      .where(
        and(
          eq(usage.userId, userId),
          lte(day, dayAt(until)),
          last && sql`(${workspaceId}, ${day}, ${principalId}) > (${last.workspaceId}, ${last.day}, ${last.principalId})`,
        ),
      )
      .orderBy(asc(workspaceId), asc(day), asc(principalId))
      .limit(rowsPerPage),
  );
}
