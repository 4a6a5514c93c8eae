import type { BatchItem } from "drizzle-orm/batch";
import type { RunnableQuery } from "drizzle-orm/runnable-query";
import type { Database } from "./client.ts";

type Query<T> = RunnableQuery<T, "sqlite"> & PromiseLike<T>;

interface Asked {
  readonly query: BatchItem<"sqlite">;
  readonly answer: (row: unknown) => void;
  readonly fail: (cause: unknown) => void;
}

/** What was asked in this turn of the event loop, which belongs to one request: none waits here when the next one goes on. */
const asked = new WeakMap<Database, Asked[]>();

/**
 * The answer of a query, which goes to the database together with the other reads that are asked for at the same moment: many small reads are one way
 * there and back. When that fails, all of them do. Not for `findFirst`, which cannot say within a batch that there is nothing.
 */
export function readTogether<T>(db: Database, query: Query<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const others = asked.get(db);
    // What a batch answers to a query is what the query says of itself.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const one: Asked = { query, answer: (row) => resolve(row as T), fail: reject };
    if (others !== undefined) return void others.push(one);
    const all = [one];
    asked.set(db, all);
    // Behind those that go on in the same moment.
    queueMicrotask(() => queueMicrotask(() => void ask(db, all)));
  });
}

async function ask(db: Database, all: readonly Asked[]): Promise<void> {
  asked.delete(db);
  const [first, ...rest] = all;
  if (first === undefined) return;
  try {
    const answers: readonly unknown[] = await db.batch([first.query, ...rest.map(({ query }) => query)]);
    for (const [index, { answer }] of all.entries()) answer(answers[index]);
  } catch (cause) {
    for (const { fail } of all) fail(cause);
  }
}
