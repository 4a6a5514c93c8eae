import { type Html, html, type Language } from "../../../shared/platform/index.ts";
import { codeField, command, curl, doneStep, emailField, form, nameField, page, passwordField, step, withoutScript } from "./parts.ts";
import type { FormWords, Words } from "./words.ts";
import { english } from "./words-en.ts";
import { spanish } from "./words-es.ts";

const words: Readonly<Record<Language, Words>> = { en: english, es: spanish };

/** What a page is written for. */
export interface Reader {
  readonly language: Language;
  /** Where people reach this installation, without a slash at the end. */
  readonly publicUrl: string;
}

const paths = {
  register: "/api/v1/auth/register",
  login: "/api/v1/auth/login",
  accept: "/api/v1/auth/accept-invitation",
  reset: "/api/v1/auth/reset-password",
  verify: "/api/v1/auth/verify-email",
  forgot: "/api/v1/auth/forgot-password",
} as const;

const signInCommand = (publicUrl: string): Html => command(`npx mentha login ${publicUrl}`);

/** Where the link of an invitation leads: shows what it invites to, then makes an account or signs in to the one there is. */
export function acceptInvitationPage({ language, publicUrl }: Reader): string {
  const said = words[language];
  const { accept, fields } = said;
  const { refusals } = accept;
  const { conflict: hasAccount } = accept.register;
  const { unauthenticated, conflict } = accept.signIn;
  const code = form({ id: "code", fields: codeField("code", said), button: accept.look, refusals }, said);
  const register = form(
    {
      id: "register",
      fields: html`${addressField("register", said)}\n${nameField("register", said)}\n${passwordField("register", "new", fields.newPassword, said)}`,
      button: accept.register.button,
      refusals,
    },
    said,
  );
  const signIn = form(
    {
      id: "sign-in",
      fields: html`${addressField("sign-in", said)}\n${passwordField("sign-in", "current", fields.password, said)}`,
      button: accept.signIn.button,
      refusals: { ...refusals, unauthenticated, conflict, has_account: hasAccount },
    },
    said,
  );
  const content = html`${step("code", html`<p>${accept.says}</p>\n${code}`)}
${step("register sign-in", invitationFacts(said))}
${step("register", html`<h2 tabindex="-1">${accept.register.heading}</h2>\n${register}`)}
${step("sign-in", html`<h2 tabindex="-1">${accept.signIn.heading}</h2>\n<p>${accept.withAccount}</p>\n${signIn}\n${forgotLink(said)}`)}
${doneStep(accept.done, html`<p>${accept.next.terminal}</p>\n${signInCommand(publicUrl)}\n<p>${accept.next.api} <a href="/docs">/docs</a></p>`)}`;
  return page({ language, title: accept.title, content, withoutScript: withoutScript(said, acceptCalls(publicUrl, said)) });
}

/** The address cannot be changed; it is in the form so that password managers learn whose password it is. */
const addressField = (formId: string, { accept }: Words): Html => html`<div class="field">
<label for="${formId}-email">${accept.invitation.email}</label>
<input id="${formId}-email" name="email" type="email" autocomplete="username" readonly data-slot="email">
</div>`;

function invitationFacts({ accept: { invitation, roles } }: Words): Html {
  const names = Object.entries(roles).map(([role, name]) => html` data-word-${role}="${name}"`);
  return html`<dl>
<dt>${invitation.workspace}</dt><dd data-slot="workspace"></dd>
<dt>${invitation.role}</dt><dd data-slot="role"${names}></dd>
<dt>${invitation.invitedBy}</dt><dd data-slot="invitedBy"></dd>
</dl>`;
}

function acceptCalls(publicUrl: string, { withoutScript: { otherwise } }: Words): Html {
  return html`${curl(publicUrl, paths.register, { token: "CODE", name: "…", password: "…" })}
<p>${otherwise}</p>
${curl(publicUrl, paths.login, { email: "…", password: "…" })}
${curl(publicUrl, paths.accept, { token: "CODE" }, "Authorization: Bearer …")}`;
}

const forgotLink = ({ forgot }: Words): Html => html`<p><a href="/forgot-password">${forgot.title}</a></p>`;

/** Where the link of a forgotten password leads. */
export function resetPasswordPage({ language, publicUrl }: Reader): string {
  const said = words[language];
  const fields = html`${codeField("reset", said)}\n${passwordField("reset", "new", said.fields.newPassword, said)}`;
  const call = curl(publicUrl, paths.reset, { token: "CODE", password: "…" });
  return formPage(language, said.reset, {
    form: form({ id: "reset", path: paths.reset, fields, button: said.reset.button, refusals: said.reset.refusals }, said),
    after: html`<p><a href="/forgot-password">${said.forgotLink}</a></p>`,
    next: signInCommand(publicUrl),
    withoutScript: withoutScript(said, call),
  });
}

/** Where the link that proves an address leads. Opening it proves nothing: mail programs do that before people. */
export function verifyEmailPage({ language, publicUrl }: Reader): string {
  const said = words[language];
  return formPage(language, said.verify, {
    form: form({ id: "verify", path: paths.verify, fields: codeField("verify", said), button: said.verify.button, refusals: said.verify.refusals }, said),
    after: null,
    next: null,
    withoutScript: withoutScript(said, curl(publicUrl, paths.verify, { token: "CODE" })),
  });
}

/** Asks for the link of a forgotten password. It ends with the same words whether or not anybody has the address. */
export function forgotPasswordPage({ language, publicUrl }: Reader): string {
  const said = words[language];
  return formPage(language, said.forgot, {
    form: form({ id: "forgot", path: paths.forgot, fields: emailField("forgot", said), button: said.forgot.button, refusals: said.forgot.refusals }, said),
    after: null,
    next: null,
    withoutScript: withoutScript(said, curl(publicUrl, paths.forgot, { email: "…" }), false),
  });
}

interface FormPage {
  readonly form: Html;
  readonly after: Html | null;
  /** Follows what the page says at its end. */
  readonly next: Html | null;
  readonly withoutScript: Html;
}

function formPage(language: Language, { title, says, done }: FormWords, { form: asked, after, next, withoutScript: instead }: FormPage): string {
  const content = html`${step("form", html`<p>${says}</p>\n${asked}\n${after}`)}\n${doneStep(done, next)}`;
  return page({ language, title, content, withoutScript: instead });
}
