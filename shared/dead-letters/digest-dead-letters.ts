import { and, desc, eq, isNotNull, isNull } from "drizzle-orm";
import { z } from "zod";
import { type Database, installationId } from "../db/client.ts";
import { jobs, scheduleRuns, schedules, users } from "../db/schema/index.ts";
import { insertJob, type JobExecutor } from "../jobs/index.ts";
import { commit, derivedId, minuteMs, sha256 } from "../platform/index.ts";
import { countTroubles, isTrouble, type Troubles } from "./count-troubles.ts";

interface DigestDeps {
  readonly directory: Database;
  readonly now: () => number;
}

/** What a digest says at its end: how much there was, how many operators are told of it, and up to when it looked, in ms since 1970. */
const Digest = z.object({ until: z.int(), parked: z.int(), failedJobs: z.int(), told: z.int() });
type Digest = z.infer<typeof Digest>;

/** What is written at this moment bears a time that has passed when it can be seen: it is left to the next digest. */
const marginMs = minuteMs;

/**
 * The executor of `dead-letters.digest`: asks for an e-mail to each operator when something could not be processed since the digest before. Each has an
 * id that follows from the job and the operator, so that there is one of it however often this runs. What it says is found out when it is sent.
 */
export function digestDeadLettersWith({ directory, now }: DigestDeps): JobExecutor<"dead-letters.digest"> {
  return async ({ db, jobId }) => {
    const job = await db.query.jobs.findFirst({ columns: { createdAt: true }, where: eq(jobs.id, jobId) });
    const until = (job?.createdAt ?? now()) - marginMs;
    const since = await findLastUntil(directory);
    const troubles = await countTroubles(db, { since, until });
    const told = isTrouble(troubles) ? await askForMails(directory, { jobId, since, until, now }) : 0;
    const digest: Digest = { until, parked: total(troubles.parked), failedJobs: total(troubles.failedJobs), told };
    return { done: true, progress: told, checkpoint: digest };
  };
}

const total = (kinds: Troubles["parked"] | Troubles["failedJobs"]): number => kinds.reduce((sum, { count }) => sum + count, 0);

/** Up to when the last digest looked; the beginning of time when there was none. */
async function findLastUntil(directory: Database): Promise<number> {
  const [last] = await directory
    .select({ result: scheduleRuns.result })
    .from(scheduleRuns)
    .innerJoin(schedules, eq(schedules.id, scheduleRuns.scheduleId))
    .where(and(eq(schedules.workspaceId, installationId), eq(schedules.targetKind, "dead-letter-digest"), isNotNull(scheduleRuns.result)))
    .orderBy(desc(scheduleRuns.finishedAt))
    .limit(1);
  return Digest.safeParse(last?.result).data?.until ?? 0;
}

interface Asking {
  readonly jobId: string;
  readonly since: number;
  readonly until: number;
  readonly now: () => number;
}

async function askForMails(db: Database, { jobId, since, until, now }: Asking): Promise<number> {
  const operators = await db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.isOperator, true), isNull(users.suspendedAt)));
  const asked = await Promise.all(operators.map(async ({ id: userId }) => ({ userId, id: derivedId("job", await sha256(`${jobId} ${userId}`)) })));
  // The sweep finds them within a minute: nobody waits for them.
  const ctx = { db, workspaceId: installationId, now, dueJobs: [] };
  const mails = asked.map(({ userId, id }) => insertJob(ctx, { id, type: "mail.send", input: { kind: "dead-letter-digest", userId, since, until } }));
  await commit(db, mails);
  return operators.length;
}
