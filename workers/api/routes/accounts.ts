import {
  acceptInvitation,
  InvitationPreview,
  Membership,
  previewInvitation,
  RegisterInput,
  register,
  SetupInput,
  SignedIn,
  setUp,
  TokenInput,
} from "../../../shared/identity/index.ts";
import { invitationPreviewExample, membershipExample, passwordExample, tokenExample } from "../account-examples.ts";
import { api, post } from "../route.ts";
import { answerSignIn, KeepInCookie } from "../session-cookie.ts";
import { tokensExample, userExample } from "../sign-in-examples.ts";

const deadInvitation = "The token is unknown, or the invitation was accepted, revoked, or is too old";
const notOwnPage = "A page of another site asked for the cookie";
const signedInExample = { ...tokensExample, user: userExample };

const preview = post("/api/v1/auth/invitation", {
  id: "previewInvitation",
  tag: "Sign-in",
  permission: "visitor",
  limit: "signIn",
  summary: "Read an invitation",
  description: "What the token of an invitation's e-mail invites to, and whether the invited address has an account already. Nothing changes.",
  body: TokenInput,
  ok: InvitationPreview,
  refusals: { gone: deadInvitation },
  examples: { body: { token: tokenExample }, answer: invitationPreviewExample },
});

const registration = post("/api/v1/auth/register", {
  id: "register",
  tag: "Sign-in",
  permission: "visitor",
  limit: "signIn",
  summary: "Register with an invitation",
  description:
    "Makes an account for the address that was invited, adds it to the workspace in the role of the invitation, and signs in. There is no other way to register.",
  body: RegisterInput.extend({ cookie: KeepInCookie.optional() }).meta({ id: "RegisterInput" }),
  created: SignedIn,
  conflict: "The address has an account already: sign in and accept the invitation",
  refusals: { gone: deadInvitation, forbidden: notOwnPage },
  examples: { body: { token: tokenExample, name: "Ada Lovelace", password: passwordExample }, answer: signedInExample },
});

const accept = post("/api/v1/auth/accept-invitation", {
  id: "acceptInvitation",
  tag: "Sign-in",
  permission: "person",
  limit: "credentials",
  summary: "Accept an invitation",
  description:
    "Adds the person who signed in to the workspace that they are invited to. The invitation must be of the address of their account, which it proves.",
  body: TokenInput,
  ok: Membership,
  conflict: "The person is a member already",
  refusals: { gone: deadInvitation, forbidden: "The invitation is of another address" },
  examples: { body: { token: tokenExample }, answer: membershipExample },
});

const setup = post("/api/v1/setup", {
  id: "setUp",
  tag: "Sign-in",
  permission: "visitor",
  limit: "signIn",
  summary: "Set up a new installation",
  description:
    "Makes the first operator and the first workspace, of which they are the admin, and signs in. The token is the secret SETUP_TOKEN of the installation. It works while there is no operator, or none who is not suspended.",
  body: SetupInput.extend({ cookie: KeepInCookie.optional() }).meta({ id: "SetupInput" }),
  created: SignedIn,
  conflict: "The address has an account already",
  refusals: {
    not_found: "The installation has no SETUP_TOKEN",
    forbidden: "The token is another, or a page of another site asked for the cookie",
    gone: "There is an operator already, who is not suspended",
  },
  examples: {
    body: {
      token: "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a6978",
      email: userExample.email,
      name: userExample.name,
      password: passwordExample,
      workspace: "Example Shop",
    },
    answer: signedInExample,
  },
});

export const accountRoutes = api()
  .openapi(preview, async (c) => c.json(await previewInvitation(c.var.visitor, c.req.valid("json")), 200))
  .openapi(registration, async (c) => {
    const { cookie, ...input } = c.req.valid("json");
    return c.json(await answerSignIn(c, { cookie }, () => register(c.var.visitor, input)), 201);
  })
  .openapi(accept, async (c) => c.json(await acceptInvitation(c.var.person, c.req.valid("json")), 200))
  .openapi(setup, async (c) => {
    const { cookie, ...input } = c.req.valid("json");
    return c.json(await answerSignIn(c, { cookie }, () => setUp(c.var.visitor, input)), 201);
  });
