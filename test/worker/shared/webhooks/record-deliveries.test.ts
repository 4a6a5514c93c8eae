import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { audits, projects, sites, webhookDeliveries, webhooks } from "../../../../shared/db/schema/index.ts";
import { commit, createLog, type DatedEvent, findUnhandledEvent, idsSince, minuteMs, newId, recordEvent, spread } from "../../../../shared/platform/index.ts";
import { recordDeliveries } from "../../../../shared/webhooks/deliveries/record-deliveries.ts";
import { settleEvents, sweepDeliveries, waitForTurn } from "../../../../shared/webhooks/index.ts";
import type { EndpointSettings, Offer } from "../../../../shared/webhooks/schedule/endpoint.ts";
import { type SeededWorkspace, seedAudit, seedWorkspace } from "../../../helpers/worker/api.ts";
import { always, injectFaults, once, stopFaults } from "../../../helpers/worker/faults.ts";
import { withFaults } from "../../../helpers/worker/faulty-bindings.ts";
import { planOf } from "../../../helpers/worker/query-plan.ts";
import { seedWebhook } from "../../../helpers/worker/webhooks.ts";

const db = directoryDatabase(env);
let workspace: SeededWorkspace;
let auditId = "";
beforeEach(async () => {
  workspace = await seedWorkspace();
  auditId = await seedScored();
});

async function seedScored(): Promise<string> {
  const id = await seedAudit(workspace);
  const scores = { overall: 71, indexability: 80, content: 60, links: 70 };
  await db
    .update(audits)
    .set({ scores, counts: { error: 1, warning: 2, info: 3 } })
    .where(eq(audits.id, id));
  return id;
}

type Type = "audit.started" | "audit.completed" | "audit.queued";

/** Records an event of the audit; each a millisecond after the one before. */
let clock = Date.now();
async function record(type: Type, of = auditId): Promise<string> {
  const outbox: string[] = [];
  clock += 1;
  const at = clock;
  await commit(db, [recordEvent({ db, workspaceId: workspace.id, now: () => at, outbox }, type, { auditId: of })]);
  return outbox[0] ?? "";
}

interface Offered {
  readonly settings: EndpointSettings;
  readonly offers: readonly Offer[];
}

type Tell = (settings: EndpointSettings, offers: readonly Offer[]) => Promise<void>;

async function unhandled(eventId: string): Promise<DatedEvent> {
  const event = await findUnhandledEvent(db, eventId);
  if (event === null) throw new Error("the event is handled");
  return event;
}

/** What the fan-out works with; notes what endpoints were offered, what was logged, and which faults were told. */
function listening(offer?: Tell) {
  const [offered, lines, faults]: [Offered[], string[], unknown[]] = [[], [], []];
  const endpoints = { offer: offer ?? (async (settings: EndpointSettings, offers: readonly Offer[]) => void offered.push({ settings, offers })) };
  const log = createLog((_, line) => lines.push(line));
  const fault = (what: string, cause: unknown, fields: object) => void faults.push({ what, cause, ...fields });
  return { offered, lines, faults, deps: { db, directory: db, events: db, endpoints, now: Date.now, log, fault } };
}

/** Handles an event as the fan-out does; answers what endpoints were offered, and what was logged. */
async function fanOut(eventId: string, { offer }: { offer?: Tell } = {}) {
  const { deps, ...heard } = listening(offer);
  const event = await unhandled(eventId);
  const settle = async () => {
    const [result] = await settleEvents(deps, [event]);
    if (result?.status !== "fulfilled") throw result?.reason;
    return result.value;
  };
  await waitForTurn(settle, async () => {});
  return { ...heard, webhookIds: heard.offered.map(({ settings }) => settings.webhookId) };
}

const rowsOf = (webhookId: string) => db.select().from(webhookDeliveries).where(eq(webhookDeliveries.webhookId, webhookId));

describe("an event", () => {
  it("becomes one delivery for an endpoint that wants it, which is offered", async () => {
    const webhookId = await seedWebhook(workspace, { events: ["audit.completed"] });
    const eventId = await record("audit.completed");
    const { offered } = await fanOut(eventId);
    const [row] = await rowsOf(webhookId);
    expect(row).toMatchObject({ workspaceId: workspace.id, eventId, type: "audit.completed", subject: `audit:${auditId}`, state: "pending", round: 0 });
    expect(row?.id.slice(3, 14)).toBe(idsSince("delivery", clock).slice(3));
    expect(JSON.parse(row?.payload ?? "")).toMatchObject({ id: eventId, type: "audit.completed", workspaceId: workspace.id, data: { auditId } });
    expect(offered).toMatchObject([
      {
        settings: { workspaceId: workspace.id, webhookId, version: 1, isEnabled: true },
        offers: [{ deliveryId: row?.id, round: 0, order: eventId, subject: `audit:${auditId}`, attempts: 0, dueAt: row?.nextAttemptAt }],
      },
    ]);
  });

  it.each([
    ["its type", { events: ["audit.completed"] }, true],
    ["an alias of it", { events: ["analysis_complete"] }, true],
    ["everything", { events: ["*"] }, true],
    ["other types", { events: ["audit.started", "error", "warning"] }, false],
    ["a type of another version", { events: ["audit.exploded"] }, false],
    ["nothing, since it is off", { events: ["*"], disabledAt: 1, disabledFor: "person" as const }, false],
    ["what its filter lets through", { events: ["*"], filter: 'data.status = "completed"' }, true],
    ["what its filter does not let through", { events: ["*"], filter: 'data.status = "failed"' }, false],
    ["what its filter calls nearly true", { events: ["*"], filter: "data.status" }, false],
  ])("goes to an endpoint that wants %s: %j %s", async (_, values, goes) => {
    const webhookId = await seedWebhook(workspace, values);
    const { webhookIds } = await fanOut(await record("audit.completed"));
    expect(webhookIds).toEqual(goes ? [webhookId] : []);
    expect(await rowsOf(webhookId)).toHaveLength(goes ? 1 : 0);
  });

  it("is not asked about by more filters than all of the workspace's may take steps: those beyond let nothing through, which is logged", async () => {
    const at = Date.now() - minuteMs;
    const ids = Array.from({ length: 14 }, (_, n) => newId("webhook", at + n));
    const [cheap = "", ...others] = ids;
    const [unfiltered = "", late = "", ...costly] = others.reverse();
    await seedWebhook(workspace, { id: cheap, filter: 'type = "audit.completed"' });
    for (const id of costly) await seedWebhook(workspace, { id, filter: "$sum([1..10000].($ * 2)) > 0" });
    await seedWebhook(workspace, { id: late, filter: "true" });
    await seedWebhook(workspace, { id: unfiltered });
    const { webhookIds, lines } = await fanOut(await record("audit.completed"));
    expect(new Set(webhookIds)).toEqual(new Set([cheap, unfiltered]));
    const told = lines.map((line): unknown => JSON.parse(line));
    expect(told).toContainEqual(
      expect.objectContaining({ level: "warn", msg: expect.stringContaining("were not asked"), workspaceId: workspace.id, count: 2 }),
    );
    expect(lines.join()).not.toContain("10000");
  });

  it("goes nowhere by a filter that fails, which is logged without what it was about", async () => {
    const webhookId = await seedWebhook(workspace, { filter: "$error(data.url)" });
    const { webhookIds, lines } = await fanOut(await record("audit.completed"));
    expect(webhookIds).toEqual([]);
    expect(await rowsOf(webhookId)).toEqual([]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("filter of a webhook failed");
    expect(lines[0]).not.toContain("example.com");
  });

  it("goes to an endpoint of the project of its site, and to none of another", async () => {
    const at = Date.now();
    const [own, other] = [newId("project"), newId("project")];
    const site = { workspaceId: workspace.id, verificationToken: "t", createdAt: at };
    await db.insert(projects).values([own, other].map((id) => ({ id, workspaceId: workspace.id, name: "Shop", createdAt: at })));
    await db.insert(sites).values([
      { ...site, id: newId("site"), projectId: own, origin: "https://example.com" },
      { ...site, id: newId("site"), projectId: other, origin: "https://www.example.com" },
    ]);
    const wanted = await seedWebhook(workspace, { projectId: own });
    await seedWebhook(workspace, { projectId: other });
    const everywhere = await seedWebhook(workspace);
    const { webhookIds } = await fanOut(await record("audit.completed"));
    expect(webhookIds.toSorted()).toEqual([wanted, everywhere].toSorted());
  });

  it("of another workspace goes to none of this one's endpoints", async () => {
    await seedWebhook(await seedWorkspace());
    expect((await fanOut(await record("audit.completed"))).webhookIds).toEqual([]);
  });

  it("about an endpoint goes to the others and not to itself", async () => {
    const [itself, other] = [await seedWebhook(workspace), await seedWebhook(workspace)];
    const outbox: string[] = [];
    const recorder = { db, workspaceId: workspace.id, now: Date.now, outbox };
    await commit(db, [recordEvent(recorder, "webhook.failing", { webhookId: itself, since: 1 })]);
    expect((await fanOut(outbox[0] ?? "")).webhookIds).toEqual([other]);
    expect(await rowsOf(itself)).toEqual([]);
  });

  it("of a thing that is gone, or that is for nobody else, goes nowhere", async () => {
    await seedWebhook(workspace);
    expect((await fanOut(await record("audit.completed", newId("audit")))).webhookIds).toEqual([]);
    expect((await fanOut(await record("audit.queued"))).webhookIds).toEqual([]);
  });

  it("is one delivery of one id when two handle it at once", async () => {
    const webhookId = await seedWebhook(workspace);
    const eventId = await record("audit.completed");
    const both = await Promise.all([fanOut(eventId), fanOut(eventId)]);
    const ids = both.flatMap(({ offered }) => offered.flatMap(({ offers }) => offers.map(({ deliveryId }) => deliveryId)));
    expect((await rowsOf(webhookId)).map(({ id }) => id)).toEqual([...new Set(ids)]);
    expect(ids).toHaveLength(2);
  });

  it("is handled although no endpoint can be told; what waits is not lost", async () => {
    const webhookId = await seedWebhook(workspace);
    const eventId = await record("audit.completed");
    const { lines } = await fanOut(eventId, { offer: () => Promise.reject(new Error("gone")) });
    expect(await findUnhandledEvent(db, eventId)).toBeNull();
    expect(await rowsOf(webhookId)).toMatchObject([{ state: "pending", nextAttemptAt: expect.any(Number) }]);
    expect(lines.join()).toContain("deliveries wait for the sweep");
  });

  it("becomes nothing for an endpoint that is deleted or switched off at that moment", async () => {
    const [deleted, off] = [await seedWebhook(workspace), await seedWebhook(workspace)];
    const [recorded] = await recordDeliveries(listening().deps, [await unhandled(await record("audit.completed"))]);
    const statements = recorded?.status === "fulfilled" ? recorded.value.statements : [];
    expect(statements).toHaveLength(1);
    await db.delete(webhooks).where(eq(webhooks.id, deleted));
    await db.update(webhooks).set({ disabledAt: 1 }).where(eq(webhooks.id, off));
    await commit(db, statements);
    expect([await rowsOf(deleted), await rowsOf(off)]).toEqual([[], []]);
  });

  it("reaches more endpoints than a statement takes parameters", async () => {
    for (let made = 0; made < 120; made++) await seedWebhook(workspace);
    expect((await fanOut(await record("audit.completed"))).webhookIds).toHaveLength(120);
  });
});

describe("where no endpoint is", () => {
  const questionsOf = async (type: Type): Promise<number> => {
    const event = await unhandled(await record(type));
    let asked = 0;
    injectFaults(() => {
      asked += 1;
      return undefined;
    });
    const faulty = directoryDatabase(withFaults(env));
    const [recorded] = await recordDeliveries({ ...listening().deps, db: faulty, directory: faulty }, [event]);
    stopFaults();
    expect(recorded).toMatchObject({ status: "fulfilled", value: { statements: [], offerings: [] } });
    return asked;
  };

  it("an event costs one question, which an index answers, and what is for nobody else none", async () => {
    expect(await questionsOf("audit.completed")).toBe(1);
    expect(await questionsOf("audit.queued")).toBe(0);
    const event = await unhandled(await record("audit.completed"));
    const plan = await planOf((asked) => recordDeliveries({ ...listening().deps, db: asked, directory: asked }, [event]));
    expect(plan).toContain("USING INDEX webhooks_workspace");
  });
});

describe("an endpoint that keeps the order", () => {
  it("makes an event wait for an earlier one about the same, and for no other", async () => {
    const webhookId = await seedWebhook(workspace, { ordering: "per-subject" });
    const [first, second] = [await record("audit.started"), await record("audit.completed")];
    const otherSubject = await record("audit.completed", await seedScored());
    await expect(fanOut(second)).rejects.toMatchObject({ code: "unavailable", retryable: true });
    expect((await fanOut(otherSubject)).webhookIds).toEqual([webhookId]);
    await fanOut(first);
    const { offered } = await fanOut(second);
    // The earlier one is told along: that it was offered is not sure.
    expect(offered.flatMap(({ offers }) => offers.map(({ order }) => order))).toEqual([first, second]);
  });

  it("tells nothing along that is over", async () => {
    const webhookId = await seedWebhook(workspace, { ordering: "per-subject" });
    const [first, second] = [await record("audit.started"), await record("audit.completed")];
    await fanOut(first);
    await db.update(webhookDeliveries).set({ state: "succeeded" }).where(eq(webhookDeliveries.webhookId, webhookId));
    const { offered } = await fanOut(second);
    expect(offered.flatMap(({ offers }) => offers.map(({ order }) => order))).toEqual([second]);
  });

  it("is not held up for good by an event that cannot be handled", async () => {
    await seedWebhook(workspace, { ordering: "per-subject" });
    await record("audit.started");
    await env.DB.prepare("UPDATE events SET created_at = created_at - 7200000 WHERE workspace_id = ?").bind(workspace.id).run();
    expect((await fanOut(await record("audit.completed"))).webhookIds).toHaveLength(1);
  });

  it("is not asked for where none does: events of other endpoints wait for nothing", async () => {
    await seedWebhook(workspace);
    await record("audit.started");
    expect((await fanOut(await record("audit.completed"))).webhookIds).toHaveLength(1);
  });
});

describe("events that are handled together", () => {
  /** Handles several events at once; the faults of a plan strike what asks the database. */
  async function settle(eventIds: readonly string[], { offer, faulty = false }: { readonly offer?: Tell; readonly faulty?: boolean } = {}) {
    const heard = listening(offer);
    const events = await Promise.all(eventIds.map(unhandled));
    const database = faulty ? directoryDatabase(withFaults(env)) : db;
    const results = await settleEvents({ ...heard.deps, db: database, directory: database, events: database }, events);
    stopFaults();
    return { ...heard, results, outcomes: results.map((result) => (result.status === "fulfilled" ? result.value : "failed")) };
  }
  const recordMany = async (count: number, type: Type = "audit.completed"): Promise<string[]> => {
    const ids: string[] = [];
    for (let made = 0; made < count; made++) ids.push(await record(type));
    return ids;
  };
  const shuffled = (ids: readonly string[]): string[] => ids.toSorted((a, b) => spread(a, 997) - spread(b, 997) || Number(a > b));
  const areHandled = async (ids: readonly string[]): Promise<boolean[]> => Promise.all(ids.map(async (id) => (await findUnhandledEvent(db, id)) === null));

  it("are told to each endpoint at once and in their order, and cost no more questions than one", async () => {
    const endpoints = [await seedWebhook(workspace), await seedWebhook(workspace)];
    const questionsOf = async (ids: readonly string[]): Promise<number> => {
      let asked = 0;
      const events = await Promise.all(ids.map(unhandled));
      injectFaults(() => {
        asked += 1;
        return undefined;
      });
      const database = directoryDatabase(withFaults(env));
      await settleEvents({ ...listening().deps, db: database, directory: database, events: database }, events);
      stopFaults();
      return asked;
    };
    expect(await questionsOf(await recordMany(1))).toBe(3);
    expect(await questionsOf(await recordMany(20))).toBe(3);
    const ids = await recordMany(10);
    const { offered, outcomes } = await settle(shuffled(ids));
    expect(outcomes).toEqual(ids.map(() => "handled"));
    expect(offered.map(({ settings }) => settings.webhookId).toSorted()).toEqual(endpoints.toSorted());
    for (const { offers } of offered) expect(offers.map(({ order }) => order)).toEqual(ids);
  });

  it("reach every other endpoint when one cannot be told, whose deliveries the sweep finds", async () => {
    // What waits elsewhere has its turns too.
    await db.delete(webhookDeliveries);
    const [deaf, other] = [await seedWebhook(workspace), await seedWebhook(workspace)];
    const told: string[] = [];
    const offer: Tell = async ({ webhookId }, offers) => {
      if (webhookId === deaf) throw new Error("It does not answer.");
      told.push(...offers.map(({ order }) => order));
    };
    const ids = await recordMany(3);
    const { outcomes, lines } = await settle(ids, { offer });
    expect([outcomes, told, await areHandled(ids)]).toEqual([ids.map(() => "handled"), ids, ids.map(() => true)]);
    expect(lines.filter((line) => line.includes("deliveries wait for the sweep"))).toHaveLength(1);
    expect((await rowsOf(other)).length).toBe(3);
    const health = async () => ({ breaker: "closed", opensAt: null, failingSince: null, waiting: 0, inFlight: 0 }) as const;
    // Whichever minute it is: what goes into one turn is offered whole.
    for (const minutes of [3, 4, 5]) {
      const swept = listening();
      const later = Date.now() + minutes * minuteMs;
      await sweepDeliveries({ db, endpoints: { ...swept.deps.endpoints, health, resume: async () => {} }, now: () => later, log: swept.deps.log });
      const found = swept.offered.filter(({ settings }) => settings.webhookId === deaf);
      expect(found.flatMap(({ offers }) => offers.map(({ order }) => order))).toEqual(ids);
    }
  });

  it("are each written by themselves when they cannot be written together: one that fails keeps no other", async () => {
    const webhookId = await seedWebhook(workspace);
    const ids = await recordMany(3);
    // The batch of all, and the one of whichever comes first.
    injectFaults(always("d1", "fail-before", { text: 'update "events" set "handled_at"', times: 2 }));
    const { outcomes, offered } = await settle(ids, { faulty: true });
    expect(outcomes.toSorted()).toEqual(["failed", "handled", "handled"]);
    expect((await areHandled(ids)).map((is) => (is ? "handled" : "failed"))).toEqual(outcomes);
    const handled = ids.filter((_, index) => outcomes[index] === "handled");
    expect(offered.flatMap(({ offers }) => offers.map(({ order }) => order))).toEqual(handled);
    expect(await rowsOf(webhookId)).toHaveLength(2);
  });

  it("are one delivery each when the answer to their writing was lost", async () => {
    const webhookId = await seedWebhook(workspace);
    const ids = await recordMany(3);
    injectFaults(once("d1", "fail-after", { text: 'update "events" set "handled_at"' }));
    const { outcomes, offered } = await settle(ids, { faulty: true });
    expect(outcomes).toEqual(ids.map(() => "handled"));
    const rows = await rowsOf(webhookId);
    expect(rows.map(({ id }) => id).toSorted()).toEqual(offered.flatMap(({ offers }) => offers.map(({ deliveryId }) => deliveryId)).toSorted());
    expect(rows).toHaveLength(3);
  });

  it("are in the order of their subject for who keeps it, whichever comes first: none waits for another of them", async () => {
    const webhookId = await seedWebhook(workspace, { ordering: "per-subject" });
    const ids = await recordMany(20);
    const { outcomes, offered } = await settle(shuffled(ids));
    expect(outcomes).toEqual(ids.map(() => "handled"));
    expect(offered.map(({ settings, offers }) => [settings.webhookId, offers.map(({ order }) => order)])).toEqual([[webhookId, ids]]);
  });

  it("wait for an earlier one that is not among them, all that are about the same, and no others", async () => {
    await seedWebhook(workspace, { ordering: "per-subject" });
    await record("audit.started");
    const [second, third] = [await record("audit.completed"), await record("audit.completed")];
    const other = await record("audit.completed", await seedScored());
    expect((await settle([third, other, second])).outcomes).toEqual(["early", "handled", "early"]);
    expect(await areHandled([second, third, other])).toEqual([false, false, true]);
  });

  it("do not go before one of them that failed, where they are about the same and somebody keeps the order", async () => {
    await seedWebhook(workspace, { ordering: "per-subject" });
    const ids = await recordMany(3);
    const other = await record("audit.completed", await seedScored());
    // The batch of all, then what is tried by itself: the first of the one subject, and the other subject's.
    injectFaults(always("d1", "fail-before", { text: 'update "events" set "handled_at"', times: 2 }));
    const { outcomes, offered } = await settle([...ids, other], { faulty: true });
    expect(outcomes).toEqual(["failed", "failed", "failed", "handled"]);
    expect(offered.flatMap(({ offers }) => offers.map(({ order }) => order))).toEqual([other]);
    expect(await areHandled([...ids, other])).toEqual([false, false, false, true]);
  });

  it("go nowhere where they cannot be read, which is told as a fault, and are handled all the same", async () => {
    await seedWebhook(workspace);
    const broken = await record("audit.completed", await seedAudit(workspace));
    const good = await record("audit.completed");
    const { outcomes, offered, faults } = await settle([broken, good]);
    expect(outcomes).toEqual(["handled", "handled"]);
    expect(offered.flatMap(({ offers }) => offers.map(({ order }) => order))).toEqual([good]);
    expect(faults).toMatchObject([{ what: "event cannot be told", workspaceId: workspace.id, eventId: broken, eventType: "audit.completed" }]);
    expect(await areHandled([broken, good])).toEqual([true, true]);
  });

  it("come again where the database does not answer what they tell of", async () => {
    await seedWebhook(workspace);
    const ids = await recordMany(2);
    injectFaults(once("d1", "fail-before", { text: '"scores"' }));
    const { outcomes, faults } = await settle(ids, { faulty: true });
    expect([outcomes, faults, await areHandled(ids)]).toEqual([["failed", "failed"], [], [false, false]]);
  });
});
