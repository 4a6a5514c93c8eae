import type { SignIn } from "./operator.ts";

/** What was made at this start, and is shown only now. */
export interface Made {
  readonly key: string | undefined;
  readonly signIn: SignIn | undefined;
  /** E-mail address of the operator; undefined where nobody has come first yet. */
  readonly operator: string | undefined;
  /** Whether the operator has a password at all. */
  readonly canSignIn: boolean;
}

interface Started extends Made {
  readonly url: string;
  readonly data: string;
  readonly log: string;
  /** Whether e-mails leave this computer; otherwise they are kept in the mailbox. */
  readonly sendsMail: boolean;
}

/** What a person needs to know once the server answers: first what to do next, in that order, then what to come back to. */
export function banner(started: Started): string {
  const { url, data, log, signIn, key } = started;
  const lines = [
    `Mentha is ready: ${url}`,
    "",
    ...(signIn === undefined ? [] : signInLines(url, signIn)),
    ...(signIn === undefined ? notes(started) : auditLines(url)),
    ...mailLines(started),
    ...(key === undefined ? [] : keyLines(url, key)),
    `  API reference   ${url}/docs`,
    `  Your data       ${data} (kept between starts)`,
    `  Log             ${log}`,
    "",
    "Only this computer can reach it. Stop it with Ctrl-C.",
  ];
  return `\n${lines.join("\n")}\n`;
}

function notes({ url, key, operator, canSignIn }: Started): string[] {
  if (!canSignIn) return ["Nobody can sign in yet; API keys work as before. To get a password, stop Mentha and run: npm start -- --new-password", ""];
  const signIn = operator === undefined ? [] : [`Sign in as ${operator}: npx mentha login ${url} --email ${operator}`, ""];
  if (key !== undefined) return signIn;
  return [...signIn, "The API keys and passwords you have stay valid. Need another one? Stop Mentha and run: npm start -- --new-key, or -- --new-password", ""];
}

function signInLines(url: string, { email, password }: SignIn): string[] {
  return ["Sign in, in another terminal, with this password (shown only now):", "", `  npx mentha login ${url} --email ${email}`, `  ${password}`, ""];
}

function auditLines(url: string): string[] {
  return ["Then audit a site; one on this computer, such as localhost:3000, will do:", "", `  npx mentha audit https://example.com --server ${url}`, ""];
}

function keyLines(url: string, key: string): string[] {
  return ["Programs need an API key; this one is shown only now:", "", `  curl -H "X-API-Key: ${key}" "${url}/api/v1/audits?limit=1"`, ""];
}

function mailLines({ url, sendsMail }: Started): string[] {
  return [sendsMail ? "E-mails, such as invitations, go out through Resend." : `E-mails, such as invitations, stay on this computer: ${url}/dev/mail`, ""];
}
