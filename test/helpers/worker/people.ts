import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { directoryDatabase } from "../../../shared/db/client.ts";
import { members, users } from "../../../shared/db/schema/index.ts";
import type { Role } from "../../../shared/identity/index.ts";
import { hashPassword } from "../../../shared/identity/passwords/hash-password.ts";
import { type SessionTokens, startSession } from "../../../shared/identity/sessions/start-session.ts";
import { commit, createLog, newId, type VisitorContext } from "../../../shared/platform/index.ts";
import { visitorContext } from "../../../workers/context.ts";
import { call, type SeededWorkspace } from "./api.ts";

/** What verbs of nobody in particular receive, with what the test says instead, such as a clock. */
export function visitorOfTest(overrides: Partial<VisitorContext> = {}): VisitorContext {
  const visitor = visitorContext(env, { requestId: newId("request"), log: createLog(), client: { ip: null, userAgent: null } });
  return { ...visitor, ...overrides };
}

/** Somebody more in a workspace, without a password; returns the user's id. */
export async function seedMember(workspace: Pick<SeededWorkspace, "id">, { role }: { role: Role }): Promise<string> {
  const db = directoryDatabase(env);
  const userId = newId("user");
  await db.batch([
    db.insert(users).values({ id: userId, email: `${userId}@example.com`, createdAt: Date.now() }),
    db.insert(members).values({ workspaceId: workspace.id, userId, role, createdAt: Date.now() }),
  ]);
  return userId;
}

/** A new session of a user, started without the password. */
export async function signInAs(userId: string, ctx: VisitorContext = visitorOfTest()): Promise<SessionTokens> {
  const [user] = await ctx.directory.select({ id: users.id, tokenVersion: users.tokenVersion }).from(users).where(eq(users.id, userId));
  if (user === undefined) throw new Error(`There is no user ${userId}.`);
  const { statements, tokens } = await startSession(ctx, user);
  await commit(ctx.directory, statements);
  return tokens;
}

/** A client of somebody who signed in, such as `(await signedIn(userId))("GET", "/api/v1/members")`. */
export type SignedIn = (method: string, path: string, body?: unknown) => Promise<Response>;

/** Signs somebody in, in the workspace that they mean, if they say which. */
export async function signedIn(userId: string, workspaceId?: string): Promise<SignedIn> {
  const { accessToken } = await signInAs(userId);
  const headers = { Authorization: `Bearer ${accessToken}`, ...(workspaceId === undefined ? {} : { "X-Workspace": workspaceId }) };
  return (method, path, body) => call(method, path, { headers, body });
}

/** Hashing takes a while, as it should; tests have better things to do than to do it twice. */
const hashes = new Map<string, string>();

/** Gives a user a password; returns their e-mail address. */
export async function seedPassword(userId: string, password: string): Promise<string> {
  const passwordHash = hashes.get(password) ?? (await hashPassword(password));
  hashes.set(password, passwordHash);
  const changed = await directoryDatabase(env).update(users).set({ passwordHash }).where(eq(users.id, userId)).returning({ email: users.email });
  const [user] = changed;
  if (user === undefined) throw new Error(`There is no user ${userId}.`);
  return user.email;
}
