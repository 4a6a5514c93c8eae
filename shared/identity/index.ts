export { changeEmail } from "./accounts/change-email.ts";
export { getMe, type WhoAsks } from "./accounts/get-me.ts";
export { Account, Me, Membership, UpdateMeInput } from "./accounts/me-schemas.ts";
export { register } from "./accounts/register.ts";
export {
  ChangeEmailInput,
  ChangePasswordInput,
  ForgotPasswordInput,
  InvitationPreview,
  MailPromised,
  RegisterInput,
  ResetPasswordInput,
  SetupInput,
  TokenInput,
} from "./accounts/schemas.ts";
export { sendVerification } from "./accounts/send-verification.ts";
export { setUp } from "./accounts/set-up.ts";
export { updateMe } from "./accounts/update-me.ts";
export { verifyEmail } from "./accounts/verify-email.ts";
export { longestTriesMs } from "./attempts/attempt-policies.ts";
export { eraseAttempts } from "./attempts/erase-attempts.ts";
export { EmailAddress } from "./email-address.ts";
export { acceptInvitation } from "./invitations/accept-invitation.ts";
export { endInvitationsOf } from "./invitations/end-invitations.ts";
export { invite } from "./invitations/invite.ts";
export { invitationMs as longestLinkMs } from "./invitations/may-invite.ts";
export { previewInvitation } from "./invitations/preview-invitation.ts";
export { listInvitations } from "./invitations/queries.ts";
export { resendInvitation } from "./invitations/resend-invitation.ts";
export { revokeInvitation } from "./invitations/revoke-invitation.ts";
export { Invitation, InvitationList, InviteInput, ListInvitationsQuery } from "./invitations/schemas.ts";
export type { FindNotificationMail } from "./mails/due-mail.ts";
export { sendMailWith } from "./mails/send-mail.ts";
export { changeRole } from "./members/change-role.ts";
export { endInboxOf } from "./members/end-inbox.ts";
export { endKeysOf, revokeKeys } from "./members/end-keys.ts";
export { findMemberAddresses, findMemberNames } from "./members/find-member-names.ts";
export { refuseLastAdmin, requireOtherAdmins } from "./members/last-admin.ts";
export { listMembers } from "./members/list-members.ts";
export { removeMember } from "./members/remove-member.ts";
export { ChangeRoleInput, ListMembersQuery, Member, MemberList } from "./members/schemas.ts";
export { changePassword } from "./passwords/change-password.ts";
export { confirmPassword } from "./passwords/confirm-password.ts";
export { forgotPassword } from "./passwords/forgot-password.ts";
export { resetPassword } from "./passwords/reset-password.ts";
export { recordAccountChange } from "./record-account-change.ts";
export { matrix, permissionsOf, Role, roles } from "./roles.ts";
export { authenticateMember, authenticateOperator, authenticatePerson, type Principal } from "./sessions/authenticate-session.ts";
export { endEverySession } from "./sessions/end-every-session.ts";
export { endSession } from "./sessions/end-session.ts";
export { listSessions } from "./sessions/list-sessions.ts";
export { nextStep } from "./sessions/next-step.ts";
export { refreshSession } from "./sessions/refresh-session.ts";
export { refreshTokenMs } from "./sessions/refresh-token.ts";
export { CheckEmailInput, NextStep, RefreshInput, Session, SessionList, SignedIn, type SignedInUser, SignInInput, Tokens } from "./sessions/schemas.ts";
export { signIn } from "./sessions/sign-in.ts";
export { signOutEverywhere } from "./sessions/sign-out-everywhere.ts";
export { signOutUser } from "./sessions/sign-out-user.ts";
export { findStandingSession, findStandingSessions } from "./sessions/standing-session.ts";
export type { SessionTokens } from "./sessions/start-session.ts";
export { findWorkspaceStanding, isPeopled, type WorkspaceStanding } from "./suspension/find-workspace-standing.ts";
export { resumeUser } from "./suspension/resume-user.ts";
export { resumeWorkspace } from "./suspension/resume-workspace.ts";
export { SuspendInput } from "./suspension/schemas.ts";
export { isActive, requireStanding, standingColumns } from "./suspension/standing.ts";
export { suspendUser } from "./suspension/suspend-user.ts";
export { isWorkspaceSuspended, suspendWorkspace } from "./suspension/suspend-workspace.ts";
export { createWorkspace } from "./workspaces/create-workspace.ts";
export { getWorkspace } from "./workspaces/get-workspace.ts";
export { CreateWorkspaceInput, UpdateWorkspaceInput, Workspace } from "./workspaces/schemas.ts";
export { timeZoneNamed } from "./workspaces/time-zone.ts";
export { updateWorkspace } from "./workspaces/update-workspace.ts";
