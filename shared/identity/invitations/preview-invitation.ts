import type { VisitorContext } from "../../platform/index.ts";
import type { InvitationPreview, TokenInput } from "../accounts/schemas.ts";
import { countGuess } from "../attempts/count-guess.ts";
import { findOpenInvitation } from "./open-invitation.ts";

/** What somebody is invited to. Nothing changes: mail programs open links before people do. @throws AppError `gone` */
export async function previewInvitation(ctx: VisitorContext, { token }: TokenInput): Promise<InvitationPreview> {
  const { workspaceName, email, role, inviterName, inviterEmail, expiresAt, accountId } = await countGuess(ctx, () => findOpenInvitation(ctx, token));
  return {
    workspace: { name: workspaceName },
    email,
    role,
    invitedBy: inviterName === "" ? inviterEmail : inviterName,
    expiresAt,
    hasAccount: accountId !== null,
  };
}
