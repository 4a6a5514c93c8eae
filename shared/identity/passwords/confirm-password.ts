import { eq } from "drizzle-orm";
import { users } from "../../db/schema/index.ts";
import { AppError, commit, type PersonContext } from "../../platform/index.ts";
import { countAttempt, takeBackAttempt } from "../attempts/count-attempt.ts";
import { verifyPassword } from "./hash-password.ts";

/** Somebody whose password was just checked. */
interface ConfirmedUser {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
}

/**
 * Asks somebody who signed in for their password once more: whoever found an open session does not know it. Guesses count together with those at
 * the sign-in, so that a session is no way round its limit; what was no wrong guess does not count.
 * @throws AppError `invalid` at `path`, `rate_limited`
 */
export async function confirmPassword(ctx: PersonContext, password: string, path: string): Promise<ConfirmedUser> {
  const { directory, userId } = ctx;
  const { id, email, name, passwordHash } = users;
  const [user] = await directory.select({ id, email, name, passwordHash }).from(users).where(eq(id, userId)).limit(1);
  if (user === undefined) throw new AppError("internal", `The user ${userId}, who was authenticated, is gone.`);
  const counted = await countAttempt(ctx, "signInAddress", user.email);
  const takeBack = () => commit(directory, [takeBackAttempt(ctx, counted)]);
  const isRight = await verifyPassword(password, user.passwordHash).catch(async (error: unknown) => {
    await takeBack();
    throw error;
  });
  if (!isRight || user.passwordHash === null) throw wrong(path);
  await takeBack();
  return { ...user, passwordHash: user.passwordHash };
}

function wrong(path: string): AppError {
  const message = "This is not your password. If you forgot it, ask for a link at /api/v1/auth/forgot-password to set a new one.";
  return new AppError("invalid", message, { errors: [{ path, message }] });
}
