/** What the bindings did since the Worker started. */
export interface Counts {
  d1RowsRead: number;
  d1RowsWritten: number;
  d1Statements: number;
  objectRowsRead: number;
  objectRowsWritten: number;
  /** Puts, gets, lists, deletes and heads. */
  r2Operations: number;
  queueMessages: number;
  alarmsSet: number;
}

export const counts: Counts = {
  d1RowsRead: 0,
  d1RowsWritten: 0,
  d1Statements: 0,
  objectRowsRead: 0,
  objectRowsWritten: 0,
  r2Operations: 0,
  queueMessages: 0,
  alarmsSet: 0,
};

type Wrap = (target: object, name: string | symbol, member: (...parameters: never[]) => unknown) => unknown;

/** The same object, with `wrap` around each of its methods. */
function wrapped<T extends object>(target: T, wrap: Wrap): T {
  return new Proxy(target, {
    get(_, name) {
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? wrap(target, name, member.bind(target)) : member;
    },
  });
}

function add({ meta }: D1Result): void {
  counts.d1RowsRead += meta.rows_read;
  counts.d1RowsWritten += meta.rows_written;
  counts.d1Statements += 1;
}

const originals = new WeakMap<object, D1PreparedStatement>();

const reads = /^\s*(?:select|with)\b/i;

function meteredStatement(statement: D1PreparedStatement, text: string): D1PreparedStatement {
  const metered = wrapped(statement, (_, name, member) => {
    if (name === "bind") return (...values: unknown[]) => meteredStatement(statement.bind(...values), text);
    return async (...parameters: never[]) => {
      // `raw` and `first` answer without their costs: a read is asked again, and of a write its rows are given as `raw` would give them.
      if (name === "raw" && !reads.test(text)) {
        const answer = await statement.all();
        add(answer);
        return answer.results.map((row) => Object.values(row));
      }
      const result: unknown = await member(...parameters);
      if (name === "raw" || name === "first") add(await statement.all());
      else if (isResult(result)) add(result);
      return result;
    };
  });
  originals.set(metered, statement);
  return metered;
}

const isResult = (value: unknown): value is D1Result => typeof value === "object" && value !== null && "meta" in value;

export function meteredDatabase(database: D1Database): D1Database {
  return wrapped(database, (_, name, member) => {
    if (name === "prepare") return (text: string) => meteredStatement(database.prepare(text), text);
    if (name !== "batch") return member;
    return async (statements: D1PreparedStatement[]) => {
      const results = await database.batch(statements.map((statement) => originals.get(statement) ?? statement));
      results.forEach(add);
      return results;
    };
  });
}

export function meteredQueue(queue: Queue): Queue {
  return wrapped(queue, (_, name, member) => {
    if (name === "send") counts.queueMessages += 1;
    if (name !== "sendBatch") return member;
    return (messages: MessageSendRequest[]) => {
      const batch = [...messages];
      counts.queueMessages += batch.length;
      return queue.sendBatch(batch);
    };
  });
}

export function meteredBucket(bucket: R2Bucket): R2Bucket {
  return wrapped(bucket, (_, __, member) => (...parameters: never[]) => {
    counts.r2Operations += 1;
    return member(...parameters);
  });
}

/** Counts what an object stores. A cursor knows its rows only once it is read, so the one before is counted at the next statement. */
export function meterStorage(storage: DurableObjectStorage): void {
  const { sql } = storage;
  const setAlarm: DurableObjectStorage["setAlarm"] = storage.setAlarm.bind(storage);
  const meteredAlarm: DurableObjectStorage["setAlarm"] = (at, options) => {
    counts.alarmsSet += 1;
    return setAlarm(at, options);
  };
  Object.defineProperty(storage, "setAlarm", { value: meteredAlarm });
  const exec: SqlStorage["exec"] = sql.exec.bind(sql);
  let last: { readonly rowsRead: number; readonly rowsWritten: number } | null = null;
  const metered: SqlStorage["exec"] = (query, ...bindings) => {
    if (last !== null) {
      counts.objectRowsRead += last.rowsRead;
      counts.objectRowsWritten += last.rowsWritten;
    }
    const cursor = exec<never>(query, ...bindings);
    last = cursor;
    return cursor;
  };
  Object.defineProperty(sql, "exec", { value: metered });
}
