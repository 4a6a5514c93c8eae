import { and, eq } from "drizzle-orm";
import { users } from "../../db/schema/index.ts";
import { AppError, commitOr, guarded, type PersonContext } from "../../platform/index.ts";
import { callOffVerification } from "../accounts/call-off-verification.ts";
import type { ChangePasswordInput } from "../accounts/schemas.ts";
import { queueMail } from "../mails/queue-mail.ts";
import { revokeOneTimeTokens } from "../one-time-tokens.ts";
import { recordAccountChange } from "../record-account-change.ts";
import { endSessions } from "../sessions/end-sessions.ts";
import { confirmPassword } from "./confirm-password.ts";
import { hashPassword } from "./hash-password.ts";
import { requireGoodPassword } from "./require-good-password.ts";

/**
 * Sets a new password for somebody who knows the present one. All their other sessions end, and so do links that were sent to them; this session
 * goes on with the tokens it has, since each request asks whether its session still is: the token version need not rise.
 * @throws AppError `invalid` for a wrong password and for a bad new one, `rate_limited`, `conflict` when it was changed at the same time
 */
export async function changePassword(ctx: PersonContext, { currentPassword, newPassword }: ChangePasswordInput): Promise<void> {
  const { directory: db, userId } = ctx;
  const user = await confirmPassword(ctx, currentPassword, "body.currentPassword");
  requireGoodPassword(newPassword, [user.email, user.name], "body.newPassword");
  const passwordHash = await hashPassword(newPassword);
  const change = db
    .update(users)
    .set({ passwordHash })
    .where(and(eq(users.id, userId), eq(users.passwordHash, user.passwordHash)));
  ctx.rightsChanges.push({ workspaceId: null, userId, actorId: null });
  await commitOr(
    db,
    [
      ...guarded(db, change),
      endSessions(ctx, { userId, butFor: ctx.sessionId, why: "password-changed" }),
      revokeOneTimeTokens(ctx, "reset-password", userId),
      ...callOffVerification(ctx, userId),
      queueMail(ctx, { kind: "password-changed", userId }),
      recordAccountChange(ctx, userId, { action: "user.change-password" }),
    ],
    async () => new AppError("conflict", "Your account was changed at the same moment. Try again."),
  );
}
