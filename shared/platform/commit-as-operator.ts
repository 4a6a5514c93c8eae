import { and, eq, isNull, notExists } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { users } from "../db/schema/index.ts";
import { commit, refuseWhere, type Statement } from "./commit.ts";
import type { Context } from "./context.ts";
import { AppError } from "./errors.ts";

type Asking = Pick<Context, "directory" | "actor">;

/**
 * As `commitOr`, for what an operator does to the installation: nothing is written when they were suspended or deleted since their request was let in. Of
 * two who end each other at once, one goes on. `db` is the directory, where the installation's own rows and its log are; in another database nobody stands.
 * @param explain what to throw when it loses otherwise; without it, what `commit` throws
 * @throws AppError `forbidden` for an operator who is one no longer
 */
export async function commitAsOperator(ctx: Asking, db: Database, statements: readonly Statement[], explain?: () => Promise<AppError>): Promise<void> {
  try {
    await commit(db, [refuseWhere(db, notExists(standing(ctx))), ...statements]);
  } catch (error) {
    if (!(error instanceof AppError && error.code === "conflict")) throw error;
    if ((await standing(ctx)).length === 0) throw new AppError("forbidden", "Your account was suspended or deleted at this moment: nothing was done.");
    throw explain === undefined ? error : await explain();
  }
}

const standing = ({ directory, actor }: Asking) =>
  directory
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, actor.userId), isNull(users.suspendedAt)));
