import type { Me, Membership } from "../../shared/identity/index.ts";
import { UsageError } from "../errors.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { describeFlags, type Flag, parseFlags } from "../flags.ts";
import { requireMentha } from "../reachable.ts";
import { readCredentials } from "../sign-in/credentials.ts";
import { orEndSession } from "../sign-in/end-session.ts";
import { keepLogin } from "../sign-in/keep-login.ts";
import { configFolder } from "../sign-in/place.ts";
import { proveByKey, proveByPassword } from "../sign-in/prove.ts";
import { serverIn } from "../sign-in/server-in.ts";
import { choosing, inNone, workspaceLines, workspaceToKeep } from "../sign-in/workspaces.ts";
import { tell } from "../tell.ts";
import type { Terminal } from "../terminal.ts";

const flags = {
  email: { value: "ADDRESS", help: "E-mail address to sign in with (default: asked for)" },
  key: { help: "Sign in with an API key, which is asked for or read from standard input" },
  workspace: { value: "NAME", help: "Name or id of the workspace to work in from now on, for people in several" },
  help: { help: "Show this help" },
} as const satisfies Record<string, Flag>;

export const help = `mentha login: signs in to an installation of Mentha, which later commands then use

Usage
  mentha login <url> [options]

The password is asked for without being shown, or read from standard input where that is no terminal. What is kept for later
commands is in ~/.config/mentha/credentials.json ($XDG_CONFIG_HOME, or the folder MENTHA_CONFIG), for your eyes only: no password,
but what opens the installation until mentha logout. Of several servers, commands mean the one that you signed in to last, unless
--server names another.

Options
${describeFlags(flags)}

Exit codes
  0    signed in
  2    the command line, the password or the key is wrong
  3    the server could not be asked

Examples
  mentha login http://localhost:8787
  mentha login https://mentha.example.com --email ada@example.com < password.txt
  mentha login https://mentha.example.com --key < key.txt
`;

/** `mentha login`: signs in to a server and keeps what later commands need to ask it. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { server, byKey, email, workspace: named } = optionsOf(args);
  await requireMentha(server);
  const before = (await readCredentials(configFolder(terminal.env))).servers[server];
  const { login, me } = byKey ? await proveByKey(server, terminal) : await proveByPassword(server, email, terminal);
  const workspace = await orEndSession(server, login, async () => {
    const id = workspaceToKeep({ named, before: before?.kind === "session" ? before.workspace : undefined }, me.workspaces);
    await keepLogin(server, login.kind === "session" && id !== undefined ? { ...login, workspace: id } : login, terminal.env);
    return me.workspaces.find((one) => one.id === id);
  });
  await tell(terminal, welcome(server, me, workspace));
  return exitCodes.passed;
}

function optionsOf(args: readonly string[]) {
  const given = parseFlags(args, flags);
  if (given.has("key") && given.has("email")) throw new UsageError("Sign in with --key or with --email, not with both.");
  const server = serverIn(given.positionals, "Say where to sign in, such as: npx mentha login https://mentha.example.com");
  return { server, byKey: given.has("key"), email: given.get("email"), workspace: given.get("workspace") };
}

function welcome(server: string, { user, key, workspaces }: Me, workspace: Membership | undefined): string {
  const who = key === undefined ? user.email : `the API key "${key.name}" (${key.prefix})`;
  const lines = [`Signed in to ${server} as ${who}. Commands mean this server from now on.`];
  if (workspace !== undefined) lines.push(`Workspace: ${workspace.name} (${workspace.role})`);
  else if (workspaces.length === 0) lines.push(`Workspace: ${inNone(user)}`);
  else lines.push("You belong to several workspaces:", ...workspaceLines(workspaces), `Say which one is meant: ${choosing(server)}`);
  return lines.join("\n");
}
