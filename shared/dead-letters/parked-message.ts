import { eq } from "drizzle-orm";
import { parkedMessages } from "../db/schema/index.ts";
import { AppError, type Context, type Statement } from "../platform/index.ts";

/** @throws AppError `not_found` */
export async function findParked({ db }: Pick<Context, "db">, id: string): Promise<typeof parkedMessages.$inferSelect> {
  const row = await db.query.parkedMessages.findFirst({ where: eq(parkedMessages.id, id) });
  if (row === undefined) throw unknownLetter();
  return row;
}

/** Matches no row once somebody else replayed or dropped it: put it into `guarded`. */
export function forgetParked({ db }: Pick<Context, "db">, id: string): Statement {
  return db.delete(parkedMessages).where(eq(parkedMessages.id, id));
}

export function unknownLetter(): AppError {
  return new AppError("not_found", "There is no such dead letter.");
}
