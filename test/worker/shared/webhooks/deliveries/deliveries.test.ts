import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { directoryDatabase } from "../../../../../shared/db/client.ts";
import { webhookDeliveries } from "../../../../../shared/db/schema/index.ts";
import { commit, dayMs, minuteMs, newId } from "../../../../../shared/platform/index.ts";
import { wakeDeliveries } from "../../../../../shared/webhooks/deliveries/wake-deliveries.ts";
import { Delivery, DeliveryDetails, DeliveryList, Replay } from "../../../../../shared/webhooks/index.ts";
import { Problem } from "../../../../../workers/api/problem.ts";
import { call, contextOf, type SeededWorkspace, seedKey, seedWorkspace } from "../../../../helpers/worker/api.ts";
import { planOf } from "../../../../helpers/worker/query-plan.ts";
import { defineSite } from "../../../../helpers/worker/site.ts";
import { seedAttempt, seedDelivery, seedWebhook } from "../../../../helpers/worker/webhooks.ts";

const db = directoryDatabase(env);
const now = Date.now();

let workspace: SeededWorkspace;
let key = "";
/** Disabled, so that nothing is sent while a test looks. */
let webhookId = "";
beforeAll(async () => {
  workspace = await seedWorkspace();
  key = await seedKey(workspace);
});
beforeEach(async () => {
  webhookId = await seedWebhook(workspace, { disabledAt: 1, disabledFor: "person" });
});

const rowOf = async (id: string) => (await db.select().from(webhookDeliveries).where(eq(webhookDeliveries.id, id)))[0];
const get = (path: string) => call("GET", `/api/v1${path}`, { key });
const list = async (query = ""): Promise<DeliveryList> => DeliveryList.parse(await (await get(`/webhooks/${webhookId}/deliveries${query}`)).json());
const idsOf = async (query = ""): Promise<string[]> => (await list(query)).items.map(({ id }) => id);
const post = (path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) =>
  call("POST", `/api/v1${path}`, { key, headers, ...(body !== undefined && { body }) });
const replay = (body: object, headers = {}) => post(`/webhooks/${webhookId}/replay`, { since: 0, ...body }, headers);
const replayed = async (body: object, headers = {}) => Replay.parse(await (await replay(body, headers)).json());
const problemOf = async (answer: Response) => Problem.parse(await answer.json());
const changesOf = async (id: string): Promise<number> => {
  const { results } = await env.DB.prepare("SELECT id FROM events WHERE type = 'webhook.changed' AND data LIKE ?").bind(`%${id}%`).all();
  return results.length;
};
const entriesOf = async (targetId: string): Promise<unknown[]> => {
  const { results } = await env.DB.prepare("SELECT action FROM audit_log WHERE target_id = ?").bind(targetId).all();
  return results.map(({ action }) => action);
};

describe("the list of deliveries", () => {
  it("has those of its endpoint, newest first, page by page", async () => {
    const other = await seedWebhook(workspace);
    await seedDelivery(workspace, other);
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.unshift(await seedDelivery(workspace, webhookId, { at: now + n }));
    const first = await list("?limit=2");
    const second = await list(`?limit=2&cursor=${first.nextCursor}`);
    const third = await list(`?limit=2&cursor=${second.nextCursor}`);
    expect([first, second, third].flatMap(({ items }) => items.map(({ id }) => id))).toEqual(ids);
    expect(third.nextCursor).toBeUndefined();
  });

  it("has what is asked for", async () => {
    const [old, failed, pending] = [
      await seedDelivery(workspace, webhookId, { at: now - dayMs, state: "succeeded" }),
      await seedDelivery(workspace, webhookId, { at: now - minuteMs, type: "audit.failed" }),
      await seedDelivery(workspace, webhookId, { at: now, state: "pending", nextAttemptAt: now + dayMs, finishedAt: null }),
    ];
    expect(await idsOf("?state=pending")).toEqual([pending]);
    expect(await idsOf("?type=audit.failed")).toEqual([failed]);
    expect(await idsOf("?type=audit.completed&state=succeeded")).toEqual([old]);
    expect(await idsOf(`?since=${now - minuteMs}`)).toEqual([pending, failed]);
    expect(await idsOf(`?until=${now - minuteMs}`)).toEqual([old]);
    expect(await idsOf(`?since=${now - minuteMs}&until=${now}`)).toEqual([failed]);
    expect(await idsOf("?since=8640000000000000")).toEqual([]);
    expect(await idsOf("?until=8640000000000000")).toEqual([pending, failed, old]);
  });
});

describe("a delivery", () => {
  it("is told with its event and its attempts, newest first", async () => {
    const id = await seedDelivery(workspace, webhookId);
    await seedAttempt(workspace, { webhookId, deliveryId: id });
    await seedAttempt(workspace, { webhookId, deliveryId: id, attempt: 2, outcome: "unknown", status: null, failure: "lost", message: "Nobody knows." });
    const { payload, attemptLog, ...delivery } = DeliveryDetails.parse(await (await get(`/deliveries/${id}`)).json());
    expect([delivery]).toEqual((await list()).items);
    expect(payload).toMatchObject({ id: delivery.eventId, type: "audit.completed", workspaceId: workspace.id });
    expect(attemptLog).toMatchObject([
      { attempt: 2, outcome: "unknown", status: null, failure: "lost", message: "Nobody knows." },
      { attempt: 1, outcome: "failed", status: 500, ms: 12, responseHeaders: { "content-type": "text/html" }, responseBody: "<b>broken</b>" },
    ]);
  });

  it("of another workspace, or of none, is not found, nor is its endpoint", async () => {
    const other = await seedWorkspace();
    const theirs = await seedWebhook(other);
    const id = await seedDelivery(other, theirs);
    const asked = [
      await get(`/deliveries/${id}`),
      await post(`/deliveries/${id}/retry`),
      await get(`/deliveries/${newId("delivery")}`),
      await get(`/webhooks/${theirs}/deliveries`),
      await post(`/webhooks/${theirs}/replay`, { since: 0 }),
    ];
    expect(asked.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
    expect(await rowOf(id)).toMatchObject({ state: "failed", round: 0 });
  });

  it.each(["failed", "succeeded"] as const)("that %s is made again in a new round, and the log says by whom", async (state) => {
    const id = await seedDelivery(workspace, webhookId, { state });
    const answer = Delivery.parse(await (await post(`/deliveries/${id}/retry`)).json());
    expect(answer).toMatchObject({ state: "pending", round: 1, attempts: 3, finishedAt: null });
    expect(await rowOf(id)).toMatchObject({ state: "pending", round: 1, attempts: 3, finishedAt: null, nextAttemptAt: answer.nextAttemptAt });
    expect(Math.abs((answer.nextAttemptAt ?? 0) - Date.now())).toBeLessThan(minuteMs);
    expect([await changesOf(webhookId), await entriesOf(id)]).toEqual([1, ["webhook.retry"]]);
  });

  it("that waits to be tried again is made now, in a new round", async () => {
    const id = await seedDelivery(workspace, webhookId, { state: "pending", finishedAt: null, nextAttemptAt: now + dayMs });
    expect(Delivery.parse(await (await post(`/deliveries/${id}/retry`)).json())).toMatchObject({ state: "pending", round: 1, attempts: 3 });
    const { nextAttemptAt } = (await rowOf(id)) ?? {};
    expect(Math.abs((nextAttemptAt ?? 0) - Date.now())).toBeLessThan(minuteMs);
    expect([await changesOf(webhookId), await entriesOf(id)]).toEqual([1, ["webhook.retry"]]);
    expect(await problemOf(await post(`/deliveries/${id}/retry`))).toMatchObject({ code: "conflict" });
    expect(await rowOf(id)).toMatchObject({ round: 1 });
  });

  it("that is due, or whose attempt is under way, is left alone", async () => {
    const id = await seedDelivery(workspace, webhookId, { state: "pending", finishedAt: null, nextAttemptAt: now - 1 });
    expect(await problemOf(await post(`/deliveries/${id}/retry`))).toMatchObject({ code: "conflict" });
    expect(await rowOf(id)).toMatchObject({ round: 0, nextAttemptAt: now - 1 });
    expect([await changesOf(webhookId), await entriesOf(id)]).toEqual([0, []]);
  });

  it("is made again once when two ask at the same time", async () => {
    const id = await seedDelivery(workspace, webhookId);
    const answers = await Promise.all([post(`/deliveries/${id}/retry`), post(`/deliveries/${id}/retry`)]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
    expect(await rowOf(id)).toMatchObject({ round: 1 });
    expect(await changesOf(webhookId)).toBe(1);
  });
});

describe("a replay", () => {
  const seedSome = async () => ({
    failed: await seedDelivery(workspace, webhookId, { at: now - 3 * minuteMs }),
    other: await seedDelivery(workspace, webhookId, { at: now - 2 * minuteMs, type: "audit.failed" }),
    succeeded: await seedDelivery(workspace, webhookId, { at: now - minuteMs, state: "succeeded", failure: null }),
    waiting: await seedDelivery(workspace, webhookId, { at: now, state: "pending", finishedAt: null, nextAttemptAt: now + dayMs }),
    due: await seedDelivery(workspace, webhookId, { at: now, state: "pending", finishedAt: null, nextAttemptAt: now - minuteMs }),
    untried: await seedDelivery(workspace, webhookId, { at: now, state: "pending", attempts: 0, finishedAt: null, nextAttemptAt: now + dayMs }),
  });
  const names = ["failed", "other", "succeeded", "waiting", "due", "untried"] as const;
  const states = { failed: "failed", other: "failed", succeeded: "succeeded", waiting: "pending", due: "pending", untried: "pending" };

  it.each<{ what: string; input: object; again: readonly string[] }>([
    { what: "all that failed, or waits to be tried again", input: {}, again: ["failed", "other", "waiting"] },
    { what: "what succeeded too", input: { failedOnly: false }, again: ["failed", "other", "succeeded", "waiting"] },
    { what: "some types", input: { types: ["audit.failed", "audit.started"] }, again: ["other"] },
    { what: "a time", input: { since: now - 2 * minuteMs, until: now - minuteMs, failedOnly: false }, again: ["other"] },
    { what: "what is to come", input: { since: now + 7 * dayMs }, again: [] },
  ])("of $what changes as many as its preview says, and only those", async ({ input, again }) => {
    const ids = await seedSome();
    const theirs = await seedDelivery(workspace, await seedWebhook(workspace));
    expect(await replayed({ ...input, preview: true })).toEqual({ count: again.length, preview: true, waits: true });
    for (const name of names) expect(await rowOf(ids[name]), name).toMatchObject({ round: 0 });
    expect([await changesOf(webhookId), await entriesOf(webhookId)]).toEqual([0, []]);

    expect(await replayed(input)).toEqual({ count: again.length, preview: false, waits: true });
    for (const name of names) {
      const expected = again.includes(name) ? { state: "pending", round: 1, finishedAt: null } : { state: states[name], round: 0 };
      expect(await rowOf(ids[name]), name).toMatchObject(expected);
    }
    expect(await rowOf(theirs)).toMatchObject({ state: "failed", round: 0 });
    const times = again.length > 0 ? 1 : 0;
    expect([await changesOf(webhookId), await entriesOf(webhookId)]).toEqual([times, Array(times).fill("webhook.replay")]);
  });

  it("under one Idempotency-Key acts once, also for a preview", async () => {
    const { failed } = await seedSome();
    for (const input of [{ preview: true }, {}]) {
      const headers = { "Idempotency-Key": `once-${JSON.stringify(input).length}-${webhookId}` };
      const first = await replayed(input, headers);
      const second = await replay(input, headers);
      expect(second.headers.get("Idempotency-Replayed")).toBe("true");
      expect(Replay.parse(await second.json())).toEqual(first);
    }
    expect(await rowOf(failed)).toMatchObject({ round: 1 });
  });

  it("of more than 10,000 is refused, and changes nothing", async () => {
    await env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001)
       INSERT INTO webhook_deliveries (id, workspace_id, webhook_id, event_id, type, subject, payload, state, round, attempts, created_at, finished_at)
       SELECT ?1 || i, ?2, ?3, ?1 || i, 'audit.completed', 'audit:a', '{}', 'failed', 0, 1, ?4, ?4 FROM n`,
    )
      .bind(`${newId("delivery", now)}-`, workspace.id, webhookId, now)
      .run();
    for (const preview of [true, false]) {
      const problem = await problemOf(await replay({ preview }));
      expect(problem).toMatchObject({ code: "invalid", errors: [{ path: "body.since" }], detail: expect.stringContaining("10000") });
    }
    const rounds = () => env.DB.prepare("SELECT sum(round) AS rounds FROM webhook_deliveries WHERE webhook_id = ?").bind(webhookId).first("rounds");
    expect(await rounds()).toBe(0);
    await env.DB.prepare("DELETE FROM webhook_deliveries WHERE webhook_id = ? AND id LIKE '%-10001'").bind(webhookId).run();
    expect(await replayed({})).toEqual({ count: 10_000, preview: false, waits: true });
    expect(await rounds()).toBe(10_000);
  });
});

describe("an endpoint that is enabled", () => {
  it("has what waits to be tried again be due now, and nothing else", async () => {
    const pending = { state: "pending", finishedAt: null } as const;
    const waiting = await seedDelivery(workspace, webhookId, { ...pending, nextAttemptAt: now + dayMs });
    const others = [
      await seedDelivery(workspace, webhookId, { ...pending, nextAttemptAt: now - 1 }),
      await seedDelivery(workspace, webhookId),
      await seedDelivery(workspace, webhookId, { state: "succeeded" }),
      await seedDelivery(workspace, await seedWebhook(workspace, { disabledAt: 1 }), { ...pending, nextAttemptAt: now + dayMs }),
    ];
    const before = await Promise.all(others.map(rowOf));
    const ctx = contextOf(env, workspace);
    await commit(db, [wakeDeliveries({ ...ctx, now: () => now }, webhookId)]);
    expect(await rowOf(waiting)).toMatchObject({ state: "pending", round: 1, attempts: 3, nextAttemptAt: now });
    expect(await Promise.all(others.map(rowOf))).toEqual(before);
    const other = { ...ctx, workspaceId: newId("workspace"), now: () => now - 2 };
    await commit(db, [wakeDeliveries(other, webhookId)]);
    expect(await rowOf(waiting)).toMatchObject({ round: 1 });
  });

  it("reads what is pending there, and no more", async () => {
    const plan = await planOf((asked) => commit(asked, [wakeDeliveries({ ...contextOf(env, workspace), db: asked }, webhookId)]));
    expect(plan).toContain("USING INDEX webhook_deliveries_pending (webhook_id=? AND next_attempt_at>?)");
  });
});

describe("what is asked for again", () => {
  it("arrives once more, under the id that it had, and is counted on", async () => {
    const site = await defineSite("again.test", { "/": { body: "Thank you" } });
    webhookId = await seedWebhook(workspace, { shownUrl: `${site.url}/` });
    const ids = [await seedDelivery(workspace, webhookId, { at: now - minuteMs }), await seedDelivery(workspace, webhookId, { state: "succeeded" })];
    await post(`/deliveries/${ids[0]}/retry`);
    expect(await replayed({ failedOnly: false })).toEqual({ count: 1, preview: false, waits: false });
    await vi.waitFor(async () => expect(await idsOf("?state=pending")).toEqual([]));
    const arrived = (await site.requests()).map(({ headers }) => headers["webhook-id"]);
    expect(arrived).toHaveLength(2);
    expect(new Set(arrived)).toEqual(new Set(ids));
    const { attemptLog, ...delivery } = DeliveryDetails.parse(await (await get(`/deliveries/${ids[0]}`)).json());
    expect(delivery).toMatchObject({ state: "succeeded", round: 1, attempts: 4, failure: null, nextAttemptAt: null });
    expect(attemptLog).toMatchObject([{ attempt: 4, outcome: "succeeded", status: 200, responseBody: "Thank you" }]);
  });
});
