import {
  ChangeEmailInput,
  ChangePasswordInput,
  changeEmail,
  changePassword,
  ForgotPasswordInput,
  forgotPassword,
  MailPromised,
  ResetPasswordInput,
  resetPassword,
  sendVerification,
  TokenInput,
  verifyEmail,
} from "../../../shared/identity/index.ts";
import { passwordExample, tokenExample } from "../account-examples.ts";
import { api, post } from "../route.ts";

const noMail = "This installation cannot send e-mail";
const deadToken = "The token is unknown, was used, or is too old; ask for a new one";

const forgot = post("/api/v1/auth/forgot-password", {
  id: "forgotPassword",
  tag: "Sign-in",
  permission: "visitor",
  limit: "signIn",
  summary: "Ask for a new password",
  description: "Sends whoever has this address a link that sets a new password. The answer is the same whether or not anybody has it.",
  body: ForgotPasswordInput,
  promised: MailPromised,
  conflict: noMail,
  examples: { body: { email: "ada@example.com" } },
});

const reset = post("/api/v1/auth/reset-password", {
  id: "resetPassword",
  tag: "Sign-in",
  permission: "visitor",
  limit: "signIn",
  summary: "Set a new password with a link",
  description:
    "The token is that of the e-mail; it works once. Every session of the person ends, other links to set a password and to change the address end too, and an e-mail tells them. Sign in with the new password afterwards.",
  body: ResetPasswordInput,
  noContent: "The password is set",
  refusals: { gone: deadToken },
  examples: { body: { token: tokenExample, password: passwordExample } },
});

const change = post("/api/v1/auth/change-password", {
  id: "changePassword",
  tag: "Sign-in",
  permission: "person",
  limit: "credentials",
  summary: "Change my password",
  description:
    "Takes the present password once more. All other sessions of the person end; this one goes on, with the tokens it has. Links that were sent to set a password or to change the address end, and an e-mail tells the person.",
  body: ChangePasswordInput,
  noContent: "The password is changed",
  conflict: "The password was changed at the same time",
  examples: { body: { currentPassword: "four yellow doors", newPassword: passwordExample } },
});

const verify = post("/api/v1/auth/verify-email", {
  id: "verifyEmail",
  tag: "Sign-in",
  permission: "visitor",
  limit: "signIn",
  summary: "Prove an e-mail address",
  description:
    "The token is that of the e-mail; it works once. When it was sent because somebody wants to change to the address, it is theirs from now on, the old one is told, and links that were sent there to set a password end. Sessions go on.",
  body: TokenInput,
  noContent: "The address is proven",
  conflict: "Another account has the address by now",
  refusals: { gone: deadToken, forbidden: "The account is suspended" },
  examples: { body: { token: tokenExample } },
});

const sendAgain = post("/api/v1/auth/send-verification", {
  id: "sendVerification",
  tag: "Sign-in",
  permission: "person",
  limit: "credentials",
  summary: "Send a link that proves my address",
  description: "Sends an e-mail to the address of the person, with a link that works once.",
  promised: MailPromised,
  conflict: `The address is proven already; or: ${noMail}`,
});

const move = post("/api/v1/auth/change-email", {
  id: "changeEmail",
  tag: "Sign-in",
  permission: "person",
  limit: "credentials",
  summary: "Change my e-mail address",
  description:
    "Takes the password once more, and sends a link to the new address. Nothing changes until that is opened; of several addresses asked for, the last one counts. The answer is the same whether or not another account has the address.",
  body: ChangeEmailInput,
  promised: MailPromised,
  conflict: noMail,
  examples: { body: { email: "ada.lovelace@example.com", password: passwordExample } },
});

export const credentialRoutes = api()
  .openapi(forgot, async (c) => c.json(await forgotPassword(c.var.visitor, c.req.valid("json")), 202))
  .openapi(reset, async (c) => {
    await resetPassword(c.var.visitor, c.req.valid("json"));
    return c.body(null, 204);
  })
  .openapi(change, async (c) => {
    await changePassword(c.var.person, c.req.valid("json"));
    return c.body(null, 204);
  })
  .openapi(verify, async (c) => {
    await verifyEmail(c.var.visitor, c.req.valid("json"));
    return c.body(null, 204);
  })
  .openapi(sendAgain, async (c) => c.json(await sendVerification(c.var.person), 202))
  .openapi(move, async (c) => c.json(await changeEmail(c.var.person, c.req.valid("json")), 202));
