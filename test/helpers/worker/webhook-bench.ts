import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { Webhook } from "standardwebhooks";
import { expect } from "vitest";
import { directoryDatabase } from "../../../shared/db/client.ts";
import { audits, webhookAttempts, webhookDeliveries } from "../../../shared/db/schema/index.ts";
import { commit, recordEvent, sendEvents } from "../../../shared/platform/index.ts";
import type { SiteRequest, SiteRoutes } from "../node/site-route.ts";
import { type SeededWorkspace, seedAudit, seedWorkspace } from "./api.ts";
import { tick } from "./audit-run.ts";
import { withFaults } from "./faulty-bindings.ts";
import { defineSite, type TestSite } from "./site.ts";
import { seededSecret, seedWebhook } from "./webhooks.ts";

/** A receiver and the endpoint that sends to it, in a workspace of its own. */
export interface WebhookBench {
  readonly workspace: SeededWorkspace;
  readonly webhookId: string;
  readonly site: TestSite;
}

/** Every test needs a host of its own. */
export async function openWebhookBench(host: string, routes: SiteRoutes, values: Parameters<typeof seedWebhook>[1] = {}): Promise<WebhookBench> {
  const workspace = await seedWorkspace();
  const site = await defineSite(host, routes);
  return { workspace, site, webhookId: await seedWebhook(workspace, { shownUrl: `${site.url}/hook`, ...values }) };
}

/** Has so many audits be completed, and tells the queue, which may go wrong; answers the ids of the events. */
export async function completeAudits({ workspace }: WebhookBench, count: number): Promise<string[]> {
  const db = directoryDatabase(env);
  const outbox: string[] = [];
  for (let made = 0; made < count; made++) {
    const auditId = await seedAudit(workspace);
    const scores = { overall: 71, indexability: 80, content: 60, links: 70 };
    const counts = { error: 1, warning: 2, info: 3 };
    await commit(db, [
      db.update(audits).set({ scores, counts }).where(eq(audits.id, auditId)),
      recordEvent({ db, workspaceId: workspace.id, now: Date.now, outbox }, "audit.completed", { auditId }),
    ]);
  }
  // As the edge does: whoever lost the queue is not told.
  await sendEvents(withFaults(env).EVENTS, workspace.id, outbox).catch(() => {});
  return outbox;
}

const deliveriesOf = ({ webhookId }: WebhookBench) => directoryDatabase(env).select().from(webhookDeliveries).where(eq(webhookDeliveries.webhookId, webhookId));

export const attemptsOf = ({ webhookId }: WebhookBench) =>
  directoryDatabase(env)
    .select()
    .from(webhookAttempts)
    .where(eq(webhookAttempts.webhookId, webhookId))
    .orderBy(webhookAttempts.deliveryId, webhookAttempts.attempt);

const objectOf = (webhookId: string) => env.WEBHOOK_ENDPOINT.get(env.WEBHOOK_ENDPOINT.idFromName(webhookId));

const storedIn = ({ webhookId }: WebhookBench): Promise<unknown> =>
  runInDurableObject(objectOf(webhookId), (_, { storage }) =>
    hasTables(storage) ? storage.sql.exec("SELECT id, state, attempt, due_at, taken_at FROM delivery ORDER BY id").toArray() : [],
  );

const hasTables = ({ sql }: DurableObjectStorage): boolean => sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'delivery'").toArray().length > 0;

/** Whoever took a lease so long ago and did not report is gone, where the receiver answers at once; before, time must not pass for it. */
const goneMs = 5_000;

/** Lets time pass for what waits: leases run out, retries are due, the sweeps find what is old. */
async function letTimePass({ webhookId }: WebhookBench): Promise<void> {
  await env.DB.batch([
    env.DB.prepare("UPDATE events SET created_at = created_at - 120000 WHERE handled_at IS NULL"),
    env.DB.prepare("UPDATE webhook_deliveries SET next_attempt_at = next_attempt_at - 300000 WHERE state = 'pending'"),
  ]);
  await runInDurableObject(objectOf(webhookId), (_, { storage }) => {
    if (!hasTables(storage)) return;
    storage.sql.exec("UPDATE delivery SET due_at = 0 WHERE state = 'waiting' OR (state = 'leased' AND coalesce(taken_at, 0) < ?)", Date.now() - goneMs);
  });
  await runDurableObjectAlarm(objectOf(webhookId));
  await tick();
}

const lookMs = 50;
/** Looks without any change after which time passes: whatever was on its way has arrived by then. */
const stillLooks = 16;
const maxLooks = 1_200;

/** Waits until this many deliveries have come to their end, and the database knows; whenever nothing has moved for a while, time passes. */
export async function untilOver(bench: WebhookBench, count: number): Promise<void> {
  let before = "";
  for (let looks = 0, still = 0; looks < maxLooks; looks++) {
    const rows = await deliveriesOf(bench);
    if (rows.length === count && rows.every(({ state }) => state !== "pending")) return;
    const now = JSON.stringify([rows, await storedIn(bench).catch(() => null), (await bench.site.requests()).length]);
    still = now === before ? still + 1 : 0;
    before = now;
    if (still < stillLooks) await scheduler.wait(lookMs);
    else {
      await letTimePass(bench);
      still = 0;
    }
  }
  throw new Error(`it is not over: ${before}`);
}

/** Every event arrived, each under one id however often it was sent, and what receivers use verifies every request. Answers the requests. */
export async function expectDelivered(bench: WebhookBench, eventIds: readonly string[]): Promise<readonly SiteRequest[]> {
  await untilOver(bench, eventIds.length);
  const rows = await deliveriesOf(bench);
  expect(rows.map(({ state }) => state)).toEqual(eventIds.map(() => "succeeded"));
  const requests = await bench.site.requests();
  const arrived = new Map<string, Set<string>>();
  for (const { body, headers } of requests) {
    const verified: unknown = new Webhook(seededSecret).verify(body, { ...headers });
    const eventId = typeof verified === "object" && verified !== null ? String(Reflect.get(verified, "id")) : "";
    arrived.set(eventId, (arrived.get(eventId) ?? new Set()).add(headers["webhook-id"] ?? ""));
  }
  expect(Object.fromEntries(arrived)).toEqual(Object.fromEntries(rows.map(({ eventId, id }) => [eventId, new Set([id])])));
  expect([...arrived.keys()].toSorted()).toEqual(eventIds.toSorted());
  return requests;
}
