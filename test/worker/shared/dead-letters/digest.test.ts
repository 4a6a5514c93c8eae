import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase, installationId } from "../../../../shared/db/client.ts";
import { jobs, parkedMessages, scheduleRuns, schedules, users } from "../../../../shared/db/schema/index.ts";
import { digestDeadLettersWith } from "../../../../shared/dead-letters/index.ts";
import { sendMailWith } from "../../../../shared/identity/index.ts";
import { type MailMessage, MailRequest } from "../../../../shared/mail/index.ts";
import { hourMs, newId } from "../../../../shared/platform/index.ts";
import { seedWorkspace } from "../../../helpers/worker/api.ts";

const db = directoryDatabase(env);
const start = 1_800_000_000_000;

let operator = "";
let jobId = "";
beforeEach(async () => {
  ({ userId: operator } = await seedWorkspace({ isOperator: true }));
  for (const table of [jobs, parkedMessages, scheduleRuns, schedules]) await db.delete(table);
  await db.update(users).set({ isOperator: false });
  await db.update(users).set({ isOperator: true }).where(eq(users.id, operator));
  jobId = await seedDigest(start);
});

const times = (at: number) => ({ dueAt: at, createdAt: at, updatedAt: at });

async function seedDigest(at: number): Promise<string> {
  const id = newId("job", at);
  await db.insert(jobs).values({ id, workspaceId: installationId, type: "dead-letters.digest", state: "running", input: {}, ...times(at) });
  return id;
}
async function park(parkedAt: number, values: Partial<typeof parkedMessages.$inferInsert> = {}): Promise<string> {
  const id = newId("parked", parkedAt);
  const trouble = { queue: "webhooks", errorCode: "upstream_timeout", errorMessage: "to ada@example.com", attempts: 3, body: '{"secret":"s3cret"}' };
  await db.insert(parkedMessages).values({ id, messageId: id, parkedAt, ...trouble, ...values });
  return id;
}
const failJob = (at: number) =>
  db.insert(jobs).values({ id: newId("job", at), workspaceId: "wsp_a", type: "audit.purge", state: "failed", input: {}, error: "s3cret", ...times(at) });

const digest = (id = jobId) =>
  digestDeadLettersWith({ directory: db, now: () => start })({ db, jobId: id, workspaceId: installationId, input: {}, checkpoint: null });
const mailJobs = () => db.query.jobs.findMany({ where: eq(jobs.type, "mail.send") });

/** Sends what was asked for, as the queue would. */
async function sentMails(): Promise<MailMessage[]> {
  const sent: MailMessage[] = [];
  const mailer = { send: async (message: MailMessage) => void sent.push(message) };
  const send = sendMailWith({ mailer, publicUrl: "https://mentha.test", now: () => start, findNotificationMail: async () => null });
  for (const { id, input } of await mailJobs()) await send({ db, jobId: id, workspaceId: installationId, input: MailRequest.parse(input), checkpoint: null });
  return sent;
}

describe("the digest of dead letters", () => {
  it("tells each operator how many of what wait since when and how to go on, and nothing of what they say", async () => {
    const { userId: second } = await seedWorkspace({ isOperator: true });
    await db.update(users).set({ language: "es" }).where(eq(users.id, second));
    await park(start - 3 * hourMs);
    await park(start - 2 * hourMs);
    await park(start - 2 * hourMs, { queue: "events", errorCode: "invalid" });
    await failJob(start - hourMs);
    expect((await digest()).checkpoint).toMatchObject({ parked: 3, failedJobs: 1, told: 2 });
    const mails = await sentMails();
    expect(mails.map(({ to }) => to).sort()).toEqual([`${operator}@example.com`, `${second}@example.com`].sort());
    const own = mails.find(({ to }) => to.startsWith(operator));
    for (const fact of ["webhooks", "upstream_timeout: 2", "invalid: 1", "audit.purge that failed: 1", "2027-01-15 05:00 UTC", "/api/admin/dead-letters"])
      expect(own?.text).toContain(fact);
    expect(mails.find(({ to }) => to.startsWith(second))?.subject).toBe("Mentha no pudo procesarlo todo");
    expect(JSON.stringify(mails)).not.toMatch(/s3cret|ada@example\.com/);
  });

  it("is one e-mail, however often the job runs", async () => {
    await park(start - hourMs);
    await digest();
    await digest();
    expect(await mailJobs()).toHaveLength(1);
  });

  it("is none when nothing is wrong", async () => {
    expect((await digest()).checkpoint).toMatchObject({ parked: 0, failedJobs: 0, told: 0 });
    expect(await mailJobs()).toEqual([]);
  });

  it("tells only of what came since the one before", async () => {
    await park(start - 5 * hourMs);
    const schedule = {
      id: newId("schedule"),
      workspaceId: installationId,
      name: "Digest",
      anchorAt: 1,
      timeZone: "UTC",
      targetKind: "dead-letter-digest",
      targetInput: {},
    };
    await db.insert(schedules).values({ ...schedule, missed: "latest", overlap: "skip", createdAt: 1 });
    const run = { workspaceId: installationId, scheduleId: schedule.id, cause: "time", state: "succeeded", createdAt: 1 } as const;
    const result = { until: start - 4 * hourMs, parked: 1, failedJobs: 0, told: 1 };
    await db.insert(scheduleRuns).values({ ...run, id: newId("scheduleRun"), occurrence: 1, finishedAt: start - 4 * hourMs, result });
    expect((await digest()).checkpoint).toMatchObject({ parked: 0, told: 0 });
    await park(start - 3 * hourMs);
    expect((await digest(await seedDigest(start + 1))).checkpoint).toMatchObject({ parked: 1, told: 1 });
  });

  it("goes to nobody who is suspended, or no operator any more when it is sent", async () => {
    await park(start - hourMs);
    await digest();
    await db.update(users).set({ isOperator: false }).where(eq(users.id, operator));
    expect(await sentMails()).toEqual([]);
    await db.update(users).set({ isOperator: true, suspendedAt: 1 }).where(eq(users.id, operator));
    expect(await sentMails()).toEqual([]);
    expect((await digest(await seedDigest(start + 1))).checkpoint).toMatchObject({ parked: 1, told: 0 });
  });

  it("is not sent when somebody saw to all of it meanwhile", async () => {
    const id = await park(start - hourMs);
    await digest();
    await db.delete(parkedMessages).where(eq(parkedMessages.id, id));
    expect(await sentMails()).toEqual([]);
  });
});
