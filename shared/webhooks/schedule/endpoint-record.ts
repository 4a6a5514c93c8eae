import { z } from "zod";
import { emptyLog, type SlidingLog } from "../../limits/index.ts";
import type { EndpointSettings } from "./endpoint.ts";
import { EndpointState, initialState } from "./endpoint-state.ts";
import { upgradeTables } from "./tables.ts";

/** The endpoint's one row: read once after an eviction, written through at every change. */
export interface EndpointRecord {
  /** Null before anything was offered, and after everything was cleared. */
  readonly state: EndpointState | null;
  /** What the throttle counts. */
  readonly log: SlidingLog;
  /** Makes the tables and the first state. Only an offer does: a message that comes too late must not raise what was cleared. */
  start(settings: EndpointSettings): void;
  save(state: EndpointState, log?: SlidingLog): void;
  /** Believes the storage again: a transaction was rolled back. */
  reload(): void;
  /** Believes that the storage is empty; to be called when everything is deleted. */
  forget(): void;
}

interface Held {
  readonly state: EndpointState | null;
  readonly log: SlidingLog;
}

const none: Held = { state: null, log: emptyLog };

const Log = z.instanceof(ArrayBuffer).transform((bytes): SlidingLog => new Uint8Array(bytes));

export function createEndpointRecord(sql: SqlStorage): EndpointRecord {
  let held: Held | null = null;
  const open = (): Held => {
    held ??= read(sql);
    return held;
  };
  const save = (state: EndpointState, log: SlidingLog): void => {
    sql.exec("INSERT OR REPLACE INTO endpoint (id, state, throttle) VALUES (1, ?, ?)", JSON.stringify(state), log);
    held = { state, log };
  };
  return {
    get state() {
      return open().state;
    },
    get log() {
      return open().log;
    },
    start(settings) {
      upgradeTables(sql);
      save(initialState(settings), emptyLog);
    },
    save: (state, log = open().log) => save(state, log),
    reload() {
      held = null;
    },
    forget() {
      held = none;
    },
  };
}

function read(sql: SqlStorage): Held {
  if (sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'endpoint'").toArray().length === 0) return none;
  upgradeTables(sql);
  const [row] = sql.exec<{ state: string; throttle: ArrayBuffer }>("SELECT state, throttle FROM endpoint").toArray();
  return row === undefined ? none : { state: EndpointState.parse(JSON.parse(row.state)), log: Log.parse(row.throttle) };
}
