import { ApiProblem, createClient, SessionEnded, type SessionTokens } from "../../client/index.ts";
import { reachable } from "../reachable.ts";

/** Ends a session that is kept no more, on its server. One that is over already is as good. */
export async function endSession(server: string, tokens: SessionTokens): Promise<void> {
  // Nobody keeps the tokens that this may take: they end with the session.
  const client = createClient({ baseUrl: server, fetch: reachable(server), session: { tokens, onTokens: () => {} } });
  await client.signOut().catch((thrown: unknown) => {
    if (!(thrown instanceof SessionEnded) && !(thrown instanceof ApiProblem && thrown.status === 401)) throw thrown;
  });
}
