import { z } from "zod";
import { DayCount } from "./day-counts.ts";
import { RefusalCount } from "./refusal-counts.ts";
import type { SlidingLog } from "./sliding-log.ts";

/** What was taken of one policy. */
export interface PolicyRow {
  readonly windowMs: number;
  readonly log: SlidingLog;
  /** Requests that were counted with this row, so that a request costs no second one. */
  readonly counts: readonly DayCount[];
}

const CallerState = z.object({
  counts: z.array(DayCount),
  refusals: z.array(RefusalCount),
  leases: z.array(z.object({ id: z.string(), name: z.string(), until: z.number() })),
  /** Flushes that failed in a row. */
  failures: z.number(),
});
/** What is kept of a caller beside policies: what is counted after answers, and what is open. */
export type CallerState = z.infer<typeof CallerState>;

const nothing: CallerState = { counts: [], refusals: [], leases: [], failures: 0 };
/** Names the row of the state; no policy is called so. */
const stateName = "";

/** What an object keeps of its caller: read once after an eviction, written through at every change. */
export interface CallerStore {
  readonly policies: ReadonlyMap<string, PolicyRow>;
  readonly state: CallerState;
  /** Writes one row for each policy that is named, one for the state if it is given, and all of them or none. Null removes a policy's row. */
  save(policies: ReadonlyMap<string, PolicyRow | null>, state?: CallerState): void;
  /** Believes that the storage is empty; to be called when everything is deleted. */
  forget(): void;
}

// WITHOUT ROWID: a key that SQLite keeps in an index of its own would make a second row of the first write.
const table = `CREATE TABLE IF NOT EXISTS caller_state (
  name TEXT PRIMARY KEY,                      -- of the policy; empty for the state
  window_ms INTEGER NOT NULL,
  log BLOB NOT NULL,                          -- see SlidingLog
  data TEXT NOT NULL                          -- JSON: counts of a policy, or the state
) WITHOUT ROWID`;

/** Faster than `INSERT OR REPLACE`, which takes the old row out first. */
const upsert = `INSERT INTO caller_state (name, window_ms, log, data) VALUES (?, ?, ?, ?)
  ON CONFLICT (name) DO UPDATE SET window_ms = excluded.window_ms, log = excluded.log, data = excluded.data`;

interface Held {
  readonly policies: Map<string, PolicyRow>;
  state: CallerState;
}

export function createCallerStore(sql: SqlStorage, transact: <T>(work: () => T) => T): CallerStore {
  let held: Held | null = null;
  let hasTable = false;

  const load = (): Held => {
    hasTable = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'caller_state'").toArray().length > 0;
    return hasTable ? read(sql) : { policies: new Map(), state: nothing };
  };
  const open = (): Held => {
    held ??= load();
    return held;
  };
  const write = (name: string, windowMs: number, log: SlidingLog, data: unknown): void => void sql.exec(upsert, name, windowMs, log, JSON.stringify(data));
  const writeAll = (policies: ReadonlyMap<string, PolicyRow | null>, state?: CallerState): void => {
    if (!hasTable) sql.exec(table);
    for (const [name, row] of policies) {
      if (row === null) sql.exec("DELETE FROM caller_state WHERE name = ?", name);
      else write(name, row.windowMs, row.log, row.counts);
    }
    if (state !== undefined) write(stateName, 0, new Uint8Array(0), state);
  };

  return {
    get policies() {
      return open().policies;
    },
    get state() {
      return open().state;
    },
    save(policies, state) {
      const now = open();
      const rows = policies.size + (state === undefined ? 0 : 1);
      if (rows === 0) return;
      // One statement is all or nothing by itself, and faster: nearly every hit is one.
      if (rows === 1 && hasTable) writeAll(policies, state);
      else transact(() => writeAll(policies, state));
      hasTable = true;
      for (const [name, row] of policies) {
        if (row === null) now.policies.delete(name);
        else now.policies.set(name, row);
      }
      now.state = state ?? now.state;
    },
    forget() {
      held = { policies: new Map(), state: nothing };
      hasTable = false;
    },
  };
}

function read(sql: SqlStorage): Held {
  const held: Held = { policies: new Map(), state: nothing };
  for (const { name, windowMs, log, data } of sql.exec<{ name: string; windowMs: number; log: ArrayBuffer; data: string }>(
    "SELECT name, window_ms AS windowMs, log, data FROM caller_state",
  )) {
    if (name === stateName) held.state = CallerState.parse(JSON.parse(data));
    else held.policies.set(name, { windowMs, log: new Uint8Array(log), counts: z.array(DayCount).parse(JSON.parse(data)) });
  }
  return held;
}

/** Everything that was counted of a caller, in whichever row. */
export const allCounts = ({ policies, state }: CallerStore): DayCount[] => [...[...policies.values()].flatMap(({ counts }) => counts), ...state.counts];
