import type { Context } from "hono";
import { configOf } from "../../../shared/platform/index.ts";
import { acceptInvitationPage, forgotPasswordPage, type Reader, resetPasswordPage, verifyEmailPage } from "../account-pages/pages.ts";
import type { ApiEnv } from "../env.ts";
import { answerLanguage } from "../language.ts";
import { scriptedPagePolicy } from "../middleware/secure-headers.ts";
import { api } from "../route.ts";

/** Every page is the same for everybody: what it is about is in the fragment of its address, which no server gets to see. */
const answer = (write: (reader: Reader) => string) => (c: Context<ApiEnv>) =>
  c.html(write({ language: answerLanguage(c, undefined), publicUrl: configOf(c.env).publicUrl }), 200, { "Content-Security-Policy": scriptedPagePolicy });

/** Where the links in e-mails lead. */
export const accountPageRoutes = api()
  .get("/accept-invitation", answer(acceptInvitationPage))
  .get("/reset-password", answer(resetPasswordPage))
  .get("/verify-email", answer(verifyEmailPage))
  .get("/forgot-password", answer(forgotPasswordPage));
