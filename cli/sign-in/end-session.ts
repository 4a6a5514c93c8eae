import { ApiProblem, createClient, SessionEnded, type SessionTokens } from "../../client/index.ts";
import { reachable } from "../reachable.ts";
import type { Login } from "./credentials.ts";

/** Ends a session that is kept no more, on its server. One that is over already is as good. */
export async function endSession(server: string, tokens: SessionTokens): Promise<void> {
  // Nobody keeps the tokens that this may take: they end with the session.
  const client = createClient({ baseUrl: server, fetch: reachable(server), session: { tokens, onTokens: () => {} } });
  await client.signOut().catch((thrown: unknown) => {
    if (!(thrown instanceof SessionEnded) && !(thrown instanceof ApiProblem && thrown.status === 401)) throw thrown;
  });
}

/** Runs `work` with a login that is new. A session ends when it fails: nobody kept it, so that nobody could end it from here any more. */
export async function orEndSession<T>(server: string, login: Login, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (login.kind === "session") await endSession(server, login).catch(() => undefined);
    throw thrown;
  }
}
