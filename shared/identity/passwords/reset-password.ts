import { and, eq, sql } from "drizzle-orm";
import { users } from "../../db/schema/index.ts";
import { commitOr, guarded, type VisitorContext } from "../../platform/index.ts";
import { callOffVerification } from "../accounts/call-off-verification.ts";
import type { ResetPasswordInput } from "../accounts/schemas.ts";
import { countGuess } from "../attempts/count-guess.ts";
import { queueMail } from "../mails/queue-mail.ts";
import { findOneTimeToken, notGood, useOneTimeToken } from "../one-time-tokens.ts";
import { recordAccountChange } from "../record-account-change.ts";
import { endSessions } from "../sessions/end-sessions.ts";
import { hashPassword } from "./hash-password.ts";
import { requireGoodPassword } from "./require-good-password.ts";

/**
 * Sets the password of whoever has the token that was sent to their address, which proves the address too. Everybody who used the old password is
 * out: every session ends, and a change of address that was asked for is off. It signs nobody in, so that the new password is used at once. The wait
 * after wrong passwords stays, a minute at most: whoever causes it could tell from its end that the address has an account.
 * @throws AppError `gone`, `invalid` for a bad password (the token stays good)
 */
export async function resetPassword(ctx: VisitorContext, { token, password }: ResetPasswordInput): Promise<void> {
  const { directory: db } = ctx;
  const { subjectId: userId, email, hash } = await countGuess(ctx, () => findOneTimeToken(ctx, "reset-password", token));
  // A link that was sent to an address which is no longer theirs opens nothing.
  const theirs = and(eq(users.id, userId), eq(users.email, email));
  const user = await db.query.users.findFirst({ columns: { name: true }, where: theirs });
  if (user === undefined) throw notGood();
  requireGoodPassword(password, [email, user.name]);
  const passwordHash = await hashPassword(password);
  const change = {
    passwordHash,
    emailVerifiedAt: sql`ifnull(${users.emailVerifiedAt}, ${ctx.now()})`,
    tokenVersion: sql`${users.tokenVersion} + 1`,
  };
  ctx.rightsChanges.push({ workspaceId: null, userId, actorId: null });
  await commitOr(
    db,
    [
      ...guarded(db, useOneTimeToken(ctx, hash)),
      ...guarded(db, db.update(users).set(change).where(theirs)),
      ...callOffVerification(ctx, userId),
      endSessions(ctx, { userId, why: "password-reset" }),
      queueMail(ctx, { kind: "password-changed", userId }),
      recordAccountChange(ctx, userId, { action: "user.reset-password" }),
    ],
    async () => notGood(),
  );
}
