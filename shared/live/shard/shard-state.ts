import { z } from "zod";
import { type Place, placeOf } from "./place.ts";

const Presence = z.object({ users: z.number(), active: z.number(), connections: z.number() });

const ShardState = z.object({
  /** The object's own: whoever wakes it by its bare id does not tell its name. */
  place: z.object({ workspaceId: z.string(), shard: z.number() }),
  /** Over how many objects the workspace's connections are spread; null when this object was never told. */
  shards: z.number().nullable(),
  width: z.number(),
  settledAt: z.number(),
  /** Of another object than the first: the highest number of objects of which it told the first. */
  joined: z.number(),
  /** When the first object asks whether those that are no longer needed are empty; null for not at all. */
  narrowAt: z.number().nullable(),
  /** Of the last instance of this object that reported. */
  generation: z.number(),
  /** What was reported last, as one text; null when nothing is to be known of this object. */
  reported: z.object({ at: z.number(), figures: z.string(), withPeople: z.boolean() }).nullable(),
  /** Since when whoever adds up knows, without a gap, who is here: people, or nothing but keys; null while it does not. */
  listedSince: z.number().nullable(),
  /** The `listedSince` for which broadcasts were read; null for none. */
  broadcastsFor: z.number().nullable(),
  /** What the workspace adds up to. */
  presence: Presence.nullable(),
  /** When those who are here were looked for in the database, the first of them when they came; 0 for never, as nobody came. */
  checkedAt: z.number(),
  /** Duties that failed, by name: how often in a row, and until when they wait. */
  retries: z.record(z.string(), z.object({ failures: z.number(), notBefore: z.number() })),
});
/** What an object keeps of itself beside rows. */
export type ShardState = z.infer<typeof ShardState>;

/** Of an object that nobody came to yet. */
export const initialState: Omit<ShardState, "place"> = {
  shards: null,
  width: 1,
  settledAt: 0,
  joined: 0,
  narrowAt: null,
  generation: 0,
  reported: null,
  listedSince: null,
  broadcastsFor: null,
  presence: null,
  checkedAt: 0,
  retries: {},
};

/** Read once after an eviction, written through at every change. No table is made before something is kept. */
export interface StateStore {
  readonly current: ShardState;
  save(change: Partial<ShardState>): void;
}

const table = "CREATE TABLE IF NOT EXISTS shard_state (id INTEGER PRIMARY KEY CHECK (id = 1), data TEXT NOT NULL)";
const upsert = "INSERT INTO shard_state (id, data) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET data = excluded.data";

export function createStateStore(sql: SqlStorage, place: Place): StateStore {
  let hasTable = tableExists(sql, "shard_state");
  const stored = hasTable ? storedIn(sql) : undefined;
  // A field that a later version adds is not in what an earlier one wrote.
  let current = ShardState.parse({ ...initialState, ...stored, place });
  return {
    get current() {
      return current;
    },
    save(change) {
      if (!hasTable) sql.exec(table);
      hasTable = true;
      current = { ...current, ...change };
      sql.exec(upsert, JSON.stringify(current));
    },
  };
}

const storedIn = (sql: SqlStorage): object | undefined => {
  const [row] = sql.exec<{ data: string }>("SELECT data FROM shard_state").toArray();
  return row === undefined ? undefined : z.looseObject({}).parse(JSON.parse(row.data));
};

/** Where nobody is sent: an object that was never used, or was cleared, and that somebody woke by its bare id. */
const nowhere: Place = { workspaceId: "", shard: 0 };

/** Which object this is: by its name, or as it is stored. */
export function findPlace(name: string | undefined, sql: SqlStorage): Place {
  const named = placeOf(name);
  if (named !== undefined || !tableExists(sql, "shard_state")) return named ?? nowhere;
  return ShardState.pick({ place: true }).safeParse(storedIn(sql)).data?.place ?? nowhere;
}

export const tableExists = (sql: SqlStorage, name: string): boolean => sql.exec("SELECT 1 FROM sqlite_master WHERE name = ?", name).toArray().length > 0;
