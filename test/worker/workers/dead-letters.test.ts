import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase, installationId } from "../../../shared/db/client.ts";
import { auditLog } from "../../../shared/db/schema/index.ts";
import { newId } from "../../../shared/platform/index.ts";
import { call, seedKey, seedWorkspace } from "../../helpers/worker/api.ts";
import { tick } from "../../helpers/worker/audit-run.ts";
import { injectFaults, once, stopFaults } from "../../helpers/worker/faults.ts";
import worker from "../../helpers/worker/faulty-worker.ts";

let key = "";
let workspaceId = "";
beforeAll(async () => {
  const workspace = await seedWorkspace({ isOperator: true });
  workspaceId = workspace.id;
  key = await seedKey(workspace);
});
beforeEach(async () => {
  await env.DB.exec("DELETE FROM parked_messages");
});
afterEach(() => {
  stopFaults();
});

async function deliver(queue: string, body: unknown, id = newId("request")) {
  const batch = createMessageBatch(`mentha-${queue}`, [{ id, timestamp: new Date(), attempts: 3, body }]);
  const ctx = createExecutionContext();
  await worker.queue(batch, env, ctx);
  return getQueueResult(batch, ctx);
}

const list = async (): Promise<{ id: string; queue: string; errorCode: string; body: string }[]> => {
  const answer: { items: { id: string; queue: string; errorCode: string; body: string }[] } = await (
    await call("GET", "/api/admin/dead-letters", { key })
  ).json();
  return answer.items;
};

async function storeEvent(): Promise<{ v: 1; eventId: string; workspaceId: string }> {
  const eventId = newId("event");
  await env.DB.prepare("INSERT INTO events (id, workspace_id, type, data, created_at) VALUES (?, ?, 'audit.completed', ?, 0)")
    .bind(eventId, workspaceId, JSON.stringify({ auditId: newId("audit") }))
    .run();
  return { v: 1, eventId, workspaceId };
}
const handledAt = async (eventId: string): Promise<unknown> =>
  (await env.DB.prepare("SELECT handled_at FROM events WHERE id = ?").bind(eventId).first())?.handled_at;

it.each(["event", "events-dlq-2", ""])("a batch of a queue that is not known is refused (%s)", async (queue) => {
  await expect(deliver(queue, { v: 1 })).rejects.toThrow(`No consumer is known for the queue "mentha-${queue}"`);
});

describe("a message that cannot be processed", () => {
  it.each([
    ["events", { v: 1, nothing: true }],
    ["events", "not even an object"],
    ["analysis", { v: 2 }],
    ["work", null],
  ])("is parked at once when it is malformed (%s: %j)", async (queue, body) => {
    const { explicitAcks, retryMessages } = await deliver(queue, body);
    expect(explicitAcks).toHaveLength(1);
    expect(retryMessages).toHaveLength(0);
    expect(await list()).toMatchObject([{ queue, errorCode: "invalid", body: JSON.stringify(body) }]);
  });

  it("is retried later when the trouble may pass", async () => {
    injectFaults(once("d1", "fail-before", { text: '"events"' }));
    const { explicitAcks, retryMessages } = await deliver("events", await storeEvent());
    expect(explicitAcks).toHaveLength(0);
    expect(retryMessages).toHaveLength(1);
    expect(await list()).toEqual([]);
  });

  it("is parked when its retries are used up, once however often it is delivered", async () => {
    const body = { v: 1, jobId: newId("job"), workspaceId };
    await deliver("work-dlq", body, "the-same-message");
    await deliver("work-dlq", body, "the-same-message");
    expect(await list()).toMatchObject([{ queue: "work", errorCode: "unavailable" }]);
  });

  it("survives an outage of the database in the object store, and is moved when the outage ends", async () => {
    injectFaults((fault) => (fault.point === "d1" ? "fail-before" : undefined));
    const { explicitAcks } = await deliver("analysis-dlq", { v: 1, workspaceId });
    stopFaults();
    expect(explicitAcks).toHaveLength(1);
    expect(await list()).toEqual([]);
    await tick();
    expect(await list()).toMatchObject([{ queue: "analysis" }]);
    expect((await env.STORE.list({ prefix: "dead-letters/" })).objects).toEqual([]);
  });

  it("does not hold up the others when the object store's copy of it cannot be read, and is put aside there", async () => {
    injectFaults((fault) => (fault.point === "d1" ? "fail-before" : undefined));
    await deliver("work-dlq", { v: 1, workspaceId });
    stopFaults();
    // Its name sorts before that of the other.
    await env.STORE.put("dead-letters/analysis/broken.json", '{"queue":"analysis","body":');
    await tick();
    expect(await list()).toMatchObject([{ queue: "work" }]);
    expect((await env.STORE.list({ prefix: "dead-letters/" })).objects).toEqual([]);
    expect(await (await env.STORE.get("dead-letters-unreadable/analysis/broken.json"))?.text()).toBe('{"queue":"analysis","body":');
  });

  it("is not swept up while it is parked, and is handled after a replay", async () => {
    const body = await storeEvent();
    await deliver("events-dlq", body);
    expect(await handledAt(body.eventId)).not.toBeNull();
    const [letter] = await list();
    expect((await call("POST", `/api/admin/dead-letters/${letter?.id}/replay`, { key })).status).toBe(204);
    expect(await list()).toEqual([]);
    expect(await handledAt(body.eventId)).toBeNull();
    await deliver("events", body);
    expect(await handledAt(body.eventId)).not.toBeNull();
  });

  it.each([
    { deed: "dropped", action: "dead-letter.drop", ask: (path: string) => call("DELETE", path, { key }) },
    { deed: "replayed", action: "dead-letter.replay", ask: (path: string) => call("POST", `${path}/replay`, { key }) },
  ])("is $deed once, and the log of the installation tells of that once, though several ask at the same time", async ({ action, ask }) => {
    await deliver("work-dlq", { v: 1, jobId: newId("job"), workspaceId });
    const [letter] = await list();
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(`/api/admin/dead-letters/${letter?.id}`)));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    const entries = await directoryDatabase(env)
      .select()
      .from(auditLog)
      .where(eq(auditLog.targetId, letter?.id ?? ""));
    const details = { before: { queue: "work", errorCode: "unavailable", attempts: expect.any(Number) } };
    expect(entries).toEqual([expect.objectContaining({ action, workspaceId: installationId, actorKind: "key", details })]);
  });

  it("is forgotten when it is dropped, and cannot be dropped or replayed again", async () => {
    await deliver("work-dlq", { v: 1, jobId: newId("job"), workspaceId });
    const [letter] = await list();
    const path = `/api/admin/dead-letters/${letter?.id}`;
    expect((await call("DELETE", path, { key })).status).toBe(204);
    expect((await call("DELETE", path, { key })).status).toBe(404);
    expect((await call("POST", `${path}/replay`, { key })).status).toBe(404);
  });
});
