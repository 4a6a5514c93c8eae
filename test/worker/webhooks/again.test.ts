import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it, vi } from "vitest";
import { directoryDatabase } from "../../../shared/db/client.ts";
import { webhookDeliveries } from "../../../shared/db/schema/index.ts";
import { hourMs } from "../../../shared/platform/index.ts";
import { Delivery, Replay, Webhook } from "../../../shared/webhooks/index.ts";
import { call, seedKey } from "../../helpers/worker/api.ts";
import { completeAudits, openWebhookBench, type WebhookBench } from "../../helpers/worker/webhook-bench.ts";

const soon = { timeout: 20_000 };
const later = 10 * hourMs;

const rowsOf = ({ webhookId }: WebhookBench) =>
  directoryDatabase(env).select().from(webhookDeliveries).where(eq(webhookDeliveries.webhookId, webhookId)).orderBy(webhookDeliveries.id);
const statesOf = async (bench: WebhookBench) => (await rowsOf(bench)).map(({ state, round, attempts }) => [state, round, attempts]);

async function ask(bench: WebhookBench, path: string, body?: object): Promise<unknown> {
  const answer = await call("POST", `/api/v1${path}`, { key: await seedKey(bench.workspace), ...(body && { body }) });
  expect(answer.status).toBeLessThan(300);
  return answer.json();
}

/** Has an event be sent whose first attempt fails; everybody believes that the next one is due in ten hours. Answers the delivery's id. */
async function failOnce(bench: WebhookBench): Promise<string> {
  await completeAudits(bench, 1);
  await vi.waitFor(async () => expect(await rowsOf(bench)).toMatchObject([{ state: "pending", attempts: 1, failure: "status" }]), soon);
  const [{ id } = { id: "" }] = await rowsOf(bench);
  const at = Date.now() + later;
  await env.DB.prepare("UPDATE webhook_deliveries SET next_attempt_at = ? WHERE id = ?").bind(at, id).run();
  await runInDurableObject(env.WEBHOOK_ENDPOINT.get(env.WEBHOOK_ENDPOINT.idFromName(bench.webhookId)), (_, { storage }) => {
    storage.sql.exec("UPDATE delivery SET due_at = ? WHERE id = ? AND state = 'waiting'", at, id);
  });
  return id;
}

describe("what waits for hours, since its receiver was down", () => {
  it("is sent at once when somebody has it sent again", async () => {
    const bench = await openWebhookBench("mended.test", { "*": [{ status: 500 }, "ok"] });
    const id = await failOnce(bench);
    expect(Delivery.parse(await ask(bench, `/deliveries/${id}/retry`))).toMatchObject({ state: "pending", round: 1 });
    await vi.waitFor(async () => expect(await statesOf(bench)).toEqual([["succeeded", 1, 2]]), soon);
    expect((await bench.site.requests()).map(({ headers }) => headers["webhook-id"])).toEqual([id, id]);
  });

  it("is sent at once by a replay", async () => {
    const bench = await openWebhookBench("replayed.test", { "*": [{ status: 500 }, "ok"] });
    const id = await failOnce(bench);
    expect(Replay.parse(await ask(bench, `/webhooks/${bench.webhookId}/replay`, { since: 0 }))).toEqual({ count: 1, preview: false, waits: false });
    await vi.waitFor(async () => expect(await statesOf(bench)).toEqual([["succeeded", 1, 2]]), soon);
    expect((await bench.site.requests()).map(({ headers }) => headers["webhook-id"])).toEqual([id, id]);
  });

  it("is sent at once when the endpoint is enabled that its receiver had ended", async () => {
    const bench = await openWebhookBench("gone-and-back.test", { "*": [{ status: 500 }, { status: 410 }, "ok"] });
    const id = await failOnce(bench);
    await completeAudits(bench, 1);
    const disabledFor = () => env.DB.prepare("SELECT disabled_for AS why FROM webhooks WHERE id = ?").bind(bench.webhookId).first("why");
    await vi.waitFor(async () => expect(await disabledFor()).toBe("gone"), soon);
    const gone = ["failed", 0, 1];
    expect(await statesOf(bench)).toEqual([["pending", 0, 1], gone]);
    expect(Webhook.parse(await ask(bench, `/webhooks/${bench.webhookId}/enable`))).toMatchObject({ disabledAt: null });
    await vi.waitFor(async () => expect(await statesOf(bench)).toEqual([["succeeded", 1, 2], gone]), soon);
    expect((await bench.site.requests()).at(-1)?.headers["webhook-id"]).toBe(id);
    expect(await bench.site.requests()).toHaveLength(3);
  });
});
