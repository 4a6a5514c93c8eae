import { Broadcast } from "../../broadcasts/index.ts";
import type { Leaving, LeavingRows } from "./people.ts";
import { tableExists } from "./shard-state.ts";

/** What an object keeps in rows, because there may be thousands of each. */
export interface ShardRows {
  readonly leaving: LeavingRows;
  readonly tickets: {
    /** False when it was used before. */
    use(jti: string, until: number): boolean;
    /** When the first of them may be forgotten; null when there is none. */
    oldest(): number | null;
    dropUntil(time: number): void;
  };
  /** Whose sockets were closed: of nobody in particular when both are null. */
  readonly closings: {
    save(userId: string | null, actorId: string | null, at: number): void;
    /** Whether those of somebody in one session, or with one key, were closed at that time or later. */
    isClosedSince(userId: string, actorId: string, at: number): boolean;
    count(): number;
    /** When the first of them was; null when there is none. */
    oldest(): number | null;
    dropUntil(time: number): void;
    /** Those that name somebody. */
    drop(userId: string): void;
    dropAll(): void;
  };
  readonly broadcasts: {
    /** Until a time, ms since 1970; instead of what it said before. */
    save(broadcast: Broadcast, until: number): void;
    all(): Broadcast[];
    dropUntil(time: number): void;
  };
}

// WITHOUT ROWID: a key that SQLite keeps in an index of its own would make a second row of each write.
const tables = [
  `CREATE TABLE IF NOT EXISTS leaving (
    user_id TEXT PRIMARY KEY,
    since INTEGER NOT NULL,
    offline_at INTEGER NOT NULL
  ) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS used_ticket (
    jti TEXT PRIMARY KEY,
    until INTEGER NOT NULL
  ) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS closing (
    user_id TEXT NOT NULL,                    -- empty for everybody
    actor_id TEXT NOT NULL,                   -- empty for all that they have
    at INTEGER NOT NULL,
    PRIMARY KEY (user_id, actor_id)
  ) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS shown_broadcast (
    id TEXT PRIMARY KEY,
    until INTEGER NOT NULL,
    data TEXT NOT NULL                        -- JSON
  ) WITHOUT ROWID`,
];

export function createShardRows(sql: SqlStorage): ShardRows {
  let hasTables = false;
  const prepare = (): void => {
    if (!hasTables) for (const table of tables) sql.exec(table);
    hasTables = true;
  };
  // An earlier version may have kept something in some of them.
  if (tableExists(sql, "used_ticket")) prepare();
  const changed = (query: string, ...values: unknown[]): boolean => {
    prepare();
    return sql.exec(query, ...values).toArray().length > 0;
  };
  const run = (query: string, ...values: unknown[]): void => void (hasTables && sql.exec(query, ...values));
  const rows = <Row extends Record<string, SqlStorageValue>>(query: string, ...values: unknown[]): Row[] =>
    hasTables ? sql.exec<Row>(query, ...values).toArray() : [];

  return {
    leaving: {
      all: () =>
        rows<{ userId: string; since: number; offlineAt: number }>("SELECT user_id AS userId, since, offline_at AS offlineAt FROM leaving").map(
          ({ userId, ...leaving }): [string, Leaving] => [userId, leaving],
        ),
      save(userId, { since, offlineAt }) {
        prepare();
        run("INSERT OR REPLACE INTO leaving (user_id, since, offline_at) VALUES (?, ?, ?)", userId, since, offlineAt);
      },
      drop: (userId) => run("DELETE FROM leaving WHERE user_id = ?", userId),
      dropUntil: (time) => run("DELETE FROM leaving WHERE offline_at <= ?", time),
    },
    tickets: {
      use: (jti, until) => changed("INSERT INTO used_ticket (jti, until) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING 1", jti, until),
      oldest: () => rows<{ until: number | null }>("SELECT min(until) AS until FROM used_ticket")[0]?.until ?? null,
      dropUntil: (time) => run("DELETE FROM used_ticket WHERE until <= ?", time),
    },
    closings: {
      save(userId, actorId, at) {
        prepare();
        run("INSERT OR REPLACE INTO closing (user_id, actor_id, at) VALUES (?, ?, ?)", userId ?? "", actorId ?? "", at);
      },
      isClosedSince: (userId, actorId, at) =>
        rows("SELECT 1 FROM closing WHERE user_id IN ('', ?) AND actor_id IN ('', ?) AND at >= ? LIMIT 1", userId, actorId, at).length > 0,
      count: () => rows<{ count: number }>("SELECT count(*) AS count FROM closing")[0]?.count ?? 0,
      oldest: () => rows<{ at: number | null }>("SELECT min(at) AS at FROM closing")[0]?.at ?? null,
      dropUntil: (time) => run("DELETE FROM closing WHERE at <= ?", time),
      drop: (userId) => run("DELETE FROM closing WHERE user_id = ?", userId),
      dropAll: () => run("DELETE FROM closing"),
    },
    broadcasts: {
      save(broadcast, until) {
        prepare();
        run("INSERT OR REPLACE INTO shown_broadcast (id, until, data) VALUES (?, ?, ?)", broadcast.id, until, JSON.stringify(broadcast));
      },
      all: () => rows<{ data: string }>("SELECT data FROM shown_broadcast ORDER BY id").map(({ data }) => Broadcast.parse(JSON.parse(data))),
      dropUntil: (time) => run("DELETE FROM shown_broadcast WHERE until <= ?", time),
    },
  };
}
