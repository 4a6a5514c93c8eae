import { z } from "zod";
import { Id, listOf, Millis, Text } from "../../platform/index.ts";
import { EmailAddress } from "../email-address.ts";
import { Password } from "../passwords/password.ts";

export const CheckEmailInput = z.strictObject({ email: EmailAddress }).meta({ id: "CheckEmailInput" });

export const NextStep = z.object({ next: z.enum(["password"]).describe("What to ask the person for") }).meta({ id: "NextStep" });
export type NextStep = z.infer<typeof NextStep>;

export const SignInInput = z.strictObject({ email: EmailAddress, password: Password });
export type SignInInput = z.infer<typeof SignInInput>;

/** Longer than any, since what cannot be a token is answered like one that is no good. */
export const RefreshInput = z.strictObject({ refreshToken: Text(200).optional().describe("Absent when it is in the cookie") }).meta({ id: "RefreshInput" });

export const Tokens = z
  .object({
    accessToken: Text(2_000).describe("Send it as `Authorization: Bearer`"),
    expiresAt: Millis.describe("When the access token ends, in milliseconds since 1970, UTC"),
    refreshToken: Text(100).optional().describe("Exchange it at `/auth/refresh` for new tokens, once; absent when it is in the cookie"),
  })
  .meta({ id: "Tokens" });
export type Tokens = z.infer<typeof Tokens>;

export const SignedIn = Tokens.extend({ user: z.object({ id: Id("user"), email: Text(254), name: Text(100) }) }).meta({ id: "SignedIn" });
export type SignedInUser = z.infer<typeof SignedIn>["user"];

export const Session = z
  .object({
    id: Id("session"),
    createdAt: Millis,
    lastUsedAt: Millis.describe("When its tokens were refreshed last"),
    ip: Text(64).nullable().describe("From where the person signed in; null when it is not known"),
    userAgent: Text(300).nullable().describe("The browser or program that they signed in with"),
    current: z.boolean().describe("Whether this request belongs to it"),
  })
  .meta({ id: "Session" });
export type Session = z.infer<typeof Session>;

export const SessionList = listOf(Session).meta({ id: "SessionList" });
export type SessionList = z.infer<typeof SessionList>;
