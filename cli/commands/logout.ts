import { serverAddressOf } from "../address.ts";
import { CommandError, UsageError } from "../errors.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { parseFlags } from "../flags.ts";
import { type Credentials, changeCredentials, inTurn, type Login, readCredentials } from "../sign-in/credentials.ts";
import { endSession } from "../sign-in/end-session.ts";
import { configFolder } from "../sign-in/place.ts";
import { tell } from "../tell.ts";
import type { Terminal } from "../terminal.ts";

export const help = `mentha logout: ends the session on a server, and forgets what mentha login kept

Usage
  mentha logout [url]

Without an address it is the server that commands mean. An API key is forgotten here and stays valid: mentha keys revoke ends it.

Exit codes
  0    signed out
  2    you were not signed in there
  3    it was forgotten here, but the session on the server could not be ended
`;

/** `mentha logout`: ends a session, on its server and here. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [address, extra] = parseFlags<string>(args, {}).positionals;
  if (extra !== undefined) throw new UsageError(`Give only one address: "${extra}" is one too many.`);
  const folder = configFolder(terminal.env);
  const { server, login } = await forget(folder, address);
  if (login.kind === "session") {
    await endSession(server, login).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const rest = "It ends by itself when nobody uses it for 30 days.";
      throw new CommandError(`You are signed out of ${server} here, but the session there could not be ended: ${reason}\n${rest}`, { cause });
    });
  }
  await tell(terminal, `Signed out of ${server}.${login.kind === "key" ? " The API key stays valid." : ""}`);
  return exitCodes.passed;
}

/** Takes out what is kept of a server: in turn, so that no command renews the session meanwhile. Throws `UsageError` when that is nothing. */
function forget(folder: string, address: string | undefined): Promise<{ server: string; login: Login }> {
  return inTurn(folder, async () => {
    const kept = await readCredentials(folder);
    const server = address === undefined ? kept.default : serverAddressOf(address);
    if (server === undefined) throw new UsageError("You are not signed in anywhere.");
    const login = kept.servers[server];
    if (login === undefined) throw new UsageError(`You are not signed in to ${server}.`);
    await changeCredentials(folder, (now) => without(server, now));
    return { server, login };
  });
}

/** A server that is left alone is meant by commands that name none. */
function without(server: string, { servers, default: usual, ...rest }: Credentials): Credentials {
  const { [server]: _, ...others } = servers;
  const [only, another] = Object.keys(others);
  const next = usual === server ? (another === undefined ? only : undefined) : usual;
  return { ...rest, servers: others, ...(next === undefined ? {} : { default: next }) };
}
