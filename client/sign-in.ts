import type { z } from "zod";
import {
  type CheckEmailInput,
  type ForgotPasswordInput,
  InvitationPreview,
  MailPromised,
  NextStep,
  type RegisterInput,
  type ResetPasswordInput,
  type SetupInput,
  SignedIn,
  type SignInInput,
  type TokenInput,
  Tokens,
} from "../shared/identity/index.ts";
import type { Connection } from "./connection.ts";
import type { SessionTokens } from "./session.ts";

/** In cookies tokens are kept for pages of the installation itself; all others get them in the answer. */
const inAnswer = { refreshToken: Tokens.shape.refreshToken.unwrap() };
const KeptTokens = Tokens.extend(inAnswer);
const KeptSession = SignedIn.extend(inAnswer);

/** Who signed in, with the tokens of the new session. */
export type SignedInSession = z.infer<typeof KeptSession>;

/** What anybody may ask, without a key or a session: above all how to get one. */
export interface VisitorCalls {
  /** What to ask the owner of an address for; the same for an address that nobody has. */
  checkEmail(input: z.input<typeof CheckEmailInput>): Promise<z.infer<typeof NextStep>>;
  /** Rejects with the code `unauthenticated` for a wrong address or password, `rate_limited` after too many. */
  signIn(input: z.input<typeof SignInInput>): Promise<SignedInSession>;
  /** Exchanges a refresh token, which is worth nothing afterwards. */
  refreshSession(input: Pick<SessionTokens, "refreshToken">): Promise<SessionTokens>;
  /** What an invitation leads to; the token is that of its e-mail, as with all that follow. */
  previewInvitation(input: z.input<typeof TokenInput>): Promise<InvitationPreview>;
  /** Makes the account of somebody who was invited, and signs them in. */
  register(input: z.input<typeof RegisterInput>): Promise<SignedInSession>;
  forgotPassword(input: z.input<typeof ForgotPasswordInput>): Promise<MailPromised>;
  resetPassword(input: z.input<typeof ResetPasswordInput>): Promise<void>;
  verifyEmail(input: z.input<typeof TokenInput>): Promise<void>;
  /** Makes the first operator and workspace of an installation, with the secret token that it was given. */
  setUp(input: z.input<typeof SetupInput>): Promise<SignedInSession>;
}

export function visitorCalls({ send, sendOnly }: Connection): VisitorCalls {
  return {
    checkEmail: (input) => send(NextStep, "POST", "/auth/check-email", input),
    signIn: (input) => send(KeptSession, "POST", "/auth/login", input),
    refreshSession: ({ refreshToken }) => send(KeptTokens, "POST", "/auth/refresh", { refreshToken }),
    previewInvitation: (input) => send(InvitationPreview, "POST", "/auth/invitation", input),
    register: (input) => send(KeptSession, "POST", "/auth/register", input),
    forgotPassword: (input) => send(MailPromised, "POST", "/auth/forgot-password", input),
    resetPassword: (input) => sendOnly("POST", "/auth/reset-password", input),
    verifyEmail: (input) => sendOnly("POST", "/auth/verify-email", input),
    setUp: (input) => send(KeptSession, "POST", "/setup", input),
  };
}
