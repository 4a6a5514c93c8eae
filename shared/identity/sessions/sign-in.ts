import { and, eq, isNull } from "drizzle-orm";
import { users } from "../../db/schema/index.ts";
import { AppError, commit, commitOr, guarded, type Statement, type VisitorContext } from "../../platform/index.ts";
import { countAttempts, takeBackAttempt } from "../attempts/count-attempt.ts";
import { hashPassword, isOutdated, verifyPassword } from "../passwords/hash-password.ts";
import { requireActivePerson } from "../suspension/standing.ts";
import type { SignedInUser, SignInInput } from "./schemas.ts";
import { type SessionTokens, startSession } from "./start-session.ts";

/**
 * Starts a session of whoever knows the password of an address. For an address that nobody has, the same is done, in the same time and with the same
 * words. A try counts before the password is looked at, and afterwards only if that was wrong: neither the owner of an address that others guess at,
 * nor the place they come from, pays for what was no guess.
 * @throws AppError `unauthenticated`, `rate_limited`, `forbidden` for who knows the password of an account that is suspended, `conflict` when the account is
 *   changed at the same time
 */
export async function signIn(ctx: VisitorContext, { email, password }: SignInInput): Promise<{ user: SignedInUser; tokens: SessionTokens }> {
  // The place first: who is slowed down there cannot keep a person's address busy.
  const tries = await countAttempts(ctx, [
    ["signInIp", ctx.client.ip],
    ["signInAddress", email],
  ]);
  const takeBack = tries.map((each) => takeBackAttempt(ctx, each));
  try {
    return await startSessionOf(ctx, { email, password }, takeBack);
  } catch (error) {
    const isWrong = error instanceof AppError && error.code === "unauthenticated";
    if (!isWrong) await commit(ctx.directory, takeBack);
    throw error;
  }
}

async function startSessionOf(
  ctx: VisitorContext,
  { email, password }: Pick<SignInInput, "email" | "password">,
  beside: readonly Statement[],
): Promise<{ user: SignedInUser; tokens: SessionTokens }> {
  const { directory: db } = ctx;
  const { id, name, passwordHash, tokenVersion, suspendedAt } = users;
  const [user] = await db.select({ id, name, passwordHash, tokenVersion, suspendedAt }).from(users).where(eq(users.email, email)).limit(1);
  const isRight = await verifyPassword(password, user?.passwordHash ?? null);
  if (!isRight || user === undefined || user.passwordHash === null) throw new AppError("unauthenticated", "The e-mail address or the password is not right.");
  requireActivePerson(user.suspendedAt);
  const { statements, tokens } = await startSession(ctx, user);
  const checked = await confirmPassword(db, { ...user, passwordHash: user.passwordHash }, password);
  await commitOr(db, [...checked, ...statements, ...beside], async () => new AppError("conflict", "Your account was changed at the same moment. Try again."));
  return { user: { id: user.id, email, name: user.name }, tokens };
}

interface CheckedUser {
  readonly id: string;
  readonly passwordHash: string;
  readonly tokenVersion: number;
}

/**
 * Loses when the password was changed, everybody was signed out, or the account was suspended while it was checked: no session may start after that. Stores the password
 * anew when guessing is to cost more than it did.
 */
async function confirmPassword(db: VisitorContext["directory"], { id, passwordHash, tokenVersion }: CheckedUser, password: string): Promise<Statement[]> {
  const renewed = isOutdated(passwordHash) ? await hashPassword(password) : passwordHash;
  const unchanged = and(eq(users.id, id), eq(users.passwordHash, passwordHash), eq(users.tokenVersion, tokenVersion), isNull(users.suspendedAt));
  return guarded(db, db.update(users).set({ passwordHash: renewed }).where(unchanged));
}
