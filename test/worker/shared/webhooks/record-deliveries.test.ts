import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { audits, projects, sites, webhookDeliveries, webhooks } from "../../../../shared/db/schema/index.ts";
import { commit, createLog, findUnhandledEvent, idsSince, markHandled, newId, recordEvent } from "../../../../shared/platform/index.ts";
import { recordDeliveries } from "../../../../shared/webhooks/index.ts";
import type { EndpointSettings, Offer } from "../../../../shared/webhooks/schedule/endpoint.ts";
import { type SeededWorkspace, seedAudit, seedWorkspace } from "../../../helpers/worker/api.ts";
import { injectFaults, stopFaults } from "../../../helpers/worker/faults.ts";
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

/** Handles an event as the fan-out does; answers what endpoints were offered, and what was logged. */
async function fanOut(eventId: string, { offer }: { offer?: () => Promise<void> } = {}) {
  const event = await findUnhandledEvent(db, eventId);
  if (event === null) throw new Error("the event is handled");
  const [offered, lines]: [Offered[], string[]] = [[], []];
  const endpoints = { offer: offer ?? (async (settings: EndpointSettings, offers: readonly Offer[]) => void offered.push({ settings, offers })) };
  const log = createLog((_, line) => lines.push(line));
  const recorded = await recordDeliveries({ db, directory: db, events: db, endpoints, now: Date.now, log, wait: async () => {} }, event);
  await commit(db, [...recorded.statements, markHandled(db, eventId, Date.now())]);
  await recorded.offer();
  return { offered, lines, webhookIds: offered.map(({ settings }) => settings.webhookId) };
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
    const event = await findUnhandledEvent(db, await record("audit.completed"));
    if (event === null) throw new Error("no event");
    const endpoints = { offer: async () => {} };
    const deps = { db, directory: db, events: db, endpoints, now: Date.now, log: createLog(), wait: async () => {} };
    const { statements } = await recordDeliveries(deps, event);
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
    const event = await findUnhandledEvent(db, await record(type));
    if (event === null) throw new Error("no event");
    let asked = 0;
    injectFaults(() => {
      asked += 1;
      return undefined;
    });
    const faulty = directoryDatabase(withFaults(env));
    const endpoints = { offer: () => Promise.reject(new Error("asked")) };
    const recorded = await recordDeliveries(
      { db: faulty, directory: faulty, events: faulty, endpoints, now: Date.now, log: createLog(), wait: async () => {} },
      event,
    );
    stopFaults();
    await recorded.offer();
    expect(recorded.statements).toEqual([]);
    return asked;
  };

  it("an event costs one question, which an index answers, and what is for nobody else none", async () => {
    expect(await questionsOf("audit.completed")).toBe(1);
    expect(await questionsOf("audit.queued")).toBe(0);
    const event = await findUnhandledEvent(db, await record("audit.completed"));
    const endpoints = { offer: async () => {} };
    const plan = await planOf(async (asked) => {
      if (event !== null)
        await recordDeliveries({ db: asked, directory: asked, events: asked, endpoints, now: Date.now, log: createLog(), wait: async () => {} }, event);
    });
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
