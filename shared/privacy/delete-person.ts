import { and, asc, eq, inArray, isNull, ne, notExists, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { recordChange } from "../audit-log/index.ts";
import { installationId } from "../db/client.ts";
import { apiKeys, auditLog, invitations, members, oneTimeTokens, refreshTokens, sessions, users, workspaces } from "../db/schema/index.ts";
import { confirmPassword } from "../identity/index.ts";
import { AppError, type Context, commitOr, guarded, type PersonContext, requirePermission, type Statement, type VisitorContext } from "../platform/index.ts";
import { insertErasure } from "./insert-erasure.ts";
import type { DeleteMeInput } from "./schemas.ts";

/**
 * Deletes the account of somebody who signed in. Sessions, memberships, keys and invitations end at once; the rest follows in the background.
 * @throws AppError `invalid` for a wrong password, `conflict` for the last admin of a workspace, `rate_limited`
 */
export async function deleteMe(ctx: PersonContext, { password }: DeleteMeInput): Promise<void> {
  const { id, email, passwordHash } = await confirmPassword(ctx, password, "body.password");
  await deletePerson(ctx, { id, email }, eq(users.passwordHash, passwordHash));
}

/**
 * Deletes somebody's account as `deleteMe` does, for an operator. One's own takes the password.
 * @throws AppError `not_found`, `conflict` for the last admin of a workspace and for oneself
 */
export async function deleteUser(ctx: Context, userId: string): Promise<void> {
  requirePermission(ctx, "operations:write");
  if (ctx.actor.userId === userId) throw new AppError("conflict", "This is your own account. Delete it at DELETE /api/v1/me, which takes your password.");
  const user = await ctx.directory.query.users.findFirst({ columns: { id: true, email: true }, where: eq(users.id, userId) });
  if (user === undefined) throw new AppError("not_found", "There is no such user.");
  await deletePerson(ctx, user);
}

interface Person {
  readonly id: string;
  readonly email: string;
}

type Asking = VisitorContext & Parameters<typeof recordChange>[0];

/** @param still what must hold of the account's row beside its id */
async function deletePerson(ctx: Asking, person: Person, still?: SQL): Promise<void> {
  const { directory: db } = ctx;
  const { id: userId, email } = person;
  await refuseLastAdmin(ctx, userId);
  const addresses = [email, ...(await formerAddresses(ctx, person))];
  const memberships = await db.select().from(members).where(eq(members.userId, userId));
  await commitOr(
    db,
    [
      requireOtherAdmins(ctx, userId),
      ...guarded(db, db.delete(users).where(and(eq(users.id, userId), eq(users.email, email), still))),
      ...endEverything(ctx, person),
      ...memberships.map(({ workspaceId, role }) =>
        recordChange(ctx, db, { action: "member.remove", targetId: userId, before: { role }, aboutUserId: userId, workspaceId }),
      ),
      recordChange(ctx, db, { action: "user.delete", targetId: userId, aboutUserId: userId, workspaceId: installationId }),
      ...insertErasure(
        ctx,
        { type: "person.erase", input: { userId, addresses, before: ctx.now() } },
        // By id alone: an hour later, whoever has the address may have been invited anew.
        { type: "person.erase", input: { userId, addresses: [], before: ctx.now() } },
      ),
    ],
    async () => {
      await refuseLastAdmin(ctx, userId);
      return new AppError("conflict", "The account was changed at the same moment. Look again.");
    },
  );
}

/** What opens anything. Keys and sessions are good only while their person is there, so that none is good once the person's row is gone. */
function endEverything({ directory: db, now }: VisitorContext, { id: userId, email }: Person): Statement[] {
  const theirs = db.select({ id: sessions.id }).from(sessions).where(eq(sessions.userId, userId));
  const unsettled = and(isNull(invitations.acceptedAt), isNull(invitations.revokedAt));
  const sent = and(eq(invitations.invitedBy, userId), unsettled);
  return [
    db.delete(members).where(eq(members.userId, userId)),
    db
      .update(apiKeys)
      .set({ revokedAt: now() })
      .where(and(eq(apiKeys.createdBy, userId), isNull(apiKeys.revokedAt))),
    db.delete(refreshTokens).where(inArray(refreshTokens.sessionId, theirs)),
    db.delete(sessions).where(eq(sessions.userId, userId)),
    db.delete(invitations).where(and(eq(invitations.email, email), unsettled)),
    db.update(invitations).set({ revokedAt: now() }).where(sent),
    db.delete(oneTimeTokens).where(eq(oneTimeTokens.subjectId, userId)),
  ];
}

/** Workspaces of which somebody is the one admin. */
function aloneIn({ directory }: Pick<VisitorContext, "directory">, userId: string) {
  const other = alias(members, "other");
  const another = directory
    .select({ userId: other.userId })
    .from(other)
    .where(and(eq(other.workspaceId, members.workspaceId), eq(other.role, "admin"), ne(other.userId, userId)));
  return directory
    .select({ id: workspaces.id, name: workspaces.name })
    .from(members)
    .innerJoin(workspaces, eq(workspaces.id, members.workspaceId))
    .where(and(eq(members.userId, userId), eq(members.role, "admin"), notExists(another)));
}

/** Aborts its batch as `guarded` does, where somebody became the last admin since it was looked. */
function requireOtherAdmins(ctx: VisitorContext, userId: string): Statement {
  return ctx.directory.select({ isSpared: sql`iif(exists ${aloneIn(ctx, userId)}, json('conflict'), 1)` }).from(sql`(select 1)`);
}

/** As many workspaces as are named; there may be more. */
const named = 10;

async function refuseLastAdmin(ctx: VisitorContext, userId: string): Promise<void> {
  const alone = await aloneIn(ctx, userId).orderBy(asc(workspaces.id)).limit(named);
  if (alone.length === 0) return;
  const names = alone.map(({ id, name }) => `${name} (${id})`).join(", ");
  throw new AppError("conflict", `The last admin of a workspace cannot go: ${names}. Make somebody else an admin there, or delete the workspace first.`);
}

/** As many as a job takes. */
const mostFormer = 99;

/** Addresses that the account had before, as far as the log tells, and that nobody else has by now. */
async function formerAddresses({ directory: db }: VisitorContext, { id, email }: Person): Promise<string[]> {
  const before = sql<string>`${auditLog.details} ->> '$.before.email'`;
  const owner = db.select({ id: users.id }).from(users).where(eq(users.email, before));
  const rows = await db
    .selectDistinct({ address: before })
    .from(auditLog)
    .where(
      and(
        eq(auditLog.workspaceId, installationId),
        eq(auditLog.targetId, id),
        eq(auditLog.action, "user.verify-email"),
        sql`${before} is not null`,
        ne(before, email),
        notExists(owner),
      ),
    )
    .limit(mostFormer);
  return rows.map(({ address }) => address);
}
