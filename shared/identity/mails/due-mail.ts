import { and, asc, eq, isNull, type SQL } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { members, users, workspaces } from "../../db/schema/index.ts";
import { countTroubles } from "../../dead-letters/index.ts";
import type { MailContent, MailLink, MailReader, MailRequest } from "../../mail/index.ts";
import { hourMs, minuteMs } from "../../platform/index.ts";
import { readOpenInvitation } from "../invitations/open-invitation.ts";
import type { TokenPurpose } from "../one-time-tokens.ts";

/** An e-mail that is still worth sending: to whom, in which language, and what it says. */
export interface DueMail {
  readonly to: string;
  readonly reader: MailReader;
  readonly says: MailContent | LinkMail;
}

/** An e-mail whose link is made only when it is sent. */
export interface LinkMail {
  readonly purpose: TokenPurpose;
  /** Id of the invitation or the user that the link is for. */
  readonly subjectId: string;
  /** When the link stops working, in ms since 1970. */
  readonly until: number;
  readonly with: (link: MailLink) => MailContent;
}

/** Finds out what a notification says: of these another domain knows, which knows this one. */
export type FindNotificationMail = (request: Extract<MailRequest, { kind: "notification" }>) => Promise<DueMail | null>;

/** What is found here. */
type Request = Exclude<MailRequest, { kind: "notification" }>;
type Kind = Request["kind"];
type Of<K extends Kind> = Extract<Request, { kind: K }>;

/** What each kind of request asks for, as things stand now; null when nobody is to get it any more. */
const findBy: { readonly [K in Kind]: (db: Database, request: Of<K>, at: number) => Promise<DueMail | null> } = {
  invitation: findInvitation,
  "reset-password": async (db, { email }, at) => {
    const user = await findUser(db, eq(users.email, email));
    return user && { ...user, says: linkFor(user, "reset-password", at + 30 * minuteMs) };
  },
  "verify-email": async (db, { userId, email }, at) => {
    const user = await findUser(db, eq(users.id, userId));
    if (user === null || (user.to === email ? user.isVerified : await isTaken(db, email))) return null;
    return { ...user, to: email, says: linkFor({ ...user, to: email }, "verify-email", at + 24 * hourMs) };
  },
  "password-changed": async (db, { kind, userId }) => {
    const user = await findUser(db, eq(users.id, userId));
    return user && { ...user, says: { kind, email: user.to } };
  },
  "email-changed": async (db, { kind, userId, email }) => {
    const user = await findUser(db, eq(users.id, userId));
    return user && { ...user, to: email, says: { kind, email } };
  },
  "dead-letter-digest": async (db, { kind, userId, since, until }) => {
    const user = await findUser(db, and(eq(users.id, userId), eq(users.isOperator, true), isNull(users.suspendedAt)));
    const { oldestAt, ...troubles } = await countTroubles(db, { since, until });
    // Somebody may have seen to all of it meanwhile.
    return user && oldestAt !== null ? { ...user, says: { kind, ...troubles, oldestAt } } : null;
  },
};

/** Null when there is nothing to send (any more). @param at ms since 1970 */
export function findDueMail<K extends Kind>(db: Database, request: Of<K>, at: number): Promise<DueMail | null> {
  const kind: K = request.kind;
  return findBy[kind](db, request, at);
}

function linkFor({ id, to: email }: { id: string; to: string }, kind: "reset-password" | "verify-email", until: number): LinkMail {
  return { purpose: kind, subjectId: id, until, with: (link) => ({ kind, email, link }) };
}

async function findInvitation(db: Database, { kind, invitationId }: Of<"invitation">, at: number): Promise<DueMail | null> {
  const found = await readOpenInvitation(db, invitationId, at);
  if (found === undefined) return null;
  const { role, workspaceName: workspace, timeZone, inviterName: name, inviterEmail: email } = found;
  return {
    to: found.email,
    reader: { language: found.accountLanguage ?? found.workspaceLanguage, timeZone },
    says: {
      purpose: "accept-invitation",
      subjectId: invitationId,
      until: found.expiresAt,
      with: (link) => ({ kind, inviter: { name, email }, workspace, role, link }),
    },
  };
}

/** Somebody, at their address and in their language; else in that of the workspace that they joined first. */
async function findUser(db: Database, which: SQL | undefined): Promise<(Omit<DueMail, "says"> & { readonly id: string; readonly isVerified: boolean }) | null> {
  const [found] = await db
    .select({
      id: users.id,
      to: users.email,
      verifiedAt: users.emailVerifiedAt,
      ownLanguage: users.language,
      workspaceLanguage: workspaces.language,
      timeZone: workspaces.timeZone,
    })
    .from(users)
    .leftJoin(members, eq(members.userId, users.id))
    .leftJoin(workspaces, eq(workspaces.id, members.workspaceId))
    .where(which)
    .orderBy(asc(members.createdAt), asc(members.workspaceId))
    .limit(1);
  if (found === undefined) return null;
  const { id, to, verifiedAt, ownLanguage, workspaceLanguage, timeZone } = found;
  return { id, to, isVerified: verifiedAt !== null, reader: { language: ownLanguage ?? workspaceLanguage ?? "en", timeZone: timeZone ?? "UTC" } };
}

async function isTaken(db: Database, email: string): Promise<boolean> {
  return (await db.query.users.findFirst({ columns: { id: true }, where: eq(users.email, email) })) !== undefined;
}
