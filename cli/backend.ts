import { type ApiClient, createClient } from "../client/index.ts";
import type { Account } from "./sign-in/account.ts";
import { asAccount } from "./sign-in/refusals.ts";
import type { Terminal } from "./terminal.ts";
import { sayWaiting } from "./waiting.ts";

/** Something that answers the API: an installation, or a Mentha of this process's own. */
export interface Backend {
  readonly client: ApiClient;
  /** Whether audits live in this process and end with it. */
  readonly isOwn: boolean;
}

/** Does something with the server of an account or, without one, with the Worker, which is started here. */
export async function withBackend<T>(
  account: Account | undefined,
  terminal: Pick<Terminal, "env" | "stderr">,
  work: (backend: Backend) => Promise<T>,
): Promise<T> {
  if (account !== undefined) return asAccount(account, terminal, (client) => work({ client, isOwn: false }));
  // Only now: it brings a build tool and a runtime, which a command for a server does not need.
  const { startEmbedded } = await import("../local/embed.ts");
  const embedded = await withOwnSignals(() => startEmbedded({ quiet: true }));
  const client = createClient({ baseUrl: embedded.url, key: embedded.key, fetch: (url, init) => embedded.fetch(url, init), onWait: sayWaiting(terminal) });
  try {
    return await work({ client, isOwn: true });
  } finally {
    await embedded.close();
  }
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
