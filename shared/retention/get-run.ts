import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { jobs } from "../db/schema/index.ts";
import { AppError, type Context, requirePermission } from "../platform/index.ts";
import { CleanCheckpoint } from "./clean.ts";
import { keptThings } from "./kept/index.ts";
import type { RetentionRun } from "./schemas.ts";

const Input = z.object({ dryRun: z.boolean() });

/** How far a clean-up or its dry run is, and what it counted. @throws AppError `not_found`, also a day after it was done */
export async function getRetentionRun(ctx: Context, id: string): Promise<RetentionRun> {
  requirePermission(ctx, "operations:read");
  const job = await ctx.directory.query.jobs.findFirst({ where: and(eq(jobs.id, id), eq(jobs.type, "retention.clean")) });
  if (job === undefined) throw new AppError("not_found", "There is no such clean-up. What one counted can be read for a day.");
  const { state, createdAt, updatedAt } = job;
  const { dryRun } = Input.parse(job.input);
  const reached = CleanCheckpoint.safeParse(job.checkpoint).data;
  const counts = keptThings.flatMap(({ name: kind }) => {
    const count = reached?.counts[kind];
    return count === undefined ? [] : [{ kind, count }];
  });
  return { id, dryRun, state, at: reached?.at ?? null, counts, createdAt, updatedAt };
}
