import { crawlsOf } from "../../durable-objects/stubs.ts";
import { directoryDatabase, installationId } from "../../shared/db/client.ts";
import { createLog, dayMs, newId } from "../../shared/platform/index.ts";
import { type CleanCheckpoint, cleanWith } from "../../shared/retention/index.ts";
import { counts, meteredDatabase } from "./meter.ts";

// A past of many rows, and the clean-up of it slice by slice.

const old = 100 * dayMs;

/** How one row of a kind is stored: number `i`, whose time began at `since`. */
const pasts: Readonly<Record<string, string>> = {
  events:
    "INSERT INTO events (id, workspace_id, type, data, created_at, handled_at) SELECT 'evt_' || i, 'wsp_bench', 'audit.started', '{\"auditId\":\"aud_bench\"}', since, since FROM past",
  notifications:
    "INSERT INTO notifications (id, workspace_id, user_id, type, data, created_at, event_id) SELECT 'ntf_' || i, 'wsp_bench', 'usr_bench', 'member.joined', '{}', since, 'evt_' || i FROM past",
  "webhook-deliveries":
    "INSERT INTO webhook_deliveries (id, workspace_id, webhook_id, event_id, type, subject, payload, state, created_at, finished_at) SELECT 'dlv_' || i, 'wsp_bench', 'whk_bench', 'evt_' || i, 'audit.started', 'audit:aud_bench', '{}', 'succeeded', since, since FROM past",
};

/** Stores so many rows of a kind, numbered from `from` on, of which every other is over. */
export async function storePast(env: Env, { kind, from, count }: { kind: string; from: number; count: number }): Promise<void> {
  const now = Date.now();
  const past = "WITH RECURSIVE n(i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2 - 1), past AS (SELECT i, iif(i % 2, ?3, ?4) AS since FROM n)";
  const insert = pasts[kind];
  if (insert === undefined) throw new Error(`Nobody says how ${kind} is stored.`);
  await env.DB.prepare(`${past} ${insert}`)
    .bind(from, from + count, now - old, now)
    .run();
}

export interface MeasuredSlice {
  readonly kind: string;
  /** As the clock has it; what the Worker itself computed is a part of that. */
  readonly ms: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly deleted: number;
}

let reached: CleanCheckpoint | null = null;

/** Goes on with the clean-up for so many slices, and answers what each cost; fewer when it is done. */
export async function cleanOn(env: Env, slices: number): Promise<{ measured: MeasuredSlice[]; done: boolean }> {
  const bindings = { ...env, DB: meteredDatabase(env.DB) };
  const db = directoryDatabase(bindings);
  const clean = cleanWith({
    databases: [db],
    directory: db,
    crawls: crawlsOf(env),
    now: Date.now,
    log: createLog(),
    announce: async () => {},
    send: async () => {},
  });
  const measured: MeasuredSlice[] = [];
  for (let slice = 0; slice < slices; slice++) {
    const [read, written, start] = [counts.d1RowsRead, counts.d1RowsWritten, Date.now()];
    const { done, progress, checkpoint } = await clean({ db, jobId: newId("job"), workspaceId: installationId, input: { dryRun: false }, checkpoint: reached });
    const kind = reached?.kind ?? "";
    measured.push({ kind, ms: Date.now() - start, rowsRead: counts.d1RowsRead - read, rowsWritten: counts.d1RowsWritten - written, deleted: progress });
    // What a slice says is what the next is given, by whatever name.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    reached = checkpoint as CleanCheckpoint;
    if (done) return { measured, done };
  }
  return { measured, done: false };
}

/** How long an ordinary read of a list takes: a page of a hundred rows, ms. */
export async function readPage(env: Env): Promise<number> {
  const start = Date.now();
  await env.DB.prepare("SELECT * FROM events ORDER BY id DESC LIMIT 100").all();
  return Date.now() - start;
}
