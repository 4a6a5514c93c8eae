import { createExecutionContext, createMessageBatch, createScheduledController, getQueueResult, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newId } from "../../../shared/platform/index.ts";
import worker from "../../../workers/index.ts";
import { seedWorkspace } from "../../helpers/worker/api.ts";
import { defineSite, type TestSite } from "../../helpers/worker/site.ts";

const withSentry = { ...env, SENTRY_DSN: "http://key@sentry.example.net/1" };
const misconfigured = { ...env, ENCRYPTION_KEY: "" };

let workspaceId = "";
let sentry: TestSite;
beforeAll(async () => {
  workspaceId = (await seedWorkspace()).id;
});
beforeEach(async () => {
  sentry = await defineSite("sentry.example.net", { "*": { body: "{}", headers: { "content-type": "application/json" } } });
});
const reports = async (): Promise<string[]> => (await sentry.requests()).map(({ method, path }) => `${method} ${new URL(path, sentry.url).pathname}`);
const oneReport = ["POST /api/1/envelope/"];

async function deliver(bindings: Env, ...bodies: unknown[]) {
  const batch = createMessageBatch(
    "mentha-work",
    bodies.map((body) => ({ id: newId("request"), timestamp: new Date(), attempts: 1, body })),
  );
  const ctx = createExecutionContext();
  await worker.queue(batch, bindings, ctx);
  return getQueueResult(batch, ctx);
}

async function storeJob(type: string): Promise<string> {
  const id = newId("job");
  await env.DB.prepare("INSERT INTO jobs (id, workspace_id, type, state, input, due_at, created_at, updated_at) VALUES (?, ?, ?, 'queued', ?, 0, 0, 0)")
    .bind(id, workspaceId, type, JSON.stringify({ auditId: newId("audit") }))
    .run();
  return id;
}
const stateOf = (jobId: string) => env.DB.prepare("SELECT state FROM jobs WHERE id = ?").bind(jobId).first("state");

describe("a background job", () => {
  it("that fails for good is reported, and its message is done with", async () => {
    const jobId = await storeJob("job.of-a-later-version");
    const { explicitAcks } = await deliver(withSentry, { v: 1, jobId, workspaceId });
    expect(explicitAcks).toHaveLength(1);
    expect(await stateOf(jobId)).toBe("failed");
    expect(await reports()).toEqual(oneReport);
  });

  it("that succeeds is no matter for a report", async () => {
    const jobId = await storeJob("audit.purge");
    await deliver(withSentry, { v: 1, jobId, workspaceId });
    expect(await stateOf(jobId)).toBe("succeeded");
    expect(await reports()).toEqual([]);
  });
});

describe("a wrong configuration", () => {
  it("keeps no message of a batch from being settled", async () => {
    const jobId = await storeJob("audit.purge");
    const { explicitAcks, outcome } = await deliver(misconfigured, { v: 2 }, { v: 1, jobId, workspaceId });
    expect(outcome).toBe("ok");
    expect(explicitAcks).toHaveLength(2);
    expect(await stateOf(jobId)).toBe("succeeded");
  });

  it("keeps no cron job from running after one that failed", async () => {
    const [name, jobId] = [`dead-letters/work/${newId("request")}.json`, newId("job")];
    const body = { v: 1, jobId, workspaceId };
    await env.STORE.put(name, JSON.stringify({ queue: "work", messageId: jobId, body, errorCode: "unavailable", errorMessage: "x", attempts: 3 }));
    const ctx = createExecutionContext();
    // The sweep of jobs, which runs before the recovery of dead letters, fails.
    await env.DB.prepare("UPDATE jobs SET state = 'queued'").run();
    await worker.scheduled(createScheduledController({ cron: "* * * * *" }), { ...misconfigured, WORK: new Proxy(env.WORK, { get: () => undefined }) }, ctx);
    await waitOnExecutionContext(ctx);
    expect(await env.STORE.head(name)).toBeNull();
  });
});
