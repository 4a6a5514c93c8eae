import type { SignIn } from "./operator.ts";

/** What was made at this start, and is shown only now. */
export interface Made {
  readonly key: string | undefined;
  readonly signIn: SignIn | undefined;
  /** Whether the operator has a password at all. */
  readonly canSignIn: boolean;
}

interface Started extends Made {
  readonly url: string;
  readonly data: string;
  readonly log: string;
}

/** What a person needs to know once the server answers. */
export function banner({ url, data, log, key, signIn, canSignIn }: Started): string {
  const lines = [
    `Mentha is ready: ${url}`,
    "",
    `  API reference   ${url}/docs`,
    `  Mailbox         ${url}/dev/mail (e-mails stay on this computer)`,
    `  Your data       ${data} (kept between starts)`,
    `  Log             ${log}`,
    "",
    ...(signIn === undefined ? [] : [...signInLines(url, signIn), ""]),
    ...(key === undefined ? [] : [...keyLines(url, key), ""]),
    ...notes({ key, signIn, canSignIn }),
    "It listens on this computer only, and may audit sites on this computer too (localhost, 127.0.0.1).",
    "Stop it with Ctrl-C.",
  ];
  return `\n${lines.join("\n")}\n`;
}

function notes({ key, signIn, canSignIn }: Made): string[] {
  if (!canSignIn) return ["Nobody can sign in yet; API keys work as before. To get a password, stop Mentha and run: npm start -- --new-password", ""];
  if (key !== undefined || signIn !== undefined) return [];
  return ["The API keys and passwords you have stay valid. Need another one? Stop Mentha and run: npm start -- --new-key, or -- --new-password", ""];
}

function signInLines(url: string, { email, password }: SignIn): string[] {
  return [
    `Sign in as: ${email}`,
    `Password:   ${password}`,
    "Keep it: it is shown only now.",
    "",
    "Sign in from the command line, which then needs no key:",
    "",
    `  npx mentha login ${url} --email ${email}`,
  ];
}

function keyLines(url: string, key: string): string[] {
  return [
    `Your API key: ${key}`,
    "Keep it: it is shown only now.",
    "",
    "Audit a site:",
    "",
    `  curl -X POST ${url}/api/v1/audits \\`,
    `    -H "X-API-Key: ${key}" \\`,
    '    -H "Content-Type: application/json" \\',
    `    -d '{"url": "https://example.com/", "maxPages": 20}'`,
    "",
    'See how your last audit is doing; when its status is "completed", it has scores:',
    "",
    `  curl -H "X-API-Key: ${key}" "${url}/api/v1/audits?limit=1"`,
    "",
    "With its id, save the report and open it in a browser:",
    "",
    `  curl -H "X-API-Key: ${key}" "${url}/api/v1/audits/<id>/report.html" -o report.html`,
  ];
}
