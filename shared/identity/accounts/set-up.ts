import { timingSafeEqual } from "node:crypto";
import { and, eq, isNull, notExists, sql } from "drizzle-orm";
import { recordChange } from "../../audit-log/index.ts";
import { members, users, workspaces } from "../../db/schema/index.ts";
import { AppError, commitOr, guarded, newId, type Statement, sha256, type VisitorContext } from "../../platform/index.ts";
import { countGuess } from "../attempts/count-guess.ts";
import { queueMail } from "../mails/queue-mail.ts";
import { hashPassword } from "../passwords/hash-password.ts";
import { requireGoodPassword } from "../passwords/require-good-password.ts";
import { recordAccountChange } from "../record-account-change.ts";
import type { SignedInUser } from "../sessions/schemas.ts";
import { type SessionTokens, startSession } from "../sessions/start-session.ts";
import type { SetupInput } from "./schemas.ts";

/**
 * Makes the first operator of an installation, with a workspace of which they are the admin, and signs them in. It works while there is no operator who may act.
 * @throws AppError `not_found` without a SETUP_TOKEN, `forbidden` for another, `gone` once there is an operator, `conflict` when the address has
 *   an account, `invalid` for a bad password
 */
export async function setUp(
  ctx: VisitorContext,
  { token, email, name, password, workspace }: SetupInput,
): Promise<{ user: SignedInUser; tokens: SessionTokens }> {
  await requireSetupToken(ctx, token);
  await requireNoOperator(ctx);
  requireGoodPassword(password, [email, name, workspace]);
  const passwordHash = await hashPassword(password);
  const { directory: db } = ctx;
  const createdAt = ctx.now();
  const userId = newId("user", createdAt);
  const workspaceId = newId("workspace", createdAt);
  const { statements, tokens } = await startSession(ctx, { id: userId, tokenVersion: 0 });
  await commitOr(
    db,
    [
      ...guarded(db, insertFirstOperator(ctx, { id: userId, email, name, passwordHash, createdAt })),
      db.insert(workspaces).values({ id: workspaceId, name: workspace, createdAt }),
      db.insert(members).values({ workspaceId, userId, role: "admin", createdAt }),
      recordAccountChange(ctx, userId, { action: "user.set-up", after: { email, name, isOperator: true } }),
      recordChange(ctx, db, { action: "workspace.create", targetId: workspaceId, workspaceId, after: { name: workspace }, userId }),
      ...statements,
      ...(ctx.sendsMail ? [queueMail(ctx, { kind: "verify-email", userId, email })] : []),
    ],
    async () => {
      await requireNoOperator(ctx);
      return new AppError("conflict", "There is an account with this e-mail address already. Choose another address.");
    },
  );
  return { user: { id: userId, email, name }, tokens };
}

/** Without a token in its settings, an installation has nothing here. */
async function requireSetupToken(ctx: VisitorContext, token: string): Promise<void> {
  if (ctx.setupToken === undefined) throw new AppError("not_found", "There is nothing at this address. The API is described at /docs.");
  const expected = ctx.setupToken.reveal();
  await countGuess(ctx, async () => {
    if (!(await isSame(expected, token))) throw new AppError("forbidden", "This is not the setup token of this installation.");
  });
}

/** Compares hashes, and all of their bytes, so that the time it takes says nothing of how much was right. */
async function isSame(expected: string, given: string): Promise<boolean> {
  return timingSafeEqual(await sha256(expected), await sha256(given));
}

/** Of operators: one who is suspended can let nobody in, nor be resumed while there is no other. */
const mayAct = and(eq(users.isOperator, true), isNull(users.suspendedAt));

async function requireNoOperator({ directory }: VisitorContext): Promise<void> {
  const operator = await directory.query.users.findFirst({ columns: { id: true }, where: mayAct });
  if (operator !== undefined) throw new AppError("gone", "This installation is set up already: it has an operator. Sign in, or ask them to invite you.");
}

type FirstOperator = Required<Pick<typeof users.$inferInsert, "id" | "email" | "name" | "createdAt">> & { readonly passwordHash: string };

/** Matches no row once there is an operator, also one who came a moment ago. */
function insertFirstOperator({ directory }: VisitorContext, { id, email, name, passwordHash, createdAt }: FirstOperator): Statement {
  const operator = directory.select({ id: users.id }).from(users).where(mayAct);
  return directory.insert(users).select((query) =>
    query
      .select({
        id: sql`${id}`.as("id"),
        email: sql`${email}`.as("email"),
        name: sql`${name}`.as("name"),
        language: sql`null`.as("language"),
        passwordHash: sql`${passwordHash}`.as("password_hash"),
        emailVerifiedAt: sql`null`.as("email_verified_at"),
        tokenVersion: sql`0`.as("token_version"),
        isOperator: sql`1`.as("is_operator"),
        suspendedAt: sql`null`.as("suspended_at"),
        createdAt: sql`${createdAt}`.as("created_at"),
      })
      .from(sql`(select 1)`)
      .where(notExists(operator)),
  );
}
