import { type CrawlStart, CrawlState, initialState } from "./crawl-state.ts";
import { tables } from "./tables.ts";

/** The crawl's one row of state: read once after an eviction, written through at every change. */
export interface CrawlRecord {
  /** Null before `start`, and after everything was cleared. */
  readonly state: CrawlState | null;
  /** Makes the tables and the first state. Only a start does: a message that comes too late must not raise a crawl that was cleared. */
  start(start: CrawlStart, now: number): CrawlState;
  save(changes: Partial<CrawlState>): CrawlState;
  /** Runs `work`, whose changes are written together at its end: call it in a transaction. */
  together(work: () => void): void;
  /** Believes the storage again, after a transaction was rolled back. */
  reload(): void;
}

export function createRecord(sql: SqlStorage): CrawlRecord {
  let state = read(sql);
  let isHeld = false;

  const write = (next: CrawlState): CrawlState => {
    if (!isHeld) sql.exec("INSERT OR REPLACE INTO crawl (id, state) VALUES (1, ?)", JSON.stringify(next));
    state = next;
    return next;
  };

  return {
    get state() {
      return state;
    },
    start(start, now) {
      sql.exec(tables);
      return write(initialState(start, now));
    },
    save(changes) {
      if (state === null) throw new Error("a crawl is changed before it is started");
      return write({ ...state, ...changes });
    },
    together(work) {
      const before = state;
      isHeld = true;
      try {
        work();
      } finally {
        isHeld = false;
      }
      if (state !== null && state !== before) write(state);
    },
    reload() {
      state = read(sql);
    },
  };
}

function read(sql: SqlStorage): CrawlState | null {
  if (sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'crawl'").toArray().length === 0) return null;
  const [row] = sql.exec<{ state: string }>("SELECT state FROM crawl").toArray();
  return row === undefined ? null : CrawlState.parse(JSON.parse(row.state));
}
