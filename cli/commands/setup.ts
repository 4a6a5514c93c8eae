import { ApiProblem, createClient, createVisitor } from "../../client/index.ts";
import { askLine, askSecret } from "../ask.ts";
import { CommandError, UsageError } from "../errors.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { describeFlags, type Flag, parseFlags } from "../flags.ts";
import { reachable, requireMentha } from "../reachable.ts";
import { keepLogin } from "../sign-in/keep-login.ts";
import { serverIn } from "../sign-in/server-in.ts";
import { tell } from "../tell.ts";
import type { Terminal } from "../terminal.ts";

const flags = {
  email: { value: "ADDRESS", help: "Your e-mail address (default: asked for)" },
  name: { value: "NAME", help: "Your name (default: asked for)" },
  workspace: { value: "NAME", help: "Name of the first workspace (default: asked for)" },
  help: { help: "Show this help" },
} as const satisfies Record<string, Flag>;

export const help = `mentha setup: makes you the operator of a new installation, with its first workspace, and signs you in

Usage
  mentha setup <url> [options]

Asks for the setup token, which is the secret SETUP_TOKEN of the installation, and for a password of your choice; neither is shown
while you type. It works once, at a terminal. What is kept then is the same as after mentha login.

Options
${describeFlags(flags)}

Exit codes
  0    done, and signed in
  2    the command line, the setup token or the password is wrong
  3    it could not be done: the server is not there, takes no setup, or has an operator already

Example
  mentha setup https://mentha.example.com --email ada@example.com
`;

/** `mentha setup`: makes the first operator and workspace of a server, and keeps their session. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const given = parseFlags(args, flags);
  const server = serverIn(given.positionals, "Say what to set up, such as: npx mentha setup https://mentha.example.com");
  if (!terminal.stdin.isTTY) throw new UsageError("mentha setup asks at a terminal. How programs do it is in docs/deployment.md.");
  await requireMentha(server);
  const { setUp } = createVisitor({ baseUrl: server, fetch: reachable(server) });
  const { user, accessToken, expiresAt, refreshToken } = await setUp({
    token: (await askSecret(terminal, "Setup token: ")).trim(),
    email: given.get("email") ?? (await askLine(terminal, "Your e-mail address: ")),
    name: given.get("name") ?? (await askLine(terminal, "Your name: ")),
    password: await askNewPassword(terminal),
    workspace: given.get("workspace") ?? (await askLine(terminal, "Name of the first workspace: ")),
  }).catch((thrown: unknown) => {
    throw explained(thrown, server);
  });
  const tokens = { accessToken, expiresAt, refreshToken };
  // Everything is made by now: that the workspace could not be asked for is no reason to fail.
  const me = await createClient({ baseUrl: server, fetch: reachable(server), session: { tokens, onTokens: () => {} } })
    .getMe()
    .catch(() => undefined);
  const workspace = me?.workspace?.id;
  await keepLogin(server, { kind: "session", email: user.email, ...tokens, ...(workspace === undefined ? {} : { workspace }) }, terminal.env);
  const done = `${server} is set up, and you are signed in as ${user.email}, its operator. Commands mean this server from now on.`;
  await tell(terminal, `${done}\nThe setup token has done its work; take it away: npx wrangler secret delete SETUP_TOKEN`);
  return exitCodes.passed;
}

/** Asked for twice: nobody sees what they type. Throws `UsageError` when that was not the same. */
async function askNewPassword(terminal: Terminal): Promise<string> {
  const password = await askSecret(terminal, "New password, of 12 characters or more: ");
  if ((await askSecret(terminal, "The same password again: ")) === password) return password;
  throw new UsageError("These were two different passwords. Nothing was set up; try again.");
}

function explained(thrown: unknown, server: string): unknown {
  if (!(thrown instanceof ApiProblem)) return thrown;
  if (thrown.status === 403) return new UsageError(thrown.detail, { cause: thrown });
  if (thrown.status === 404) {
    return new CommandError(`${server} takes no setup: it has no SETUP_TOKEN. Give it one first: npx wrangler secret put SETUP_TOKEN`, { cause: thrown });
  }
  return thrown;
}
