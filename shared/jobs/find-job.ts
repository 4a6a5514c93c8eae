import { eq } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { jobs } from "../db/schema/index.ts";
import { AppError } from "../platform/index.ts";

interface Found {
  /** The one that holds it. */
  readonly db: Database;
  readonly job: typeof jobs.$inferSelect;
}

/** A job, in whatever database it is. @throws AppError `not_found` */
export async function findJob(databases: readonly Database[], id: string): Promise<Found> {
  for (const db of databases) {
    const job = await db.query.jobs.findFirst({ where: eq(jobs.id, id) });
    if (job !== undefined) return { db, job };
  }
  throw new AppError("not_found", "There is no such job. One that succeeded is removed after a day, one that failed after a month.");
}
