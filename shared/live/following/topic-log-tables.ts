/** The rows of the log of topics. No table is made before something is kept. */
export interface LogTables {
  /** Names the log; null while nothing was ever kept. */
  opened(): string | null;
  /** Makes the tables where they are not, and names the log. */
  open(): string;
  /** The number of the last message of a topic, also of one that is not kept any more; where its numbers begin for none. */
  last(topicKey: string): number;
  /** Notes a key; false when it was noted before. */
  note(topicKey: string, key: string, now: number): boolean;
  insert(topicKey: string, seq: number, now: number, message: string): void;
  /** Messages after that number, as JSON, in their order. */
  after(topicKey: string, seq: number): string[];
  count(topicKey: string): number;
  /** The number of the last message of a topic that was dropped for its age or for their number; 0 for none. */
  droppedUpTo(topicKey: string): number;
  /** Drops all but so many. */
  keepLast(topicKey: string, count: number): void;
  dropMessagesBefore(time: number): void;
  dropKeysBefore(time: number): void;
  /** Drops everything of a topic. */
  drop(topicKey: string): void;
  /** Drops the tables, and the name of the log with them. */
  close(): void;
  /** When the oldest message and the oldest key were written; null where there is none. */
  oldest(): { readonly message: number | null; readonly key: number | null };
}

/** Numbers begin again after the next multiple of this where a topic was dropped: what is seen of them says little of how many it had. */
const floorStep = 10_000;

// WITHOUT ROWID: a key that SQLite keeps in an index of its own would make a second row of each write.
const tables = `
CREATE TABLE topic_log (
  epoch TEXT NOT NULL,
  floor INTEGER NOT NULL                      -- where numbers begin of a topic that has none: above those of topics that were dropped
);
CREATE TABLE topic_message (
  topic TEXT NOT NULL,
  seq INTEGER NOT NULL,
  written_at INTEGER NOT NULL,
  message TEXT NOT NULL,                      -- JSON, as it is sent
  PRIMARY KEY (topic, seq)
) WITHOUT ROWID;
CREATE TABLE topic_key (
  topic TEXT NOT NULL,
  key TEXT NOT NULL,
  written_at INTEGER NOT NULL,
  PRIMARY KEY (topic, key)
) WITHOUT ROWID;
CREATE TABLE topic_dropped (
  topic TEXT PRIMARY KEY,
  seq INTEGER NOT NULL                        -- of the last message that was dropped
) WITHOUT ROWID;`;

/** Notes, of the messages that are to be dropped, the last of each topic. */
const noteDropped = (which: string): string =>
  `INSERT INTO topic_dropped (topic, seq) SELECT topic, max(seq) FROM topic_message WHERE ${which} GROUP BY topic
   ON CONFLICT (topic) DO UPDATE SET seq = excluded.seq`;
/** Of a topic. What was dropped is older than what is there. */
const lastOfTopic = `SELECT coalesce(
    (SELECT max(seq) FROM topic_message WHERE topic = ?1), (SELECT seq FROM topic_dropped WHERE topic = ?1), (SELECT floor FROM topic_log)
  ) AS last`;

export function createLogTables(sql: SqlStorage, newEpoch: () => string): LogTables {
  /** Undefined before the storage was asked. */
  let name: string | null | undefined;

  const read = (): string | null => {
    if (sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'topic_log'").toArray().length === 0) return null;
    return sql.exec<{ epoch: string }>("SELECT epoch FROM topic_log").one().epoch;
  };
  const opened = () => {
    if (name === undefined) name = read();
    return name;
  };
  const open = () => {
    const known = opened();
    if (known !== null) return known;
    const made = newEpoch();
    sql.exec(tables);
    sql.exec("INSERT INTO topic_log (epoch, floor) VALUES (?, 0)", made);
    name = made;
    return made;
  };
  /** Does nothing where there are no tables: what is not kept needs no dropping. */
  const run = (query: string, ...values: (string | number)[]): void => {
    if (opened() !== null) sql.exec(query, ...values);
  };
  const one = <T extends Record<string, SqlStorageValue>>(query: string, ...values: (string | number)[]): T | null => {
    if (opened() === null) return null;
    return sql.exec<T>(query, ...values).toArray()[0] ?? null;
  };

  const lastIn = (topicKey: string): number => one<{ last: number }>(lastOfTopic, topicKey)?.last ?? 0;

  return {
    opened,
    open,
    last: lastIn,
    note(topicKey, key, now) {
      open();
      return (
        sql.exec("INSERT INTO topic_key (topic, key, written_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING 1", topicKey, key, now).toArray().length ===
        1
      );
    },
    insert: (topicKey, seq, now, message) =>
      run("INSERT INTO topic_message (topic, seq, written_at, message) VALUES (?, ?, ?, ?)", topicKey, seq, now, message),
    after(topicKey, seq) {
      if (opened() === null) return [];
      const rows = sql.exec<{ message: string }>("SELECT message FROM topic_message WHERE topic = ? AND seq > ? ORDER BY seq", topicKey, seq);
      return [...rows].map(({ message }) => message);
    },
    count: (topicKey) => one<{ count: number }>("SELECT count(*) AS count FROM topic_message WHERE topic = ?", topicKey)?.count ?? 0,
    droppedUpTo: (topicKey) => one<{ seq: number }>("SELECT seq FROM topic_dropped WHERE topic = ?", topicKey)?.seq ?? 0,
    keepLast(topicKey, count) {
      const which = "topic = ?1 AND seq <= (SELECT seq FROM topic_message WHERE topic = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)";
      run(noteDropped(which), topicKey, count);
      run(`DELETE FROM topic_message WHERE ${which}`, topicKey, count);
    },
    dropMessagesBefore(time) {
      run(noteDropped("written_at < ?"), time);
      run("DELETE FROM topic_message WHERE written_at < ?", time);
    },
    dropKeysBefore: (time) => run("DELETE FROM topic_key WHERE written_at < ?", time),
    drop(topicKey) {
      const beyond = (Math.floor(lastIn(topicKey) / floorStep) + 1) * floorStep;
      run("UPDATE topic_log SET floor = max(floor, ?)", beyond);
      for (const table of ["topic_message", "topic_key", "topic_dropped"]) run(`DELETE FROM ${table} WHERE topic = ?`, topicKey);
    },
    close() {
      for (const table of ["topic_log", "topic_message", "topic_key", "topic_dropped"]) run(`DROP TABLE ${table}`);
      name = null;
    },
    oldest: () =>
      one<{ message: number | null; key: number | null }>(
        "SELECT (SELECT min(written_at) FROM topic_message) AS message, (SELECT min(written_at) FROM topic_key) AS key",
      ) ?? { message: null, key: null },
  };
}
