import { type ApiClient, createClient, type SessionTokens } from "../../client/index.ts";
import { idPattern } from "../../shared/platform/index.ts";
import { refuseUnencrypted, serverAddressOf } from "../address.ts";
import { UsageError } from "../errors.ts";
import { reachable } from "../reachable.ts";
import type { Terminal } from "../terminal.ts";
import { sayWaiting } from "../waiting.ts";
import { changeCredentials, inTurn, type Login, readCredentials } from "./credentials.ts";
import { configFolder } from "./place.ts";
import { workspaceNamed } from "./workspaces.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** Where what was signed in with is kept, and where to say that a server makes us wait. */
export type AskedFrom = Pick<Terminal, "env" | "stderr">;

/** A server, and as whom to ask it. */
export interface Account {
  /** Without a slash at the end. */
  readonly server: string;
  readonly login: Login;
  /** Whether the login was kept by `mentha login`, and not given with this command. */
  readonly isKept: boolean;
  /** Id or name of the workspace to work in; absent where the server knows which. */
  readonly workspace: string | undefined;
}

/** What a command line says of the server and of who asks it. */
export interface AccountOptions {
  readonly server: string | undefined;
  readonly key: string | undefined;
  readonly workspace: string | undefined;
}

/** Where and as whom a command asks: what its options say, then the environment, then what `mentha login` kept. Throws `UsageError`, which says how to sign in, or which server a key lacks. */
export async function findAccount({ server: named, key: givenKey, workspace }: AccountOptions, env: Env): Promise<Account> {
  const typed = named ?? nonEmpty(env.MENTHA_SERVER);
  const key = givenKey ?? nonEmpty(env.MENTHA_KEY);
  const address = typed === undefined ? undefined : encryptedAddressOf(typed);
  if (key !== undefined) {
    // A key goes to a server that was named with it, and to no other; nor is somebody else asked for instead of it.
    if (address === undefined) throw new UsageError(`MENTHA_KEY is set, but not for which server: ${nameServer}, or unset MENTHA_KEY.`);
    return { server: address, login: { kind: "key", key }, isKept: false, workspace };
  }
  const kept = await readCredentials(configFolder(env));
  const server = address ?? kept.default;
  if (server === undefined) throw new UsageError("You are not signed in anywhere. Sign in: npx mentha login <url>");
  const login = kept.servers[server];
  if (login === undefined) throw new UsageError(`You are not signed in to ${server}. Sign in: ${loginCommand(server)}`);
  return { server, login, isKept: true, workspace: workspace ?? (login.kind === "session" ? login.workspace : undefined) };
}

/** A client that asks as the account does, in its workspace; new tokens of a session are kept before they are used. Throws `UsageError` for a workspace that is not theirs. */
export async function openClient(account: Account, terminal: AskedFrom): Promise<ApiClient> {
  const { workspace } = account;
  if (workspace === undefined || workspaceId.test(workspace)) return clientIn(account, workspace, terminal);
  const { workspaces } = await clientIn(account, undefined, terminal).getMe();
  return clientIn(account, workspaceNamed(workspace, workspaces), terminal);
}

function encryptedAddressOf(typed: string): string {
  const server = serverAddressOf(typed);
  refuseUnencrypted(server);
  return server;
}

const workspaceId = idPattern("workspace");

function clientIn({ server, login }: Account, workspace: string | undefined, terminal: AskedFrom): ApiClient {
  const options = { baseUrl: server, fetch: reachable(server), onWait: sayWaiting(terminal), ...(workspace === undefined ? {} : { workspace }) };
  if (login.kind === "key") return createClient({ ...options, key: login.key });
  return createClient({ ...options, session: { tokens: login, ...keptSession(server, configFolder(terminal.env)) } });
}

/** Commands that run at once share one session: each renews it with what is kept at its turn, since a refresh token works once. */
function keptSession(server: string, folder: string) {
  return {
    inTurn: (renew: (kept: SessionTokens) => Promise<SessionTokens>): Promise<SessionTokens> =>
      inTurn(folder, async () => {
        const login = (await readCredentials(folder)).servers[server];
        if (login?.kind !== "session") throw new UsageError(`You signed out of ${server} meanwhile.`);
        return await renew(login);
      }),
    onTokens: ({ accessToken, expiresAt, refreshToken }: SessionTokens): Promise<void> =>
      changeCredentials(folder, (kept) => {
        const login = kept.servers[server];
        return login?.kind !== "session" ? kept : { ...kept, servers: { ...kept.servers, [server]: { ...login, accessToken, expiresAt, refreshToken } } };
      }),
  };
}

const nameServer = "set MENTHA_SERVER too (such as http://localhost:8787)";

export const loginCommand = (server: string): string => `npx mentha login ${server}`;

const nonEmpty = (text: string | undefined): string | undefined => (text === "" ? undefined : text);
