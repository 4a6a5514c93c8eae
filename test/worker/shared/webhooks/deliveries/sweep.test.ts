import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../../shared/db/client.ts";
import { createLog, dayMs, hourMs, minuteMs, newId } from "../../../../../shared/platform/index.ts";
import { type Endpoints, offerPending, sweepDeliveries } from "../../../../../shared/webhooks/index.ts";
import { type SeededWorkspace, seedWorkspace } from "../../../../helpers/worker/api.ts";
import { cleanUp } from "../../../../helpers/worker/clean-up.ts";
import { planOf } from "../../../../helpers/worker/query-plan.ts";
import { seedAttempt, seedDelivery, seedWebhook } from "../../../../helpers/worker/webhooks.ts";

const db = directoryDatabase(env);
const log = createLog();
/** A time at which a lap of the sweep begins, whatever the number of endpoints that tests have. */
const start = Date.UTC(2026, 11, 1);

let workspace: SeededWorkspace;
beforeEach(async () => {
  workspace = await seedWorkspace();
  for (const table of ["webhooks", "webhook_deliveries", "webhook_attempts"]) await env.DB.prepare(`DELETE FROM ${table}`).run();
});

/** Objects that only note what they are told; one that does not answer can be named, and how much each says that it knows of. */
function hearingEndpoints(broken = "", known = { waiting: 0, inFlight: 0 }) {
  const pages: { readonly webhookId: string; readonly ids: readonly string[] }[] = [];
  const configured: boolean[] = [];
  const resumed: string[] = [];
  const endpoints: Pick<Endpoints, "configure" | "health" | "offer" | "resume"> = {
    resume: async (webhookId) => void resumed.push(webhookId),
    health: async () => ({ breaker: "open", opensAt: null, failingSince: null, ...known }),
    configure: async ({ isEnabled }) => void configured.push(isEnabled),
    offer: async ({ webhookId }, offers) => {
      if (webhookId === broken) throw new Error("It does not answer.");
      pages.push({ webhookId, ids: offers.map(({ deliveryId }) => deliveryId) });
    },
  };
  const idsOf = (webhookId: string): string[] => pages.filter((page) => page.webhookId === webhookId).flatMap(({ ids }) => ids);
  return { endpoints, pages, configured, resumed, idsOf };
}

const pending = { state: "pending", finishedAt: null, failure: null } as const;
const seedPending = (webhookId: string, nextAttemptAt: number) => seedDelivery(workspace, webhookId, { ...pending, nextAttemptAt });

/** So many deliveries that wait since then, a millisecond apart; their ids, the longest due first. */
async function seedMany(webhookId: string, count: number, dueAt: number): Promise<string[]> {
  const prefix = newId("delivery", start);
  await env.DB.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?1 - 1)
     INSERT INTO webhook_deliveries (id, workspace_id, webhook_id, event_id, type, subject, payload, state, round, attempts, next_attempt_at, created_at)
     SELECT ?2 || '-' || i, ?3, ?4, ?2 || '-' || i, 'audit.completed', 'audit:a', '{}', 'pending', 0, 0, ?5 + i, ?5 FROM n`,
  )
    .bind(count, prefix, workspace.id, webhookId, dueAt)
    .run();
  return Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
}

/** Makes of the one row of a table as many as there are ids, each with its id in these columns. */
async function copyRows(table: string, columns: readonly string[], [, ...ids]: readonly string[]): Promise<void> {
  const { results } = await env.DB.prepare(`SELECT * FROM ${table}`).all();
  const names = Object.keys(results[0] ?? {});
  const values = names.map((name) => (columns.includes(name) ? "value" : `${table}.${name}`));
  await env.DB.prepare(`INSERT INTO ${table} (${names.join()}) SELECT ${values.join()} FROM ${table}, json_each(?)`).bind(JSON.stringify(ids)).run();
}

describe("what waits at an endpoint", () => {
  it("is offered page by page, the longest due first, with the settings", async () => {
    const webhookId = await seedWebhook(workspace);
    const ids = await seedMany(webhookId, 450, start);
    // Many that are due at the same moment stand on both sides of where a page ends.
    await env.DB.prepare("UPDATE webhook_deliveries SET next_attempt_at = ?").bind(start).run();
    await seedDelivery(workspace, webhookId);
    await seedPending(await seedWebhook(workspace), start);
    const { endpoints, pages, configured, idsOf } = hearingEndpoints();
    await offerPending({ db, endpoints }, workspace.id, webhookId);
    expect(pages.map((page) => page.ids.length)).toEqual([200, 200, 50]);
    expect(idsOf(webhookId).toSorted()).toEqual(ids.toSorted());
    expect(configured).toEqual([true]);
  });

  it("is not offered while it is disabled, nor by another workspace, but its settings are told", async () => {
    const webhookId = await seedWebhook(workspace, { disabledAt: 1, disabledFor: "person" });
    await seedPending(webhookId, start);
    const { endpoints, pages, configured } = hearingEndpoints();
    await offerPending({ db, endpoints }, workspace.id, webhookId);
    await offerPending({ db, endpoints }, (await seedWorkspace()).id, webhookId);
    await offerPending({ db, endpoints }, workspace.id, newId("webhook"));
    expect([pages, configured]).toEqual([[], [false]]);
  });

  it("is offered again once it is overdue by two minutes, unless its endpoint is disabled or gone", async () => {
    const [webhookId, disabled] = [await seedWebhook(workspace), await seedWebhook(workspace, { disabledAt: 1, disabledFor: "person" })];
    const overdue = await seedPending(webhookId, start - 2 * minuteMs - 1);
    for (const dueAt of [start - 2 * minuteMs, start, start + hourMs]) await seedPending(webhookId, dueAt);
    await seedDelivery(workspace, webhookId, { state: "failed", nextAttemptAt: null });
    for (const other of [disabled, newId("webhook")]) await seedPending(other, start - hourMs);
    const { endpoints, pages } = hearingEndpoints();
    expect(await sweepDeliveries({ db, endpoints, now: () => start, log })).toBe(1);
    expect(pages).toEqual([{ webhookId, ids: [overdue] }]);
  });

  it("comes to its turn within some ticks, however much is overdue beside it", async () => {
    const [crowded, quiet] = [await seedWebhook(workspace), await seedWebhook(workspace)];
    const many = await seedMany(crowded, 2_500, start - dayMs);
    const one = await seedPending(quiet, start - hourMs);
    const { endpoints, pages, idsOf } = hearingEndpoints();
    for (let tick = 0; tick < 3; tick += 1) {
      const before = pages.length;
      const count = await sweepDeliveries({ db, endpoints, now: () => start + tick * minuteMs, log });
      expect(count).toBeLessThanOrEqual(1_001);
      expect(pages.slice(before).every(({ ids }) => ids.length <= 200)).toBe(true);
      expect(idsOf(quiet)).toEqual(Array(tick + 1).fill(one));
    }
    expect(new Set(idsOf(crowded))).toEqual(new Set(many));
  });

  it("is not offered each minute where as much is known already, but now and then all the same", async () => {
    const webhookId = await seedWebhook(workspace);
    const ids = await seedMany(webhookId, 1_500, start - dayMs);
    await seedPending(webhookId, start + dayMs);
    const sweep = async (known: { waiting: number; inFlight: number }, ticks: number): Promise<string[]> => {
      const { endpoints, idsOf } = hearingEndpoints("", known);
      for (let tick = 1; tick <= ticks; tick += 1) await sweepDeliveries({ db, endpoints, now: () => start + tick * minuteMs, log });
      return idsOf(webhookId);
    };
    expect(await sweep({ waiting: 1_500, inFlight: 1 }, 20)).toEqual([]);
    expect(new Set(await sweep({ waiting: 1_500, inFlight: 1 }, 90))).toEqual(new Set(ids));
    expect(new Set(await sweep({ waiting: 1_499, inFlight: 1 }, 3))).toEqual(new Set(ids));
  });

  it("has its object woken where something is overdue, also where all is known: a lost alarm would keep the places of leases", async () => {
    const [late, early] = [await seedWebhook(workspace), await seedWebhook(workspace)];
    await seedPending(late, start - hourMs);
    await seedPending(early, start);
    const { endpoints, pages, resumed } = hearingEndpoints("", { waiting: 0, inFlight: 1 });
    await sweepDeliveries({ db, endpoints, now: () => start + minuteMs, log });
    expect([resumed, pages]).toEqual([[late], []]);
  });

  it("comes to its turn at each of many endpoints, of which one does not answer", async () => {
    const one = await seedWebhook(workspace);
    await seedPending(one, start - hourMs);
    const ids = [one, ...Array.from({ length: 119 }, (_, i) => `${one}-${i}`)];
    await copyRows("webhooks", ["id"], ids);
    await copyRows("webhook_deliveries", ["id", "event_id", "webhook_id"], ids);
    const broken = ids.toSorted()[60] ?? "";
    const { endpoints, pages } = hearingEndpoints(broken);
    const counts: number[] = [];
    for (let tick = 0; tick < 3; tick += 1) counts.push(await sweepDeliveries({ db, endpoints, now: () => start + tick * minuteMs, log }));
    expect(Math.max(...counts)).toBeLessThanOrEqual(50);
    expect(pages.map(({ webhookId }) => webhookId).toSorted()).toEqual(ids.filter((id) => id !== broken).toSorted());
  });

  it("is found by an index, which holds nothing that is over", async () => {
    const webhookId = await seedWebhook(workspace);
    await seedPending(webhookId, start - hourMs);
    const { endpoints } = hearingEndpoints();
    const sweep = await planOf((faulty) => sweepDeliveries({ db: faulty, endpoints, now: () => start, log }));
    expect(sweep).not.toMatch(/SCAN webhook_deliveries(?! USING COVERING INDEX webhook_deliveries_pending)/);
    expect(sweep).toMatch(/webhook_deliveries_pending/);
  });
});

describe("the clean-up", () => {
  const left = async (): Promise<unknown[]> => {
    const { results } = await env.DB.prepare("SELECT id FROM webhook_deliveries UNION ALL SELECT delivery_id FROM webhook_attempts ORDER BY 1").all();
    return results.map(({ id }) => id);
  };

  it("deletes deliveries that ended 30 days ago, attempts as old as that, and those that have none", async () => {
    const webhookId = await seedWebhook(workspace);
    const kept = [
      await seedDelivery(workspace, webhookId, { at: start - 30 * dayMs + 1 }),
      await seedDelivery(workspace, webhookId, { ...pending, at: start - 40 * dayMs, nextAttemptAt: start - 39 * dayMs }),
    ];
    const old = await seedDelivery(workspace, webhookId, { at: start - 30 * dayMs, state: "succeeded" });
    for (const deliveryId of kept) await seedAttempt(workspace, { webhookId, deliveryId, startedAt: start - 30 * dayMs + 1 });
    // Of one that is gone, of one that goes, and an old one of a delivery that was asked for again since.
    await seedAttempt(workspace, { webhookId, deliveryId: newId("delivery"), startedAt: start });
    for (const deliveryId of [old, kept[1] ?? ""]) await seedAttempt(workspace, { webhookId, deliveryId, attempt: 2, startedAt: start - 30 * dayMs });
    expect(await cleanUp(start)).toMatchObject({ "webhook-attempts": 3, "webhook-deliveries": 1 });
    expect(await left()).toEqual([...kept, ...kept].toSorted());
    expect(await cleanUp(start)).toMatchObject({ "webhook-attempts": 0, "webhook-deliveries": 0 });
  });

  it("deletes what waited 30 days for an endpoint that is disabled, and nothing that waits for another", async () => {
    const disabled = await seedWebhook(workspace, { disabledAt: start - 35 * dayMs, disabledFor: "person" });
    const old = await seedDelivery(workspace, disabled, { ...pending, at: start - 31 * dayMs, nextAttemptAt: start - 30 * dayMs });
    const young = await seedDelivery(workspace, disabled, { ...pending, at: start - 29 * dayMs, nextAttemptAt: start - 29 * dayMs });
    await cleanUp(start);
    expect(await left()).toContain(young);
    expect(await left()).not.toContain(old);
  });
});
