import manifest from "../package.json" with { type: "json" };
import { CommandError } from "./errors.ts";

/** What servers list a session of the command as. */
const userAgent = `mentha/${manifest.version}`;

/** `fetch` that says who asks, and whose failures name the server and the reason instead of only "fetch failed". */
export function reachable(server: string): (url: string, init: RequestInit) => Promise<Response> {
  return async (url, init) => {
    try {
      const headers = new Headers(init.headers);
      headers.set("User-Agent", userAgent);
      return await fetch(url, { ...init, headers });
    } catch (thrown) {
      init.signal?.throwIfAborted();
      const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause.message : String(thrown);
      throw new CommandError(`The server ${server} cannot be reached (${cause}). Check its address and your connection.`, { cause: thrown });
    }
  };
}

/** Throws `CommandError` for a server that is not there or is something else: it should not be sent a password. */
export async function requireMentha(server: string): Promise<void> {
  const response = await reachable(server)(`${server}/healthz`, { redirect: "manual" });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok && typeof answer === "object" && answer !== null && "status" in answer && answer.status === "ok") return;
  const { origin } = new URL(server);
  const advice = origin === server ? "Check the address." : `Did you mean ${origin}?`;
  throw new CommandError(`${server} is no installation of Mentha: its ${server}/healthz answers ${response.status}. ${advice}`);
}
