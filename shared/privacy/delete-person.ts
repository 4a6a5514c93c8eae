import { and, eq, inArray, isNull, type SQL } from "drizzle-orm";
import { bySystem, recordChange } from "../audit-log/index.ts";
import { installationId } from "../db/client.ts";
import { invitations, members, oneTimeTokens, refreshTokens, sessions, users } from "../db/schema/index.ts";
import { endInboxOf, endInvitationsOf, endKeysOf, refuseLastAdmin, requireOtherAdmins } from "../identity/index.ts";
import { AppError, type commitOr, guarded, type Statement, type VisitorContext } from "../platform/index.ts";
import { formerAddresses } from "./former-addresses.ts";
import { insertErasure } from "./insert-erasure.ts";

interface Person {
  readonly id: string;
  readonly email: string;
}

interface How {
  /** What must hold of the account's row beside its id and address. */
  readonly still?: SQL;
  readonly commitWith: typeof commitOr;
}

/** The person themselves, or an operator. */
type Deleter = VisitorContext & Parameters<typeof recordChange>[0];

/**
 * Deletes an account, whoever asks for it: the verbs beside this file have checked that.
 * @throws AppError `conflict` for the last admin of a workspace, and when the account was changed meanwhile
 */
export async function deletePerson(ctx: Deleter, person: Person, { still, commitWith }: How): Promise<void> {
  const { directory: db } = ctx;
  const { id: userId, email } = person;
  await refuseLastAdmin(ctx, userId);
  const addresses = [email, ...(await formerAddresses(ctx, person))];
  const memberships = await db.select().from(members).where(eq(members.userId, userId));
  const tellerOf = await findTellers(ctx);
  const workspaceIds = memberships.map(({ workspaceId }) => workspaceId);
  ctx.rightsChanges.push(...workspaceIds.map((workspaceId) => ({ workspaceId, userId, actorId: null })));
  await commitWith(
    db,
    [
      requireOtherAdmins(ctx, userId),
      ...guarded(db, db.delete(users).where(and(eq(users.id, userId), eq(users.email, email), still))),
      ...endEverything(ctx, person),
      ...endInboxOf(ctx, userId, workspaceIds),
      ...(await endKeysOf(ctx, { userId }, tellerOf)),
      ...(await endInvitationsOf(ctx, userId, tellerOf)),
      ...memberships.map(({ workspaceId, role }) =>
        recordChange(tellerOf(workspaceId), db, { action: "member.remove", targetId: userId, before: { role }, aboutUserId: userId, workspaceId }),
      ),
      recordChange(ctx, db, { action: "user.delete", targetId: userId, aboutUserId: userId, workspaceId: installationId }),
      ...insertErasure(
        ctx,
        { type: "person.erase", input: { userId, addresses, before: ctx.now(), workspaceIds } },
        // By id alone: an hour later, whoever has the address may have been invited anew.
        { type: "person.erase", input: { userId, addresses: [], before: ctx.now(), workspaceIds } },
      ),
    ],
    async () => {
      await refuseLastAdmin(ctx, userId);
      return new AppError("conflict", "The account was changed at the same moment. Look again.");
    },
  );
}

/**
 * Who is said to have done it, in the log of each workspace: in one that an operator is not in, nobody has to know who they are, and from where they asked.
 * The installation's own log tells.
 */
async function findTellers(ctx: Deleter): Promise<(workspaceId: string) => Deleter> {
  const { directory, actor } = ctx;
  if (actor === undefined || actor.kind === "system") return () => ctx;
  const own = await directory.select({ id: members.workspaceId }).from(members).where(eq(members.userId, actor.userId));
  const isOwn = new Set(own.map(({ id }) => id));
  const nobody: Deleter = { ...ctx, ...bySystem };
  return (workspaceId) => (isOwn.has(workspaceId) ? ctx : nobody);
}

/** What opens anything. Keys and sessions are good only while their person is there, so that none is good once the person's row is gone. */
function endEverything({ directory: db }: VisitorContext, { id: userId, email }: Person): Statement[] {
  const theirs = db.select({ id: sessions.id }).from(sessions).where(eq(sessions.userId, userId));
  const unsettled = and(isNull(invitations.acceptedAt), isNull(invitations.revokedAt));
  return [
    db.delete(members).where(eq(members.userId, userId)),
    db.delete(refreshTokens).where(inArray(refreshTokens.sessionId, theirs)),
    db.delete(sessions).where(eq(sessions.userId, userId)),
    db.delete(invitations).where(and(eq(invitations.email, email), unsettled)),
    db.delete(oneTimeTokens).where(eq(oneTimeTokens.subjectId, userId)),
  ];
}
