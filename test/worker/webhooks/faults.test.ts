import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../shared/db/client.ts";
import { commit, recordEvent, spread } from "../../../shared/platform/index.ts";
import worker from "../../../workers/index.ts";
import { seedAudit } from "../../helpers/worker/api.ts";
import { always, injectFaults, inTurn, once, stopFaults, struckSoFar } from "../../helpers/worker/faults.ts";
import { withFaults } from "../../helpers/worker/faulty-bindings.ts";
import { attemptsOf, completeAudits, expectDelivered, openWebhookBench, untilOver, type WebhookBench } from "../../helpers/worker/webhook-bench.ts";

afterEach(() => {
  stopFaults();
});

const longEnough = 60_000;
const events = 3;
const handled = 'update "events" set "handled_at"';
const attemptsWritten = '"webhook_attempts"';
let hosts = 0;
function newHost(): string {
  hosts += 1;
  return `faults-${hosts}.receiver.test`;
}

describe("every event arrives, and once, when", () => {
  it.each<[string, Parameters<typeof injectFaults>[0]]>([
    ["nothing goes wrong", () => undefined],
    ["the isolate dies between the commit of the events and their announcement", once("events", "lose")],
    ["the queue refuses the announcement", once("events", "fail-before")],
    ["events are announced twice", always("events", "duplicate")],
    ["events are announced in disorder", always("events", "reorder")],
    ["the database fails before the deliveries are written", once("d1", "fail-before", { text: handled })],
    ["the database fails after the deliveries were written", once("d1", "fail-after", { text: handled })],
    ["the endpoint's object cannot be told of them", always("endpoint", "fail-before", { text: "offer", times: events })],
    ["the endpoint's object was told of them, and its answer lost", always("endpoint", "fail-after", { text: "offer", times: events })],
    ["the queue of deliveries refuses a message", once("webhooks", "fail-before")],
    ["the queue of deliveries took a message, and its answer was lost", once("webhooks", "fail-after")],
    ["a message of deliveries is lost", once("webhooks", "lose")],
    ["every message of deliveries comes twice", always("webhooks", "duplicate")],
    ["messages of deliveries come late, twice and in disorder", inTurn({ webhooks: ["delay", "duplicate", "reorder"] })],
    ["a consumer cannot take its lease", once("endpoint", "fail-before", { text: "take" })],
    ["a consumer took its lease, and the answer was lost", once("endpoint", "fail-after", { text: "take" })],
    ["a report fails once", once("endpoint", "fail-before", { text: "report" })],
    ["a report was taken, and the answer lost", always("endpoint", "fail-after", { text: "report" })],
    ["the database fails before the attempts are written", once("d1", "fail-before", { text: attemptsWritten })],
    ["the database fails after the attempts were written", once("d1", "fail-after", { text: attemptsWritten })],
  ])(
    "%s",
    async (name, plan) => {
      const bench = await openWebhookBench(newHost(), { "*": "ok" });
      injectFaults(plan);
      const requests = await expectDelivered(bench, await completeAudits(bench, events));
      expect(struckSoFar().length > 0).toBe(name !== "nothing goes wrong");
      expect(requests).toHaveLength(events);
    },
    longEnough,
  );
});

describe("every event arrives, once more than need be, when", () => {
  it(
    "the consumer is gone after the request and before its report",
    async () => {
      const bench = await openWebhookBench(newHost(), { "*": "ok" });
      // However often it tries to report: it is as good as gone.
      injectFaults(always("endpoint", "fail-before", { text: "report", times: 3 }));
      const requests = await expectDelivered(bench, await completeAudits(bench, 1));
      expect(requests).toHaveLength(2);
      expect(await attemptsOf(bench)).toMatchObject([
        { attempt: 1, outcome: "unknown", failure: "lost" },
        { attempt: 2, outcome: "succeeded", status: 200, responseBody: "ok" },
      ]);
    },
    longEnough,
  );

  it.each([
    ["answers with an error first", { status: 500, body: "no" }, "status"],
    ["cuts its first answer", { fault: "cut-in-body", body: "half" }, "connection"],
  ] as const)(
    "the receiver %s",
    async (_, first, failure) => {
      const bench = await openWebhookBench(newHost(), { "*": [first, "ok"] });
      const requests = await expectDelivered(bench, await completeAudits(bench, 1));
      expect(requests).toHaveLength(2);
      expect(await attemptsOf(bench)).toMatchObject([
        { attempt: 1, outcome: "failed", failure },
        { attempt: 2, outcome: "succeeded", failure: null },
      ]);
    },
    longEnough,
  );
});

// What hangs or answers too late is in test/worker/shared/webhooks/deliver.test.ts, where an attempt need not last 15 s.
describe("an attempt", () => {
  it(
    "whose answer never ends has arrived",
    async () => {
      const bench = await openWebhookBench(newHost(), { "*": { fault: "endless-body" } });
      expect(await expectDelivered(bench, await completeAudits(bench, 1))).toHaveLength(1);
    },
    longEnough,
  );

  it(
    "that is pointed to a private address goes nowhere else, and ends after three",
    async () => {
      const bench = await openWebhookBench(newHost(), { "*": { status: 308, redirect: "http://10.0.0.1/admin" } });
      await completeAudits(bench, 1);
      await untilOver(bench, 1);
      expect(await bench.site.requests()).toHaveLength(3);
      expect((await attemptsOf(bench)).map(({ failure, status }) => [failure, status])).toEqual(Array.from({ length: 3 }, () => ["redirect", 308]));
    },
    longEnough,
  );
});

describe("a batch of the queue of events", () => {
  /** Records so many events about one audit, and has them delivered in one batch, in disorder; answers their ids in their order, and what became of the messages. */
  async function deliverShuffled(bench: WebhookBench, count: number) {
    const db = directoryDatabase(env);
    const auditId = await seedAudit(bench.workspace);
    const outbox: string[] = [];
    const start = Date.now() - count;
    for (let made = 0; made < count; made++) {
      await commit(db, [recordEvent({ db, workspaceId: bench.workspace.id, now: () => start + made, outbox }, "audit.started", { auditId })]);
    }
    const shuffled = outbox.toSorted((a, b) => spread(a, 997) - spread(b, 997));
    const messages = shuffled.map((eventId) => ({
      id: eventId,
      timestamp: new Date(),
      attempts: 1,
      body: { v: 1, eventId, workspaceId: bench.workspace.id },
    }));
    const batch = createMessageBatch("mentha-events", messages);
    const ctx = createExecutionContext();
    await worker.queue(batch, withFaults(env), ctx);
    return { outbox, ...(await getQueueResult(batch, ctx)) };
  }
  const orderOf = (requests: readonly { readonly body: string }[]): unknown[] => requests.map(({ body }) => Reflect.get(Object(JSON.parse(body)), "id"));

  it(
    "that is about one thing makes its way in order at once: none of its messages comes again",
    async () => {
      const bench = await openWebhookBench(newHost(), { "*": "ok" }, { ordering: "per-subject" });
      const { outbox, explicitAcks, retryMessages } = await deliverShuffled(bench, 20);
      expect([explicitAcks.length, retryMessages]).toEqual([20, []]);
      expect(orderOf(await expectDelivered(bench, outbox))).toEqual(outbox);
    },
    longEnough,
  );

  it(
    "whose consumer is gone between the commit and the offers is delivered in order by the sweep",
    async () => {
      const bench = await openWebhookBench(newHost(), { "*": "ok" }, { ordering: "per-subject" });
      injectFaults(once("endpoint", "fail-before", { text: "offer" }));
      const { outbox } = await deliverShuffled(bench, 5);
      expect(struckSoFar()).toEqual(["endpoint fail-before"]);
      expect(orderOf(await expectDelivered(bench, outbox))).toEqual(outbox);
    },
    longEnough,
  );
});

describe("a message that cannot be read", () => {
  it("is parked", async () => {
    const { workspace } = await openWebhookBench(newHost(), { "*": "ok" });
    await env.WEBHOOKS.send({ v: 1, workspaceId: workspace.id, webhookId: "whk_x", lease: "l", leaseUntil: 1, deliveryIds: [] });
    const parked = env.DB.prepare("SELECT queue, error_code AS code FROM parked_messages WHERE body ->> 'workspaceId' = ?").bind(workspace.id);
    const parkedOf = () => parked.first();
    for (let looks = 0; looks < 200 && (await parkedOf()) === null; looks++) await scheduler.wait(50);
    expect(await parkedOf()).toEqual({ queue: "webhooks", code: "invalid" });
  });
});
