import { CommandError } from "./errors.ts";

/** `fetch`, whose failures name the server and the reason instead of only "fetch failed". */
export function reachable(server: string): (url: string, init: RequestInit) => Promise<Response> {
  return async (url, init) => {
    try {
      return await fetch(url, init);
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
  throw new CommandError(`${server} is no installation of Mentha: its ${server}/healthz answers ${response.status}. Check the address.`);
}
