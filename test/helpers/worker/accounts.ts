import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { directoryDatabase } from "../../../shared/db/client.ts";
import { attempts, invitations, jobs, users } from "../../../shared/db/schema/index.ts";
import type { AttemptPolicyName } from "../../../shared/identity/attempts/attempt-policies.ts";
import { subjectOf } from "../../../shared/identity/attempts/subject-of.ts";
import type { Role } from "../../../shared/identity/index.ts";
import { queueMail } from "../../../shared/identity/mails/queue-mail.ts";
import { makeOneTimeToken, type TokenPurpose } from "../../../shared/identity/one-time-tokens.ts";
import { verifyPassword } from "../../../shared/identity/passwords/hash-password.ts";
import type { MailRequest } from "../../../shared/mail/index.ts";
import { commit, dayMs, hourMs, newId, systemClock } from "../../../shared/platform/index.ts";
import { call, type SeededWorkspace } from "./api.ts";
import { visitorOfTest } from "./people.ts";

/** Good under the rules for passwords. */
export const goodPassword = "seven green lamps";

const directory = directoryDatabase(env);

interface TokenOptions {
  readonly purpose: TokenPurpose;
  readonly subjectId: string;
  readonly email: string;
  /** Negative for one whose time is over. */
  readonly lifeMs?: number;
}

/** The token of a link, as if its e-mail had been sent. */
export async function seedToken({ lifeMs = hourMs, ...about }: TokenOptions): Promise<string> {
  const { token, statement } = await makeOneTimeToken({ directory, now: systemClock }, { ...about, lifeMs });
  await commit(directory, [statement]);
  return token;
}

interface InvitationOptions {
  readonly email?: string;
  readonly role?: Role;
  readonly expiresAt?: number;
  readonly revokedAt?: number;
  readonly acceptedAt?: number;
}

/** An invitation to a workspace by its member, with the token of its e-mail. */
export async function seedInvitation(workspace: SeededWorkspace, { role = "qa", ...options }: InvitationOptions = {}) {
  const id = newId("invitation");
  const { email = `${id}@example.com` } = options;
  const createdAt = Date.now();
  const row = { id, workspaceId: workspace.id, role, invitedBy: workspace.userId, createdAt, expiresAt: createdAt + 7 * dayMs, ...options, email };
  await directory.insert(invitations).values(row);
  return { id, email, token: await seedToken({ purpose: "accept-invitation", subjectId: id, email }) };
}

export async function readUser(userId: string) {
  const user = await directory.query.users.findFirst({ where: eq(users.id, userId) });
  if (user === undefined) throw new Error(`There is no user ${userId}.`);
  return user;
}

/** Whether somebody has this password. */
export async function hasPassword(userId: string, password: string): Promise<boolean> {
  return verifyPassword(password, (await readUser(userId)).passwordHash);
}

/** An e-mail that waits to be sent. */
export async function seedQueuedMail(mail: MailRequest): Promise<void> {
  await directory.batch([queueMail(visitorOfTest(), mail)]);
}

/** The e-mails that were asked for, oldest first. */
export async function queuedMails(): Promise<unknown[]> {
  const rows = await directory.select({ input: jobs.input }).from(jobs).where(eq(jobs.type, "mail.send")).orderBy(jobs.id);
  return rows.map(({ input }) => input);
}

/** Makes somebody wait, as after many tries. */
export async function seedWait(policy: AttemptPolicyName, who: string): Promise<void> {
  const since = Date.now();
  const wait = { count: 100, since, blockedUntil: since + hourMs };
  await directory
    .insert(attempts)
    .values({ subject: await subjectOf(policy, who), ...wait })
    .onConflictDoUpdate({ target: attempts.subject, set: wait });
}

/** How many tries are held against somebody. */
export async function triesOf(policy: AttemptPolicyName, who: string): Promise<number> {
  const row = await directory.query.attempts.findFirst({ where: eq(attempts.subject, await subjectOf(policy, who)) });
  return row?.count ?? 0;
}

let places = 0;

/** A request to `/api/v1` from an address of its own, so that tries of one test are not counted together with those of another. */
export function ask(method: string, path: string, { body, token, ip }: { body?: unknown; token?: string; ip?: string } = {}): Promise<Response> {
  places += 1;
  const from = ip ?? `198.51.${100 + Math.floor(places / 250)}.${places % 250}`;
  const headers = { "CF-Connecting-IP": from, ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) };
  return call(method, `/api/v1${path}`, { body, headers });
}
