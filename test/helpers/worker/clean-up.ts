import { env } from "cloudflare:workers";
import { crawlsOf } from "../../../durable-objects/stubs.ts";
import { directoryDatabase, installationId } from "../../../shared/db/client.ts";
import { createLog, newId } from "../../../shared/platform/index.ts";
import { CleanCheckpoint, cleanWith } from "../../../shared/retention/index.ts";

interface Asked {
  readonly dryRun?: boolean;
  /** Bindings to be used in place of the usual ones. */
  readonly bindings?: Env;
  /** Where to go on; at the beginning unless told otherwise. */
  readonly from?: unknown;
  /** Hears what is logged of single things that could not be ended; without it that is an error. */
  readonly failed?: (line: string) => void;
  /** Hears of what is sent for what follows: ids of events, and jobs. */
  readonly sent?: (what: string) => void;
  /** Hears of every slice, and ends the clean-up by throwing. */
  readonly reached?: (checkpoint: CleanCheckpoint) => void;
}

/** Clears away what is over at a time (ms since 1970), slice after slice, and answers how many there were of each kind. */
export async function cleanUp(
  at: number,
  { dryRun = false, bindings = env, from = null, failed = refuse, sent = () => {}, reached = () => {} }: Asked = {},
): Promise<Record<string, number>> {
  const db = directoryDatabase(bindings);
  const log = createLog((level, line) => {
    if (level === "error") failed(line);
  });
  const clean = cleanWith({
    databases: [db],
    directory: db,
    crawls: crawlsOf(bindings),
    now: () => at,
    log,
    announce: async (_, eventIds) => eventIds.forEach(sent),
    send: async ({ jobId }) => sent(jobId),
  });
  for (let checkpoint = from; ; ) {
    const slice = await clean({ db, jobId: newId("job"), workspaceId: installationId, input: { dryRun }, checkpoint });
    const now = CleanCheckpoint.parse(slice.checkpoint);
    checkpoint = now;
    reached(now);
    if (slice.done) return now.counts;
  }
}

function refuse(line: string): never {
  throw new Error(line);
}
