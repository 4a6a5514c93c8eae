import { z } from "zod";
import { languages, Millis, Name, Text } from "../../platform/index.ts";
import { EmailAddress } from "../email-address.ts";
import { Password } from "../passwords/password.ts";
import { Role } from "../roles.ts";
import { PersonName } from "./me-schemas.ts";

/** Longer than any that was sent, for what is pasted along with it; what is no token at all is answered like one that ended. */
const Token = z.string().trim().min(1).max(200).describe("What follows `#token=` in the link of the e-mail");

export const TokenInput = z.strictObject({ token: Token }).meta({ id: "TokenInput" });
export type TokenInput = z.infer<typeof TokenInput>;

/** What somebody is invited to, for a page that greets them. */
export const InvitationPreview = z
  .object({
    workspace: z.object({ name: Text(200) }),
    email: Text(254),
    role: Role,
    invitedBy: Text(254).describe("Name of the person, or their e-mail address"),
    expiresAt: Millis,
    hasAccount: z.boolean().describe("Whether to sign in and accept it; otherwise to register"),
  })
  .meta({ id: "InvitationPreview" });
export type InvitationPreview = z.infer<typeof InvitationPreview>;

/** E-mail address, workspace and role are the invitation's, whoever sends what. */
export const RegisterInput = z.strictObject({
  token: Token,
  name: PersonName,
  password: Password,
  language: z.enum(languages).optional().describe("Of e-mails; absent follows the workspace"),
});
export type RegisterInput = z.infer<typeof RegisterInput>;

export const ForgotPasswordInput = z.strictObject({ email: EmailAddress }).meta({ id: "ForgotPasswordInput" });
export type ForgotPasswordInput = z.infer<typeof ForgotPasswordInput>;

export const ResetPasswordInput = z.strictObject({ token: Token, password: Password }).meta({ id: "ResetPasswordInput" });
export type ResetPasswordInput = z.infer<typeof ResetPasswordInput>;

export const ChangeEmailInput = z.strictObject({ email: EmailAddress, password: Password }).meta({ id: "ChangeEmailInput" });
export type ChangeEmailInput = z.infer<typeof ChangeEmailInput>;

export const ChangePasswordInput = z.strictObject({ currentPassword: Password, newPassword: Password }).meta({ id: "ChangePasswordInput" });
export type ChangePasswordInput = z.infer<typeof ChangePasswordInput>;

export const SetupInput = z.strictObject({
  token: z.string().min(1).max(500).describe("The secret SETUP_TOKEN of the installation"),
  email: EmailAddress,
  name: PersonName,
  password: Password,
  workspace: Name(100).describe("Name of the first workspace"),
});
export type SetupInput = z.infer<typeof SetupInput>;

/** What was asked for by e-mail: the same words whatever becomes of it. */
export const MailPromised = z.object({ message: Text(500).describe("What to expect, for a person") }).meta({ id: "MailPromised" });
export type MailPromised = z.infer<typeof MailPromised>;
