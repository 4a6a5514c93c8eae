import { recordChange } from "../../audit-log/index.ts";
import { members, users } from "../../db/schema/index.ts";
import { AppError, commitOr, newId, recordDirectoryEvent, type VisitorContext } from "../../platform/index.ts";
import { countGuess } from "../attempts/count-guess.ts";
import { findOpenInvitation, useInvitation } from "../invitations/open-invitation.ts";
import { hashPassword } from "../passwords/hash-password.ts";
import { requireGoodPassword } from "../passwords/require-good-password.ts";
import { recordAccountChange } from "../record-account-change.ts";
import type { SignedInUser } from "../sessions/schemas.ts";
import { type SessionTokens, startSession } from "../sessions/start-session.ts";
import type { RegisterInput } from "./schemas.ts";

/**
 * Makes the user and the membership that an invitation promises, and signs them in. The address is proven, since the token was sent to it.
 * @throws AppError `gone` for a token or an invitation that is no good, `conflict` when the address has an account, `invalid` for a bad password
 */
export async function register(
  ctx: VisitorContext,
  { token, name, password, language }: RegisterInput,
): Promise<{ user: SignedInUser; tokens: SessionTokens }> {
  const invitation = await countGuess(ctx, () => findOpenInvitation(ctx, token));
  if (invitation.accountId !== null) throw hasAccount();
  const { email, workspaceId, role, invitedBy } = invitation;
  requireGoodPassword(password, [email, name]);
  const passwordHash = await hashPassword(password);
  const { directory: db } = ctx;
  const createdAt = ctx.now();
  const id = newId("user", createdAt);
  const { statements, tokens } = await startSession(ctx, { id, tokenVersion: 0 });
  await commitOr(
    db,
    [
      ...useInvitation(ctx, invitation),
      db.insert(users).values({ id, email, name, language: language ?? null, passwordHash, emailVerifiedAt: createdAt, createdAt }),
      db.insert(members).values({ workspaceId, userId: id, role, createdAt }),
      recordAccountChange(ctx, id, { action: "user.register", after: { email, name, language: language ?? null } }),
      recordChange(ctx, db, { action: "invitation.accept", targetId: invitation.id, workspaceId, after: { userId: id, role }, aboutUserId: id, userId: id }),
      recordDirectoryEvent(ctx, workspaceId, "member.joined", { userId: id, invitedBy }),
      ...statements,
    ],
    async () => {
      await findOpenInvitation(ctx, token);
      return hasAccount();
    },
  );
  return { user: { id, email, name }, tokens };
}

function hasAccount(): AppError {
  return new AppError("conflict", "There is an account with the address that was invited. Sign in, then accept the invitation.");
}
