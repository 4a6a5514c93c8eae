import { ApiProblem, createClient, createVisitor } from "../../client/index.ts";
import type { Me } from "../../shared/identity/index.ts";
import { askLine, askSecret } from "../ask.ts";
import { UsageError } from "../errors.ts";
import { reachable } from "../reachable.ts";
import type { Terminal } from "../terminal.ts";
import type { Login } from "./credentials.ts";
import { orEndSession } from "./end-session.ts";

/** What a server accepted, and whom it knows by it. */
interface Proven {
  readonly login: Login;
  readonly me: Me;
}

/** Asks for an API key and tries it. Throws `UsageError` when it is refused. */
export async function proveByKey(server: string, terminal: Terminal): Promise<Proven> {
  const key = (await askSecret(terminal, "API key: ")).trim();
  const client = createClient({ baseUrl: server, key, fetch: reachable(server) });
  const me = await client.getMe().catch(refused("Check that all of it was copied, and that it is of this server."));
  return { login: { kind: "key", key }, me };
}

/** Asks for a password, and for an e-mail address where none was given, and starts a session. Throws `UsageError` when they are refused. */
export async function proveByPassword(server: string, given: string | undefined, terminal: Terminal): Promise<Proven> {
  if (given === undefined && !terminal.stdin.isTTY) throw new UsageError("Say who signs in: --email ADDRESS");
  const email = given ?? (await askLine(terminal, "E-mail address: "));
  const password = await askSecret(terminal, `Password of ${email}: `);
  const options = { baseUrl: server, fetch: reachable(server) };
  const { user, accessToken, expiresAt, refreshToken } = await createVisitor(options)
    .signIn({ email, password })
    .catch(refused(`Nobody was signed in. Forgot it? Set a new one at ${server}/forgot-password`));
  const tokens = { accessToken, expiresAt, refreshToken };
  const login: Login = { kind: "session", email: user.email, ...tokens };
  const me = await orEndSession(server, login, () => createClient({ ...options, session: { tokens, onTokens: () => {} } }).getMe());
  return { login, me };
}

const refused =
  (hint: string) =>
  (thrown: unknown): never => {
    if (thrown instanceof ApiProblem && thrown.status === 401) throw new UsageError(`${thrown.detail} ${hint}`, { cause: thrown });
    throw thrown;
  };
