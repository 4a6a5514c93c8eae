import type { Database } from "../../db/client.ts";
import { AppError, commit, type Statement } from "../../platform/index.ts";

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
