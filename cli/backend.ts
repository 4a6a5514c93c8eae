import { type ApiClient, createClient } from "../client/index.ts";
import type { AuditOptions } from "./commands/audit-options.ts";
import { AuditError } from "./errors.ts";

/** Something that answers the API: an installation, or a Mentha of this process's own. */
export interface Backend {
  readonly client: ApiClient;
  /** Whether audits live in this process and end with `close`. */
  readonly isOwn: boolean;
  close(): Promise<void>;
}

/** Connects to the server that was named, or starts the Worker here. */
export async function openBackend(server: AuditOptions["server"]): Promise<Backend> {
  if (server !== undefined)
    return { client: createClient({ baseUrl: server.url, key: server.key, fetch: reachable(server.url) }), isOwn: false, close: async () => {} };
  // Only now: it brings a build tool and a runtime, which a command for a server does not need.
  const { startEmbedded } = await import("../local/embed.ts");
  const embedded = await withOwnSignals(() => startEmbedded({ quiet: true }));
  return {
    client: createClient({ baseUrl: embedded.url, key: embedded.key, fetch: (url, init) => embedded.fetch(url, init) }),
    isOwn: true,
    close: () => embedded.close(),
  };
}

/**
 * Takes back the signals that `start` begins to listen to: Miniflare ends the process at once, and the audit would not be cancelled.
 * Its hook on `exit` stays and still stops its child.
 */
async function withOwnSignals<T>(start: () => Promise<T>): Promise<T> {
  const signals = ["SIGINT", "SIGTERM"] as const;
  const own = new Set(signals.flatMap((signal) => process.listeners(signal)));
  const started = await start();
  for (const signal of signals) {
    for (const listener of process.listeners(signal)) if (!own.has(listener)) process.off(signal, listener);
  }
  return started;
}

/** `fetch`, whose failures name the server and the reason instead of only "fetch failed". */
function reachable(server: string): (url: string, init: RequestInit) => Promise<Response> {
  return async (url, init) => {
    try {
      return await fetch(url, init);
    } catch (thrown) {
      init.signal?.throwIfAborted();
      const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause.message : String(thrown);
      throw new AuditError(`The server ${server} cannot be reached (${cause}). Check --server and your connection.`, { cause: thrown });
    }
  };
}
