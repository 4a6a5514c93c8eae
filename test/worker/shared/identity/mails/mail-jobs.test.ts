import { createExecutionContext, createMessageBatch, createScheduledController, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { queueMail } from "../../../../../shared/identity/mails/queue-mail.ts";
import { listMailbox, type MailRequest } from "../../../../../shared/mail/index.ts";
import { commit, sha256Hex } from "../../../../../shared/platform/index.ts";
import { flushOutbox } from "../../../../../workers/context.ts";
import worker from "../../../../../workers/index.ts";
import { seedWorkspace } from "../../../../helpers/worker/api.ts";
import { always, type Fault, injectFaults, once, type Point, stopFaults } from "../../../../helpers/worker/faults.ts";
import { withFaults } from "../../../../helpers/worker/faulty-bindings.ts";
import { visitorOfTest } from "../../../../helpers/worker/people.ts";
import { defineSite } from "../../../../helpers/worker/site.ts";

let userId = "";
let email = "";
beforeAll(async () => {
  ({ userId } = await seedWorkspace());
  email = `${userId}@example.com`;
});
beforeEach(async () => {
  await env.DB.batch([env.DB.prepare("DELETE FROM jobs"), env.DB.prepare("DELETE FROM one_time_tokens")]);
  const { objects } = await env.STORE.list({ prefix: "dev-mail/" });
  await env.STORE.delete(objects.map(({ key }) => key));
});
afterEach(() => void stopFaults());

/** Accepts an e-mail, as a verb does, and tells the queue of it, as the edge does after the answer. */
async function ask(mail: MailRequest): Promise<void> {
  const ctx = visitorOfTest();
  await commit(ctx.directory, [queueMail(ctx, mail)]);
  await flushOutbox(withFaults(env), ctx);
}

const jobStates = async () => (await env.DB.prepare("SELECT state FROM jobs").all<{ state: string }>()).results.map(({ state }) => state);
const texts = async () => (await listMailbox(env.STORE)).map(({ text }) => text);

/** Time passes, the cron ticks, and the queue does what it was told, until no job is open. */
async function untilSettled(bindings: Env = env): Promise<void> {
  for (let looks = 0; looks < 400; looks++) {
    if ((await jobStates()).every((state) => state === "succeeded" || state === "failed")) return;
    await scheduler.wait(25);
    if (looks % 20 !== 19) continue;
    await env.DB.prepare("UPDATE jobs SET due_at = 0, lease_until = iif(lease_until IS NULL, NULL, 0)").run();
    const context = createExecutionContext();
    await worker.scheduled(createScheduledController({ cron: "* * * * *", scheduledTime: new Date() }), bindings, context);
    await waitOnExecutionContext(context);
  }
  throw new Error(`The jobs are ${(await jobStates()).join(", ")}.`);
}

describe("an e-mail that was accepted", () => {
  it.each<{ point: Point; fault: Fault; text?: string }>([
    { point: "work", fault: "lose" },
    { point: "work", fault: "fail-before" },
    { point: "d1", fault: "fail-before", text: "one_time_tokens" },
    { point: "d1", fault: "fail-before", text: '"users"' },
    { point: "d1", fault: "fail-before", text: 'update "jobs"' },
  ])("is sent once although $point meets $fault ($text)", async ({ point, fault, text = "" }) => {
    injectFaults(once(point, fault, { text }));
    await ask({ kind: "reset-password", email });
    await untilSettled();
    expect(stopFaults()).toHaveLength(1);
    expect(await jobStates()).toEqual(["succeeded"]);
    expect(await texts()).toHaveLength(1);
  });

  it("is sent once although its message comes twice", async () => {
    injectFaults(always("work", "duplicate"));
    await ask({ kind: "password-changed", userId });
    await untilSettled();
    expect(await texts()).toHaveLength(1);
  });

  it.each<{ fault: Fault; text: string }>([
    { fault: "fail-after", text: "one_time_tokens" },
    { fault: "fail-after", text: '"state" = ?, "progress"' },
  ])("arrives although an answer of the database is lost ($text), and every link in it works", async ({ fault, text }) => {
    injectFaults(once("d1", fault, { text }));
    await ask({ kind: "reset-password", email });
    await untilSettled();
    stopFaults();
    const codes = (await texts()).map((each) => /#token=([\w-]{43})/.exec(each)?.[1] ?? "");
    expect(codes.length).toBeGreaterThan(0);
    for (const code of codes) {
      const stored = await env.DB.prepare("SELECT used_at FROM one_time_tokens WHERE hash = ?")
        .bind(await sha256Hex(code))
        .first();
      expect(stored).toEqual({ used_at: null });
    }
  });

  it("is sent once its provider works again", async () => {
    const resend = await defineSite("api.resend.com", {
      "/emails": [{ status: 500 }, { status: 429 }, { fault: "cut-in-body", status: 503 }, { body: `{"id":"1"}` }],
    });
    const bindings = { ...env, MAIL_FROM: "mentha@example.com", RESEND_API_KEY: "re_12345678" };
    const ctx = visitorOfTest();
    await commit(ctx.directory, [queueMail(ctx, { kind: "password-changed", userId })]);
    const [due] = ctx.dueJobs;
    for (let tries = 0; tries < 4; tries++) {
      await env.DB.prepare("UPDATE jobs SET due_at = 0").run();
      await deliver(bindings, { v: 1, ...due });
    }
    expect(await jobStates()).toEqual(["succeeded"]);
    expect(new Set((await resend.requests()).map(({ body, headers }) => `${headers["idempotency-key"]} ${body}`)).size).toBe(1);
    expect(await texts()).toEqual([]);
  });

  it("is given up at once when its provider refuses it, which is told without its words", async () => {
    await defineSite("api.resend.com", { "/emails": { status: 403, body: "re_12345678 may not write to ada@example.com" } });
    const bindings = { ...env, MAIL_FROM: "mentha@example.com", RESEND_API_KEY: "re_12345678" };
    const ctx = visitorOfTest();
    await commit(ctx.directory, [queueMail(ctx, { kind: "reset-password", email })]);
    await deliver(bindings, { v: 1, ...ctx.dueJobs[0] });
    const job = await env.DB.prepare("SELECT state, error FROM jobs").first();
    expect(job).toEqual({ state: "failed", error: expect.stringMatching(/^Resend refused the e-mail \(HTTP 403\)/) });
    expect(JSON.stringify(job)).not.toMatch(/re_12345678|ada@example/);
  });
});

async function deliver(bindings: Env, body: unknown): Promise<void> {
  const batch = createMessageBatch("mentha-work", [{ id: "1", timestamp: new Date(), attempts: 1, body }]);
  const context = createExecutionContext();
  await worker.queue(batch, bindings, context);
  await waitOnExecutionContext(context);
}

it("no token is anywhere in the database", async () => {
  await ask({ kind: "reset-password", email });
  await ask({ kind: "verify-email", userId, email });
  await untilSettled();
  const tokens = (await texts()).map((text) => /#token=([\w-]{43})/.exec(text)?.[1] ?? "");
  expect(tokens).toHaveLength(2);
  const { results: tables } = await env.DB.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'").all<{
    name: string;
  }>();
  const dump = JSON.stringify(await Promise.all(tables.map(async ({ name }) => (await env.DB.prepare(`SELECT * FROM "${name}"`).all()).results)));
  for (const token of tokens) {
    expect(dump).toContain(await sha256Hex(token));
    expect(dump).not.toContain(token);
  }
});
