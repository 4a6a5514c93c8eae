import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { Webhook as StandardWebhook } from "standardwebhooks";
import { Webhook as SvixWebhook } from "svix";
import { beforeAll, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { webhookDeliveries, webhooks, webhookTickets, workspaces } from "../../../../shared/db/schema/index.ts";
import { findWorkspaceStanding } from "../../../../shared/identity/index.ts";
import { createSemaphore, mostConnections, newId, secondMs } from "../../../../shared/platform/index.ts";
import { createWebhook, deliver, rotateSecret } from "../../../../shared/webhooks/index.ts";
import type { AttemptReport, DeliveryMessage, Endpoints, TakenAttempt } from "../../../../shared/webhooks/schedule/endpoint.ts";
import { readParcels } from "../../../../shared/webhooks/sending/read-parcels.ts";
import { contextOf, type SeededWorkspace, seedWorkspace } from "../../../helpers/worker/api.ts";
import { always, injectFaults, stopFaults } from "../../../helpers/worker/faults.ts";
import { withFaults } from "../../../helpers/worker/faulty-bindings.ts";
import { defineSite } from "../../../helpers/worker/site.ts";
import { seededSecret, seedWebhook } from "../../../helpers/worker/webhooks.ts";

const db = directoryDatabase(env);
let workspace: SeededWorkspace;
beforeAll(async () => {
  workspace = await seedWorkspace();
});

const eventOf = (score = 71) => ({
  id: newId("event"),
  type: "audit.completed",
  version: 1,
  timestamp: new Date().toISOString(),
  workspaceId: workspace.id,
  data: { auditId: "aud_1", score },
});

async function seedDelivery(webhookId: string, event: object = eventOf(), subject = "audit:aud_1"): Promise<string> {
  const id = newId("delivery");
  const at = Date.now();
  await db.insert(webhookDeliveries).values({
    id,
    workspaceId: workspace.id,
    webhookId,
    eventId: newId("event"),
    type: "audit.completed",
    subject,
    payload: JSON.stringify(event),
    state: "pending",
    nextAttemptAt: at,
    createdAt: at,
  });
  return id;
}

const messageOf = (webhookId: string, ...deliveryIds: string[]): DeliveryMessage => ({
  v: 1,
  workspaceId: workspace.id,
  webhookId,
  lease: "lease",
  leaseUntil: Date.now() + 30 * secondMs,
  deliveryIds,
});

interface Meeting {
  readonly timeoutMs?: number;
  /** Attempts that the object gives; one for each delivery unless told otherwise. */
  readonly taken?: readonly TakenAttempt[];
  readonly endpoints?: Partial<Endpoints>;
  readonly bindings?: Env;
  readonly now?: () => number;
  readonly fetch?: (request: Request) => Promise<Response>;
  /** Attempts at once. */
  readonly connections?: number;
}

/** Delivers a message, and says what the endpoint's object was told, call by call. */
async function delivered(message: DeliveryMessage, meeting: Meeting = {}) {
  const { timeoutMs, taken, endpoints = {}, bindings = env, now = Date.now, fetch, connections = mostConnections } = meeting;
  const { vault, egress: policy, publicUrl } = contextOf(env, workspace);
  const calls: (readonly AttemptReport[])[] = [];
  const leases: string[] = [];
  await deliver(message, {
    db: directoryDatabase(bindings),
    standingOf: (id) => findWorkspaceStanding(directoryDatabase(bindings), id),
    vault,
    policy,
    publicUrl,
    now,
    wait: (ms) => scheduler.wait(ms),
    withConnection: createSemaphore(connections).run,
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(fetch !== undefined && { fetch }),
    endpoints: {
      take: async (_, lease) => {
        leases.push(lease);
        return taken ?? message.deliveryIds.map((deliveryId) => ({ deliveryId, attempt: 1, mayHaveArrived: false }));
      },
      report: async (_, reports) => void calls.push(reports),
      ...endpoints,
    },
  });
  return { calls, leases, reports: calls.flat() };
}

describe("a delivery", () => {
  it("is verified by what receivers use, before, during and after its secret is replaced", async () => {
    const site = await defineSite("verified.test", { "*": "ok" });
    const ctx = contextOf(env, workspace);
    const made = await createWebhook(ctx, { url: `${site.url}/hook`, kind: "http", events: ["*"], ordering: "none", concurrency: 4 });
    const send = async () => {
      const { reports } = await delivered(messageOf(made.id, await seedDelivery(made.id, eventOf())));
      expect(reports.map(({ result }) => result.is)).toEqual(["delivered"]);
    };
    await send();
    const { secret: next } = await rotateSecret(ctx, made.id, {});
    await send();
    // A day later the replaced one signs no more: nothing but the clock changes.
    const target = {
      v: 1,
      url: `${site.url}/hook`,
      headers: {},
      credentials: {},
      secrets: [
        { secret: next, until: null },
        { secret: made.secret, until: 1 },
      ],
    };
    await db
      .update(webhooks)
      .set({ sealedTarget: await ctx.vault.seal(JSON.stringify(target), made.id) })
      .where(eq(webhooks.id, made.id));
    await send();

    const requests = await site.requests();
    const verdicts = requests.map(({ body, headers }) =>
      [made.secret, next].map((secret) => [StandardWebhook, SvixWebhook].map((Library) => verifies(() => new Library(secret).verify(body, { ...headers })))),
    );
    const [yes, no] = [
      [true, true],
      [false, false],
    ];
    expect(verdicts).toEqual([
      [yes, no],
      [yes, yes],
      [no, yes],
    ]);
  });

  it("is the stored event, whatever became of its subject since", async () => {
    const site = await defineSite("body.test", { "*": { status: 201, body: "made", headers: { "x-trace": "7", "set-cookie": "a=b" } } });
    const webhookId = await seedWebhook(workspace, { shownUrl: `${site.url}/hook?a=1` }, { headers: { "X-Token": "of-mine" } });
    const event = eventOf(98);
    const id = await seedDelivery(webhookId, event);
    const { reports, leases } = await delivered(messageOf(webhookId, id), { taken: [{ deliveryId: id, attempt: 3, mayHaveArrived: true }] });
    const [request] = await site.requests();
    expect(request).toMatchObject({ method: "POST", path: "/hook?a=1", body: JSON.stringify(event), headers: { "x-token": "of-mine", "webhook-id": id } });
    expect(leases).toEqual(["lease"]);
    const [report] = reports;
    expect(report).toMatchObject({ deliveryId: id, attempt: 3, status: 201, responseBody: "made", result: { is: "delivered" } });
    expect(report?.responseHeaders).toMatchObject({ "x-trace": "7" });
    expect(report?.responseHeaders).not.toHaveProperty("set-cookie");
  });

  it("is what the template makes of the event", async () => {
    const site = await defineSite("template.test", { "*": "ok" });
    const webhookId = await seedWebhook(workspace, { shownUrl: site.url, template: '{ "text": "Score " & data.score }' });
    await delivered(messageOf(webhookId, await seedDelivery(webhookId)));
    expect((await site.requests()).map(({ body }) => body)).toEqual(['{"text":"Score 71"}']);
  });

  it.each([
    ["fails", '$error("no")'],
    ["makes a number", "data.score"],
    ["makes nothing", "data.nothing"],
  ])("fails without a request when the template %s", async (_, template) => {
    const webhookId = await seedWebhook(workspace, { shownUrl: "http://never.invalid", template });
    const { reports } = await delivered(messageOf(webhookId, await seedDelivery(webhookId)));
    expect(reports).toMatchObject([{ status: null, result: { is: "failed", failure: "settings", retry: "schedule" } }]);
  });

  it("fails when its settings are sealed under another endpoint", async () => {
    const webhookId = await seedWebhook(workspace, { shownUrl: "http://never.invalid" });
    await db
      .update(webhooks)
      .set({ sealedTarget: await contextOf(env, workspace).vault.seal("{}", newId("webhook")) })
      .where(eq(webhooks.id, webhookId));
    const { reports } = await delivered(messageOf(webhookId, await seedDelivery(webhookId)));
    expect(reports).toMatchObject([{ status: null, result: { is: "failed", failure: "settings" } }]);
  });

  it("of which nothing is left is dropped, and so is one of another endpoint or workspace", async () => {
    const [own, other] = [await seedWebhook(workspace), await seedWebhook(workspace)];
    const foreign = await seedDelivery(other);
    const { reports } = await delivered(messageOf(own, newId("delivery"), foreign));
    expect(reports.map(({ result }) => result)).toEqual([{ is: "dropped" }, { is: "dropped" }]);
    const elsewhere = await delivered({ ...messageOf(other, foreign), workspaceId: (await seedWorkspace()).id });
    expect(elsewhere.reports.map(({ result }) => result)).toEqual([{ is: "dropped" }]);
  });

  it("waits while the workspace is suspended", async () => {
    const before = workspace;
    workspace = await seedWorkspace();
    await db.update(workspaces).set({ suspendedAt: 1 }).where(eq(workspaces.id, workspace.id));
    const webhookId = await seedWebhook(workspace, { shownUrl: "http://never.invalid" });
    const { reports } = await delivered(messageOf(webhookId, await seedDelivery(webhookId)));
    workspace = before;
    expect(reports.map(({ result }) => result)).toEqual([{ is: "held" }]);
  });

  it("knows the open ticket of its subject, and no closed one", async () => {
    const site = await defineSite("tickets.test", { "*": { status: 500 } });
    const options = { listId: "0123456789abcdef01234567", whenFixed: "comment" };
    const webhookId = await seedWebhook(workspace, { kind: "trello", options }, { url: "https://api.trello.com", credentials: { key: "k", token: "t" } });
    const [open, closed] = [await seedDelivery(webhookId, eventOf(), "finding:open"), await seedDelivery(webhookId, eventOf(), "finding:closed")];
    const ticket = { ticketId: "t1", ticketKey: "T-1", url: `${site.url}/t1` };
    const row = { webhookId, workspaceId: workspace.id, deliveryId: open, openedAt: 1, ...ticket };
    await db.insert(webhookTickets).values([
      { ...row, subject: "finding:open" },
      { ...row, subject: "finding:closed", closedAt: 2 },
    ]);
    const parcels = await readParcels(db, messageOf(webhookId, open, closed));
    expect([open, closed].map((id) => parcels.get(id)?.ticket)).toEqual([{ ...ticket, openedBy: open }, null]);
  });
});

describe("a message", () => {
  it("is worked on side by side, and what is slow holds up no report of the others", async () => {
    const site = await defineSite("side.test", { "*": [{ delayMs: 1_500, body: "slow" }, "quick"] });
    const webhookId = await seedWebhook(workspace, { shownUrl: site.url });
    const ids = await Promise.all(Array.from({ length: 4 }, () => seedDelivery(webhookId)));
    const { calls } = await delivered(messageOf(webhookId, ...ids));
    expect(calls.map((reports) => reports.map(({ responseBody }) => responseBody))).toEqual([["quick", "quick", "quick"], ["slow"]]);
  });

  it("that comes a second time makes no request", async () => {
    const webhookId = await seedWebhook(workspace, { shownUrl: "http://never.invalid" });
    const { calls } = await delivered(messageOf(webhookId, await seedDelivery(webhookId)), { taken: [] });
    expect(calls).toEqual([]);
  });

  it("that comes when its lease is over takes nothing", async () => {
    const webhookId = await seedWebhook(workspace, { shownUrl: "http://never.invalid" });
    const message = { ...messageOf(webhookId, await seedDelivery(webhookId)), leaseUntil: Date.now() };
    expect(await delivered(message)).toEqual({ calls: [], leases: [], reports: [] });
  });

  it("makes no attempt that could end after its lease", async () => {
    const webhookId = await seedWebhook(workspace, { shownUrl: "http://never.invalid" });
    const id = await seedDelivery(webhookId);
    let aheadMs = 0;
    const take = async (): Promise<TakenAttempt[]> => {
      aheadMs = 16 * secondMs;
      return [{ deliveryId: id, attempt: 1, mayHaveArrived: false }];
    };
    const { reports } = await delivered(messageOf(webhookId, id), { endpoints: { take }, now: () => Date.now() + aheadMs });
    expect(reports).toMatchObject([{ deliveryId: id, attempt: 1, status: null, result: { is: "unmade" } }]);
  });

  it("comes again without anything taken when the database does not answer", async () => {
    const webhookId = await seedWebhook(workspace, { shownUrl: "http://never.invalid" });
    const message = messageOf(webhookId, await seedDelivery(webhookId));
    const leases: string[] = [];
    const take = async (_: string, lease: string) => {
      leases.push(lease);
      return [];
    };
    injectFaults(always("d1", "fail-before"));
    await expect(delivered(message, { bindings: withFaults(env), endpoints: { take } })).rejects.toThrow();
    stopFaults();
    expect(leases).toEqual([]);
  });

  it.each([
    ["not at all: what was taken is given back", undefined, "unmade", 0],
    ["at once: what was taken is sent a little later", 1, "delivered", 1],
  ] as const)("that was taken while the database does not answer %s", async (_, times, is, requests) => {
    const site = await defineSite(`unread-${is}.test`, { "*": "ok" });
    const webhookId = await seedWebhook(workspace, { shownUrl: site.url });
    const id = await seedDelivery(webhookId);
    injectFaults(always("d1", "fail-before", { text: "sealed_target", ...(times !== undefined && { times }) }));
    const { reports } = await delivered(messageOf(webhookId, id), { bindings: withFaults(env) });
    stopFaults();
    expect(reports).toMatchObject([{ deliveryId: id, result: { is } }]);
    expect(await site.requests()).toHaveLength(requests);
  });

  it("whose object cannot be reached at once reports when it can", async () => {
    const site = await defineSite("moved.test", { "*": "ok" });
    const webhookId = await seedWebhook(workspace, { shownUrl: site.url });
    const seen: AttemptReport[] = [];
    let failures = 1;
    const report = async (_: string, reports: readonly AttemptReport[]) => {
      if (failures-- > 0) throw new Error("moved");
      seen.push(...reports);
    };
    await delivered(messageOf(webhookId, await seedDelivery(webhookId)), { endpoints: { report } });
    expect(seen.map(({ result }) => result.is)).toEqual(["delivered"]);
    expect(await site.requests()).toHaveLength(1);
  });
});

describe("what is changed at an endpoint while a message is on its way", () => {
  const change = async (webhookId: string, values: Partial<typeof webhooks.$inferInsert>) => {
    await db.update(webhooks).set(values).where(eq(webhooks.id, webhookId));
  };
  const sealedFor = (webhookId: string, url: string) =>
    contextOf(env, workspace).vault.seal(
      JSON.stringify({ v: 1, url, headers: {}, credentials: {}, secrets: [{ secret: seededSecret, until: null }] }),
      webhookId,
    );
  /** Something happens when the lease is taken. */
  const taking = (ids: readonly string[], happens: () => Promise<unknown>): Meeting => ({
    endpoints: {
      take: async () => {
        await happens();
        return ids.map((deliveryId) => ({ deliveryId, attempt: 1, mayHaveArrived: false }));
      },
    },
  });

  it("is where it is sent to, and by which secret it is signed", async () => {
    const [before, after] = [await defineSite("edit-before.test", { "*": "ok" }), await defineSite("edit-after.test", { "*": "ok" })];
    const webhookId = await seedWebhook(workspace, { shownUrl: before.url });
    const ids = [await seedDelivery(webhookId)];
    await delivered(
      messageOf(webhookId, ...ids),
      taking(ids, async () => change(webhookId, { sealedTarget: await sealedFor(webhookId, after.url) })),
    );
    expect([await before.requests(), await after.requests()]).toMatchObject([[], [{ method: "POST" }]]);
  });

  it.each<[string, "held" | "dropped", (webhookId: string) => Promise<unknown>]>([
    ["disabled", "held", (webhookId) => change(webhookId, { disabledAt: 1, disabledFor: "person" })],
    ["deleted", "dropped", (webhookId) => db.delete(webhooks).where(eq(webhooks.id, webhookId))],
  ])("keeps everything from going out when it is %s", async (name, is, happens) => {
    const site = await defineSite(`${name}.test`, { "*": "ok" });
    const webhookId = await seedWebhook(workspace, { shownUrl: site.url });
    const ids = [await seedDelivery(webhookId)];
    const { reports } = await delivered(
      messageOf(webhookId, ...ids),
      taking(ids, () => happens(webhookId)),
    );
    expect(reports.map(({ result }) => result)).toEqual([{ is }]);
    expect(await site.requests()).toEqual([]);
  });

  it("also counts for those of a message that waited for a connection", async () => {
    const webhookId = await seedWebhook(workspace, { shownUrl: "http://wait-before.test/" });
    const ids = [await seedDelivery(webhookId), await seedDelivery(webhookId)];
    const asked: string[] = [];
    let aheadMs = 0;
    const fetch = async ({ url }: Request): Promise<Response> => {
      asked.push(url);
      aheadMs += 2 * secondMs;
      await change(webhookId, { sealedTarget: await sealedFor(webhookId, "http://wait-after.test/") });
      return new Response("ok");
    };
    await delivered(messageOf(webhookId, ...ids), { fetch, connections: 1, now: () => Date.now() + aheadMs });
    expect(asked).toEqual(["http://wait-before.test/", "http://wait-after.test/"]);
  });
});

describe("a receiver", () => {
  it.each([
    ["no-answer", "timeout"],
    ["hang-in-body", "timeout"],
    ["cut-in-body", "connection"],
  ] as const)("that answers with %s fails by %s", async (fault, failure) => {
    const site = await defineSite(`${fault}.test`, { "*": { fault, body: "so far" } });
    const webhookId = await seedWebhook(workspace, { shownUrl: site.url });
    const { reports } = await delivered(messageOf(webhookId, await seedDelivery(webhookId)), { timeoutMs: 1_000 });
    const status = fault === "no-answer" ? null : 200;
    expect(reports).toMatchObject([{ status, result: { is: "failed", failure, retry: "schedule" } }]);
  });

  it("whose 200 has a body without an end got it", async () => {
    const site = await defineSite("endless.test", { "*": { fault: "endless-body", body: "so far" } });
    const webhookId = await seedWebhook(workspace, { shownUrl: site.url });
    const { reports } = await delivered(messageOf(webhookId, await seedDelivery(webhookId)));
    expect(reports).toMatchObject([{ status: 200, result: { is: "delivered" } }]);
    expect(reports[0]?.responseBody).toHaveLength(20 * 1_024);
  });

  it("that resets the connection is a failure", async () => {
    const webhookId = await seedWebhook(workspace, { shownUrl: "http://reset.invalid/" });
    const { reports } = await delivered(messageOf(webhookId, await seedDelivery(webhookId)));
    expect(reports).toMatchObject([{ status: null, result: { is: "failed", failure: "connection", retry: "schedule" } }]);
  });

  it("that answers 200 too late is a failure", async () => {
    const site = await defineSite("late.test", { "*": { delayMs: 1_500, body: "ok" } });
    const webhookId = await seedWebhook(workspace, { shownUrl: site.url });
    const { reports } = await delivered(messageOf(webhookId, await seedDelivery(webhookId)), { timeoutMs: 500 });
    expect(reports).toMatchObject([{ status: null, result: { is: "failed", failure: "timeout" } }]);
    expect(await site.requests()).toHaveLength(1);
  });

  it("that points to a private address is not followed there", async () => {
    const inner = await defineSite("127.0.0.1:8080", { "*": "inside" });
    const site = await defineSite("redirect.test", { "*": { status: 307, redirect: "http://127.0.0.1:8080/admin" } });
    const webhookId = await seedWebhook(workspace, { shownUrl: site.url });
    const { reports } = await delivered(messageOf(webhookId, await seedDelivery(webhookId)));
    expect(reports).toMatchObject([{ status: 307, result: { is: "failed", failure: "redirect" } }]);
    expect(await inner.requests()).toEqual([]);
  });
});

function verifies(verify: () => unknown): boolean {
  try {
    verify();
    return true;
  } catch {
    return false;
  }
}
