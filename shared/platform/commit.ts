import { type SQL, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { Database } from "../db/client.ts";
import { secondMs } from "./clock.ts";
import { AppError } from "./errors.ts";
import { changedMeanwhile } from "./version.ts";

export type Statement = BatchItem<"sqlite">;

/** Aborts its batch, which `commit` reports as `conflict`, where the condition holds: malformed JSON is an error that SQLite raises inside a SELECT. */
export function refuseWhere(db: Database, condition: SQL): Statement {
  // Not `db.run`, which takes no parameters within a batch.
  return db.select({ isRight: sql`iif(${condition}, json('conflict'), 1)` }).from(sql`(select 1)`);
}

/**
 * A conditional write that must win. A write that matches no row does not fail a batch by itself, so the events written
 * beside it would be published for a change that never happened; the second statement aborts the whole batch
 * unless the first changed exactly one row.
 */
export function guarded(db: Database, write: Statement): [Statement, Statement] {
  return [write, refuseWhere(db, sql`changes() <> 1`)];
}

/**
 * Writes everything or nothing, in one batch.
 * @throws AppError `conflict` when a `guarded` write lost or a `refuseWhere` held,
 *   `unavailable` (retryable) when the database failed; then the batch may or may not be committed.
 */
export async function commit(db: Database, statements: readonly Statement[]): Promise<void> {
  const [first, ...rest] = statements;
  if (first === undefined) return;
  try {
    await db.batch([first, ...rest]);
  } catch (cause) {
    if (says(cause, "malformed JSON")) throw new AppError("conflict", changedMeanwhile, { cause });
    if (says(cause, "UNIQUE constraint failed")) throw new AppError("conflict", "This was done already.", { cause });
    throw new AppError("unavailable", "The database did not answer.", { cause, retryAfterMs: secondMs });
  }
}

/**
 * Writes everything or nothing, as `commit` does. When that loses against somebody else, `explain` looks again and says what happened
 * in words that the person understands: it throws, or returns what to throw.
 */
export async function commitOr(db: Database, statements: readonly Statement[], explain: () => Promise<AppError>): Promise<void> {
  try {
    await commit(db, statements);
  } catch (error) {
    throw error instanceof AppError && error.code === "conflict" ? await explain() : error;
  }
}

/** D1 puts SQLite's words in the message of the error or of its cause. */
function says(thrown: unknown, words: string): boolean {
  for (let error: unknown = thrown; error instanceof Error; error = error.cause) {
    if (error.message.includes(words)) return true;
  }
  return false;
}
