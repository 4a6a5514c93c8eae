import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { endpointsOf } from "../../../durable-objects/stubs.ts";
import { directoryDatabase } from "../../../shared/db/client.ts";
import { auditLog, events, webhookAttempts, webhookDeliveries, webhooks, webhookTickets } from "../../../shared/db/schema/index.ts";
import { dayMs, newId } from "../../../shared/platform/index.ts";
import type { AttemptReport, EndpointSettings, Offer, TakenAttempt } from "../../../shared/webhooks/index.ts";
import { type SeededWorkspace, seedWorkspace } from "../../helpers/worker/api.ts";
import { type Fault, injectFaults, once, release, stopFaults, struckSoFar, untilHeld } from "../../helpers/worker/faults.ts";
import { endpointSettings, failure, reportOf } from "../../helpers/worker/schedule-bench.ts";
import { seedWebhook } from "../../helpers/worker/webhooks.ts";

const db = directoryDatabase(env);
let workspace: SeededWorkspace;
let settings: EndpointSettings;
let webhookId: string;

type Plan = Parameters<typeof injectFaults>[0];
/** Nobody but the test takes what is sent; what else goes wrong is up to the test. */
const alone = (plan: Plan = () => undefined): void => injectFaults((call) => plan(call) ?? (call.point === "webhooks" ? "lose" : undefined));

beforeEach(async () => {
  workspace = await seedWorkspace();
  webhookId = await seedWebhook(workspace);
  settings = endpointSettings({ workspaceId: workspace.id, webhookId });
  alone();
});
afterEach(() => void stopFaults());

const endpoints = endpointsOf(env);
const stub = () => env.WEBHOOK_ENDPOINT.get(env.WEBHOOK_ENDPOINT.idFromName(webhookId));
const evict = () => evictDurableObject(stub());
/** Rings the alarm; what its object dies of is not the test's. */
const ring = async (): Promise<void> => void (await runDurableObjectAlarm(stub()).catch(() => false));
const alarm = () => runInDurableObject(stub(), (_, { storage }) => storage.getAlarm());
const query = (text: string, ...values: readonly (string | number)[]) =>
  runInDurableObject(stub(), (_, { storage }) => storage.sql.exec(text, ...values).toArray());
const storedTables = () => query("SELECT name FROM sqlite_master WHERE name IN ('endpoint', 'delivery', 'report')");

async function seedDelivery(values: Partial<typeof webhookDeliveries.$inferInsert> = {}): Promise<Offer> {
  const deliveryId = newId("delivery");
  const subject = "audit:aud_1";
  const row = { id: deliveryId, workspaceId: workspace.id, webhookId, eventId: newId("event"), type: "audit.completed", subject, payload: "{}" };
  await db.insert(webhookDeliveries).values({ ...row, state: "pending", nextAttemptAt: Date.now(), createdAt: Date.now(), ...values });
  return { deliveryId, round: 0, subject, order: deliveryId, attempts: 0, dueAt: Date.now() };
}

/** Rings the alarm of an object that does not remember when it wants to try again. */
const ringAnew = async (): Promise<void> => {
  await evict();
  await ring();
};

/** Takes every lease, as it is stored. */
async function takeAll(): Promise<TakenAttempt[]> {
  const leases = await query("SELECT DISTINCT lease FROM delivery WHERE state = 'leased' AND taken_at IS NULL");
  const taken: TakenAttempt[] = [];
  for (const { lease } of leases) taken.push(...(await endpoints.take(webhookId, z.string().parse(lease))));
  return taken;
}

const offerAndTake = async (...offers: readonly Offer[]): Promise<TakenAttempt[]> => {
  await endpoints.offer(settings, offers);
  return takeAll();
};
const report = (attempts: readonly TakenAttempt[], changes: Partial<AttemptReport> = {}): Promise<void> =>
  endpoints.report(
    webhookId,
    attempts.map((attempt) => reportOf({ now: Date.now() }, attempt, changes)),
  );
/** Waits until the database knows everything. */
const told = () => vi.waitFor(async () => expect(await query("SELECT seq FROM report")).toEqual([]));

const deliveryRow = async ({ deliveryId }: Offer) => await db.query.webhookDeliveries.findFirst({ where: eq(webhookDeliveries.id, deliveryId) });
const attemptRows = async ({ deliveryId }: Offer) => await db.select().from(webhookAttempts).where(eq(webhookAttempts.deliveryId, deliveryId));
const webhookRow = async () => await db.query.webhooks.findFirst({ where: eq(webhooks.id, webhookId) });
const eventsOf = async () =>
  (await db.select().from(events).where(eq(events.workspaceId, workspace.id)))
    .map(({ type, data }) => ({ type, data }))
    .filter(({ type }) => type.startsWith("webhook."));

describe("a delivery", () => {
  it("is made once although the object is evicted after every step", async () => {
    const offer = await seedDelivery();
    await endpoints.offer(settings, [offer]);
    await evict();
    await endpoints.offer(settings, [offer]);
    await evict();
    const [attempt] = await takeAll();
    await evict();
    expect(await takeAll()).toEqual([]);
    await report(attempt === undefined ? [] : [attempt], { responseBody: "thanks", responseHeaders: { "x-a": "b" } });
    await evict();
    await report(attempt === undefined ? [] : [attempt], { result: failure });
    await ring();
    expect(await attemptRows(offer)).toMatchObject([
      {
        workspaceId: workspace.id,
        webhookId,
        attempt: 1,
        ms: 10,
        outcome: "succeeded",
        status: 200,
        failure: null,
        responseBody: "thanks",
        responseHeaders: { "x-a": "b" },
      },
    ]);
    expect(await deliveryRow(offer)).toMatchObject({ state: "succeeded", attempts: 1, nextAttemptAt: null, failure: null, finishedAt: expect.any(Number) });
    expect(await query("SELECT state FROM delivery")).toEqual([{ state: "done" }]);
  });

  it("that failed is in the database with when it is tried again, without an alarm", async () => {
    const offer = await seedDelivery();
    await report(await offerAndTake(offer), { status: 500, result: failure });
    await told();
    expect(await attemptRows(offer)).toMatchObject([{ outcome: "failed", status: 500, failure: "status", message: failure.message }]);
    const row = await deliveryRow(offer);
    expect(row).toMatchObject({ state: "pending", attempts: 1, failure: "status", finishedAt: null });
    expect(row?.nextAttemptAt).toBeGreaterThan(Date.now() + 2_000);
    expect(await alarm()).toBeLessThanOrEqual(row?.nextAttemptAt ?? 0);
  });

  it("whose message the queue refused is sent by the alarm", async () => {
    alone(once("webhooks", "fail-before"));
    await endpoints.offer(settings, [await seedDelivery()]);
    await vi.waitFor(async () => expect(await query("SELECT state FROM delivery")).toEqual([{ state: "waiting" }]));
    await vi.waitFor(async () => {
      await ringAnew();
      expect(await takeAll()).toHaveLength(1);
    });
  });

  it("whose sender vanished is told of as lost when its lease ends, also to an object that was evicted", async () => {
    const offer = await seedDelivery();
    expect(await offerAndTake(offer)).toHaveLength(1);
    await query("UPDATE delivery SET due_at = ? WHERE state = 'leased'", Date.now() - 1);
    await evict();
    await ring();
    expect(await attemptRows(offer)).toMatchObject([{ outcome: "unknown", failure: "lost", status: null }]);
    expect(await deliveryRow(offer)).toMatchObject({ state: "pending", attempts: 1 });
    await query("UPDATE delivery SET due_at = ? WHERE state = 'waiting'", Date.now() - 1);
    await ring();
    expect(await takeAll()).toMatchObject([{ attempt: 2, mayHaveArrived: true }]);
  });

  it.each<Fault>(["fail-before", "fail-after", "die-before", "die-after"])("is in the database once although the write %s", async (fault) => {
    const offers = [await seedDelivery(), await seedDelivery()];
    const attempts = await offerAndTake(...offers);
    alone(once("d1", fault, { text: "webhook_attempts" }));
    await report(attempts, { status: 500, result: { ...failure, retry: "never" } });
    await vi.waitFor(() => expect(struckSoFar().filter((struck) => struck.startsWith("d1"))).toEqual([`d1 ${fault} while deliveries`]));
    await vi.waitFor(async () => {
      await (fault.startsWith("die") ? ring() : ringAnew());
      expect(await query("SELECT seq FROM report")).toEqual([]);
    });
    for (const offer of offers) {
      expect(await attemptRows(offer)).toHaveLength(1);
      expect(await deliveryRow(offer)).toMatchObject({ state: "failed", attempts: 1, failure: "status" });
    }
    expect(await takeAll()).toEqual([]);
  });

  it("is looked up by its id, however many the endpoint has, when what came of it is written", async () => {
    const offer = await seedDelivery();
    const attempts = await offerAndTake(offer);
    const batches: string[] = [];
    alone(({ point, text }) => {
      if (point === "d1" && text.includes("webhook_attempts")) batches.push(text);
      return undefined;
    });
    await report(attempts);
    await told();
    const update = batches[0]?.split(";\n").find((text) => text.startsWith("update")) ?? "";
    const values = Array.from(update.matchAll(/\?/g), () => "[]");
    const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${update}`)
      .bind(...values)
      .all<{ detail: string }>();
    expect(results.map(({ detail }) => detail)).toEqual([
      expect.stringContaining("SCAN told"),
      "SEARCH webhook_deliveries USING INDEX sqlite_autoindex_webhook_deliveries_1 (id=?)",
    ]);
  });

  it("that was erased meanwhile comes back in no table", async () => {
    const offer = await seedDelivery();
    const attempts = await offerAndTake(offer);
    await db.delete(webhookDeliveries).where(eq(webhookDeliveries.id, offer.deliveryId));
    const ticket = { ticketId: "1", ticketKey: "SHOP-1", url: "https://jira.test/1", state: "open" } as const;
    await report(attempts, { result: { is: "delivered", ticket } });
    await told();
    expect(await attemptRows(offer)).toEqual([]);
    expect(await db.select().from(webhookTickets).where(eq(webhookTickets.webhookId, webhookId))).toEqual([]);
  });

  it("that somebody asked for again meanwhile is not ended by what came of the round before", async () => {
    const offer = await seedDelivery();
    const attempts = await offerAndTake(offer);
    await db.update(webhookDeliveries).set({ round: 1 }).where(eq(webhookDeliveries.id, offer.deliveryId));
    await report(attempts);
    await told();
    expect(await attemptRows(offer)).toHaveLength(1);
    expect(await deliveryRow(offer)).toMatchObject({ state: "pending", round: 1 });
    expect(await offerAndTake({ ...offer, round: 1 })).toMatchObject([{ attempt: 2 }]);
  });

  it("that opened a ticket has it stored", async () => {
    const ticket = { ticketId: "1", ticketKey: "SHOP-1", url: "https://jira.test/1", state: "open" } as const;
    const offer = await seedDelivery();
    await report(await offerAndTake(offer), { result: { is: "delivered", ticket } });
    await told();
    const rows = await db.select().from(webhookTickets).where(eq(webhookTickets.webhookId, webhookId));
    expect(rows).toMatchObject([{ subject: offer.subject, ticketKey: "SHOP-1", deliveryId: offer.deliveryId, closedAt: null }]);
  });
});

describe("an endpoint", () => {
  const gone = { ...failure, failure: "gone", retry: "never", disables: true } as const;

  it.each<Fault | null>([null, "fail-before", "fail-after"])(
    "that is gone is disabled once, with its event and an entry in the log (the write: %s)",
    async (fault) => {
      const attempts = await offerAndTake(await seedDelivery());
      alone(fault === null ? undefined : once("d1", fault, { text: "disabled_for" }));
      await report(attempts, { status: 410, result: gone });
      await vi.waitFor(async () => {
        await ringAnew();
        expect(await query("SELECT state ->> '$.ending' AS ending FROM endpoint")).toEqual([{ ending: null }]);
      });
      expect(await webhookRow()).toMatchObject({ disabledAt: expect.any(Number), disabledFor: "gone", version: 2 });
      expect(await eventsOf()).toEqual([{ type: "webhook.disabled", data: { webhookId, reason: "gone" } }]);
      const entries = (await db.select().from(auditLog)).filter(({ targetId }) => targetId === webhookId);
      expect(entries).toMatchObject([{ action: "webhook.disable", actorKind: "system", workspaceId: workspace.id }]);
      expect(await offerAndTake(await seedDelivery())).toEqual([]);
    },
  );

  it("that somebody changed since is not disabled for what was before", async () => {
    const attempts = await offerAndTake(await seedDelivery());
    await db.update(webhooks).set({ version: 2 }).where(eq(webhooks.id, webhookId));
    await report(attempts, { status: 410, result: gone });
    await vi.waitFor(async () => expect(await query("SELECT state ->> '$.ending' AS ending FROM endpoint")).toEqual([{ ending: null }]));
    expect(await webhookRow()).toMatchObject({ disabledAt: null, version: 2 });
    expect(await eventsOf()).toEqual([]);
    settings = { ...settings, version: 2 };
    expect(await offerAndTake(await seedDelivery())).toHaveLength(1);
  });

  it.each([
    [1.5, { type: "webhook.failing", data: { since: expect.any(Number) } }, { disabledFor: null }],
    [5.5, { type: "webhook.disabled", data: { reason: "failing" } }, { disabledFor: "failing", version: 2 }],
  ])("that has failed for %d days is known for it, although an answer of the database was lost", async (days, event, row) => {
    await report(await offerAndTake(await seedDelivery()), { result: failure });
    await told();
    // Rung anew, the object reads what is stored.
    await query("UPDATE endpoint SET state = json_set(state, '$.health.failingSince', ?)", Date.now() - days * dayMs);
    alone(once("d1", "fail-after", { text: days > 5 ? "disabled_for" : 'insert into "events"' }));
    await vi.waitFor(async () => {
      await ringAnew();
      expect(await query("SELECT state ->> '$.ending' AS ending, state ->> '$.warning' AS warning FROM endpoint")).toEqual([{ ending: null, warning: null }]);
      expect(await eventsOf()).not.toEqual([]);
    });
    expect(struckSoFar().filter((struck) => struck.startsWith("d1"))).toHaveLength(1);
    expect(await eventsOf()).toMatchObject([event]);
    expect(await webhookRow()).toMatchObject(row);
    await ring();
    expect(await eventsOf()).toHaveLength(1);
  });

  it("whose alarm was lost goes on when somebody looks after it", async () => {
    await endpoints.resume(webhookId);
    expect(await alarm()).toBeNull();
    const offer = await seedDelivery();
    await endpoints.offer(settings, [{ ...offer, dueAt: Date.now() + dayMs }]);
    await runInDurableObject(stub(), (_, { storage }) => storage.deleteAlarm());
    await endpoints.resume(webhookId);
    expect(await alarm()).not.toBeNull();
  });

  it("whose alarm was lost with all its places leased has them again when the sweep wakes it", async () => {
    const offer = await seedDelivery();
    expect(await offerAndTake(offer)).toHaveLength(1);
    await query("UPDATE delivery SET due_at = ? WHERE state = 'leased'", Date.now() - 1);
    await runInDurableObject(stub(), (_, { storage }) => storage.deleteAlarm());
    await endpoints.resume(webhookId);
    await vi.waitFor(async () => expect(await query("SELECT state FROM delivery")).toEqual([{ state: "waiting" }]));
  });

  it("that is deleted leaves nothing, is not raised by what comes late, and begins anew when something is offered", async () => {
    const attempts = await offerAndTake(await seedDelivery());
    await endpoints.clear(webhookId);
    expect([await storedTables(), await alarm()]).toEqual([[], null]);
    await report(attempts);
    await endpoints.configure(settings);
    expect(await endpoints.take(webhookId, "lease")).toEqual([]);
    await endpoints.resume(webhookId);
    expect(await endpoints.health(webhookId)).toMatchObject({ waiting: 0, inFlight: 0 });
    expect([await storedTables(), await alarm()]).toEqual([[], null]);
    expect(await offerAndTake(await seedDelivery())).toHaveLength(1);
  });

  it("is not written about once it is deleted, also when a write was under way", async () => {
    const offer = await seedDelivery();
    const attempts = await offerAndTake(offer);
    alone(once("d1", "hold-before", { text: "webhook_attempts" }));
    await report(attempts);
    await untilHeld();
    let isCleared = false;
    const clearing = endpoints.clear(webhookId).then(async () => {
      isCleared = true;
      return await attemptRows(offer);
    });
    // Long enough for a clearing that does not wait for the write.
    await scheduler.wait(200);
    expect(isCleared).toBe(false);
    release();
    // Whoever deletes rows after clearing has seen the last of them.
    expect(await clearing).toHaveLength(1);
    expect(await storedTables()).toEqual([]);
  });
});
