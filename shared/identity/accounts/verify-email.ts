import { and, eq, isNull } from "drizzle-orm";
import { beforeAndAfter } from "../../audit-log/index.ts";
import { users } from "../../db/schema/index.ts";
import { AppError, commitOr, guarded, type Statement, type VisitorContext } from "../../platform/index.ts";
import { countGuess } from "../attempts/count-guess.ts";
import { queueMail } from "../mails/queue-mail.ts";
import { findOneTimeToken, notGood, revokeOneTimeTokens, useOneTimeToken } from "../one-time-tokens.ts";
import { recordAccountChange } from "../record-account-change.ts";
import { requireActivePerson } from "../suspension/standing.ts";
import { callOffVerification } from "./call-off-verification.ts";
import type { TokenInput } from "./schemas.ts";

/**
 * Proves the address that a token was sent to. When the user asked to change to it, it becomes theirs: the old address is told, and links that were
 * sent there to reset the password end. Sessions go on: the change took the password and the new mailbox, and to end them would put out its owner,
 * not a thief who holds both.
 * @throws AppError `gone`, `forbidden` while the account is suspended (the token stays good), `conflict` when another account has the address
 */
export async function verifyEmail(ctx: VisitorContext, { token }: TokenInput): Promise<void> {
  const { directory: db } = ctx;
  const { subjectId: userId, email, hash } = await countGuess(ctx, () => findOneTimeToken(ctx, "verify-email", token));
  const user = await readUser(ctx, userId);
  const stored = { email: user.email, emailVerified: user.emailVerifiedAt !== null };
  const proven = db
    .update(users)
    .set({ email, emailVerifiedAt: ctx.now() })
    .where(and(eq(users.id, userId), eq(users.email, user.email), isNull(users.suspendedAt)));
  await commitOr(
    db,
    [
      ...guarded(db, useOneTimeToken(ctx, hash)),
      ...guarded(db, proven),
      ...(user.email === email ? [] : replaced(ctx, userId, user.email)),
      recordAccountChange(ctx, userId, { action: "user.verify-email", ...beforeAndAfter(stored, { email, emailVerified: true }) }),
    ],
    async () => {
      await findOneTimeToken(ctx, "verify-email", token);
      await readUser(ctx, userId);
      return new AppError("conflict", "Another account has this e-mail address by now. Sign in with that one, or choose another address.");
    },
  );
}

/** @throws AppError `gone` when there is nobody any more, `forbidden` for who is suspended */
async function readUser({ directory }: VisitorContext, userId: string) {
  const columns = { email: true, emailVerifiedAt: true, suspendedAt: true } as const;
  const user = await directory.query.users.findFirst({ columns, where: eq(users.id, userId) });
  if (user === undefined) throw notGood();
  requireActivePerson(user.suspendedAt);
  return user;
}

function replaced(ctx: VisitorContext, userId: string, oldEmail: string): Statement[] {
  return [
    ...callOffVerification(ctx, userId),
    revokeOneTimeTokens(ctx, "reset-password", userId),
    queueMail(ctx, { kind: "email-changed", userId, email: oldEmail }),
  ];
}
