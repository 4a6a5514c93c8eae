import { createExecutionContext, createMessageBatch, evictDurableObject, getQueueResult, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { metricsOf } from "../../../durable-objects/stubs.ts";
import { observationsIn, readSeries } from "../../../shared/metrics/index.ts";
import { newId } from "../../../shared/platform/index.ts";
import { queue } from "../../../workers/consumers/index.ts";
import { measureMessage, measureRequest, telling, tellMeasured } from "../../../workers/meter.ts";
import { seedWorkspace } from "../../helpers/worker/api.ts";
import { injectFaults, once, stopFaults } from "../../helpers/worker/faults.ts";
import worker from "../../helpers/worker/faulty-worker.ts";

const stub = env.METRICS.get(env.METRICS.idFromName("metrics"));
beforeEach(async () => {
  await seedWorkspace();
  await tellMeasured(env);
  await runInDurableObject(stub, (_, { storage }) => storage.deleteAll());
  await evictDurableObject(stub);
});
afterEach(() => {
  telling.byItself = false;
  stopFaults();
});

async function deliver(queue: string, body: unknown): Promise<void> {
  const batch = createMessageBatch(`mentha-${queue}`, [{ id: newId("request"), timestamp: new Date(), attempts: 1, body }]);
  const context = createExecutionContext();
  await worker.queue(batch, env, context);
  await getQueueResult(batch, context);
}

const ever = async () => readSeries((await metricsOf(env).read()).ever);
const messages = async () => {
  await tellMeasured(env);
  return (await ever()).messages.map(({ queue, outcome, duration }) => [queue, outcome, observationsIn(duration)]);
};

it("a message that is done counts so", async () => {
  await deliver("events", { v: 1, eventId: newId("event"), workspaceId: newId("workspace") });
  expect(await messages()).toEqual([["events", "done", 1]]);
});

it("a message that nothing can help counts as parked, and so does one that its queue gave up", async () => {
  await deliver("events", { nothing: true });
  await deliver("work-dlq", { v: 1 });
  expect(await messages()).toEqual([
    ["events", "parked", 1],
    ["work", "parked", 1],
  ]);
});

it("a message that failed for now counts as retried", async () => {
  injectFaults(once("d1", "fail-before"));
  await deliver("events", { v: 1, eventId: newId("event"), workspaceId: newId("workspace") });
  expect(await messages()).toEqual([["events", "retried", 1]]);
});

it("a message whose end cannot be stored counts as retried", async () => {
  const broken = Object.assign({}, env, { DB: undefined, STORE: undefined });
  const batch = createMessageBatch("mentha-events", [{ id: newId("request"), timestamp: new Date(), attempts: 1, body: "nothing" }]);
  await expect(queue(batch, broken, createExecutionContext())).rejects.toThrow();
  expect(await messages()).toEqual([["events", "retried", 1]]);
});

it("a batch never waits until it is time to tell: the next one of its queue could not begin", () => {
  const pending: Promise<unknown>[] = [];
  telling.byItself = true;
  for (let i = 0; i < 500; i++) measureMessage(env, { waitUntil: (work) => void pending.push(work) }, "analysis", { outcome: "done", ms: 1 });
  expect(pending).toEqual([]);
});

it("of many requests two tell: one after a while, and one at once when there are a thousand", async () => {
  const pending: Promise<unknown>[] = [];
  const afterwards = { waitUntil: (work: Promise<unknown>) => void pending.push(work) };
  telling.byItself = true;
  for (let i = 0; i < 1_500; i++) measureRequest(env, afterwards, "GET /", { status: 200, ms: 1 });
  expect(pending).toHaveLength(2);
  await pending[1];
  const { requests } = await ever();
  expect(requests.map(({ latency }) => observationsIn(latency))).toEqual([1_000]);
});
