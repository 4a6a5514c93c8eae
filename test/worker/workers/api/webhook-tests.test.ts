import { env } from "cloudflare:workers";
import { Webhook as Verifier } from "standardwebhooks";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { newId } from "../../../../shared/platform/index.ts";
import { RotatedSecret, WebhookTest } from "../../../../shared/webhooks/index.ts";
import { Problem } from "../../../../workers/api/problem.ts";
import { call, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { allRows } from "../../../helpers/worker/everything.ts";
import { defineSite } from "../../../helpers/worker/site.ts";
import { seedDelivery, seededSecret, seedWebhook } from "../../../helpers/worker/webhooks.ts";

// What somebody sees who tries an endpoint out. Receivers are sites of the test network.

let workspace: SeededWorkspace;
let key = "";
beforeAll(async () => {
  workspace = await seedWorkspace();
  key = await seedKey(workspace);
});

const at = (id: string, what = "/test"): string => `/api/v1/webhooks/${id}${what}`;

/** Sends the sample, and what the caller is told. */
async function test(id: string, body?: object): Promise<WebhookTest> {
  const answer = await call("POST", at(id), { key, ...(body && { body }) });
  expect(answer.status).toBe(200);
  return WebhookTest.strict().parse(await answer.json());
}

const Sent = z.object({ id: z.string(), type: z.string(), workspaceId: z.string(), data: z.record(z.string(), z.unknown()) });

describe("a test of an endpoint", () => {
  it("sends a signed sample, and tells what was sent and what came back, without what is secret", async () => {
    const { url, requests } = await defineSite("takes-it.test", { "/hook": { body: "thanks for header-secret-1", headers: { "X-Echo": "header-secret-1" } } });
    const headers = { Authorization: "Bearer header-secret-1", "X-Token": "header-secret-2" };
    const id = await seedWebhook(workspace, { shownUrl: `${url}/hook` }, { headers });
    const told = await test(id, { type: "audit.failed" });
    expect(told).toMatchObject({ type: "audit.failed", outcome: "succeeded", status: 200, failure: null, message: null });
    expect(told.responseBody).toMatch(/^thanks for /);
    const [received] = await requests();
    expect(received).toMatchObject({ method: "POST", path: "/hook", headers: { authorization: "Bearer header-secret-1", "x-token": "header-secret-2" } });
    const { body = "", headers: got = {} } = received ?? {};
    expect(Sent.parse(new Verifier(seededSecret).verify(body, got))).toMatchObject({ type: "audit.failed", workspaceId: workspace.id });
    expect(told.sent).toEqual([{ method: "POST", url: `${url}/hook`, headers: expect.any(Object), body }]);
    const shown = told.sent[0]?.headers ?? {};
    expect(shown["webhook-signature"]).toBe(got["webhook-signature"]);
    expect(Object.keys(shown)).toEqual(expect.arrayContaining(["authorization", "x-token", "webhook-id", "user-agent"]));
    expect(JSON.stringify(told)).not.toContain("header-secret");
    expect(got["content-length"]).toBe(String(new TextEncoder().encode(body).byteLength));
  });

  it.each<{ what: string; route: Parameters<typeof defineSite>[1][string]; told: object }>([
    { what: "an error", route: { status: 500, body: "It broke." }, told: { status: 500, failure: "status", responseBody: "It broke." } },
    { what: "a redirect to a private address", route: { redirect: "http://10.0.0.1/" }, told: { status: 302, failure: "redirect" } },
    { what: "that there is nothing any more", route: { status: 410 }, told: { status: 410, failure: "gone" } },
    { what: "with half an answer", route: { body: "half", fault: "cut-in-body" }, told: { failure: "connection" } },
  ])("says so when the receiver answers $what", async ({ what, route, told }) => {
    const host = `${what.replaceAll(" ", "-")}.test`;
    const { url, requests } = await defineSite(host, { "/": route });
    const found = await test(await seedWebhook(workspace, { shownUrl: `${url}/` }));
    expect(found).toMatchObject({ outcome: "failed", message: expect.stringMatching(/./), ...told });
    expect(await requests()).toHaveLength(1);
  });

  it("does not ask an address that became one of nobody's web site", async () => {
    const told = await test(await seedWebhook(workspace, { shownUrl: "http://10.0.0.1/" }));
    expect(told).toMatchObject({ outcome: "failed", failure: "refused", status: null, sent: [], message: expect.stringContaining("10.0.0.1") });
  });

  it("takes the first event that the endpoint gets, or the one that is asked for, and sends it whatever the filter says", async () => {
    const { url, requests } = await defineSite("which-event.test", { "*": "ok" });
    const everything = await seedWebhook(workspace, { shownUrl: `${url}/`, filter: "false" });
    const some = await seedWebhook(workspace, { shownUrl: `${url}/`, events: ["error"] });
    expect([(await test(everything)).type, (await test(some)).type, (await test(some, { type: "member.joined" })).type]).toEqual([
      "finding.opened",
      "audit.failed",
      "member.joined",
    ]);
    expect(await requests()).toHaveLength(3);
    expect((await call("POST", at(some), { key, body: { type: "audit.queued" } })).status).toBe(422);
  });

  it.each([
    ["lets it through", 'type = "audit.failed"', true],
    ["does not", 'type = "audit.completed"', false],
    ["fails", "type + 1", false],
    ["is none", null, null],
  ])("says of the filter that it %s", async (what, filter, expected) => {
    const { url, requests } = await defineSite(`filter-${what.replaceAll(" ", "-")}.test`, { "*": "ok" });
    const id = await seedWebhook(workspace, { shownUrl: `${url}/`, filter });
    expect(await test(id, { type: "audit.failed" })).toMatchObject({ outcome: "succeeded", filter: expected });
    expect(await requests()).toHaveLength(1);
  });

  it("sends what a delivery of the endpoint carries, under an id of its own", async () => {
    const { url, requests } = await defineSite("past-delivery.test", { "*": "ok" });
    const id = await seedWebhook(workspace, { shownUrl: `${url}/`, filter: 'data.page = "/real"', template: '{"page": data.page}' });
    const event = { id: "evt_real", type: "finding.fixed", version: 1, timestamp: "2026-11-22T09:00:44.800Z", workspaceId: workspace.id };
    const deliveryId = await seedDelivery(workspace, id, { type: "finding.fixed", payload: JSON.stringify({ ...event, data: { page: "/real" } }) });
    expect(await test(id, { deliveryId })).toMatchObject({ type: "finding.fixed", filter: true, outcome: "succeeded", sent: [{ body: '{"page":"/real"}' }] });
    const [{ headers } = { headers: {} }] = await requests();
    expect(headers).toMatchObject({ "webhook-id": expect.stringMatching(/^dlv_/) });
    expect(headers).not.toMatchObject({ "webhook-id": deliveryId });
    const { results } = await env.DB.prepare("SELECT details FROM audit_log WHERE target_id = ? AND action = 'webhook.test'")
      .bind(id)
      .all<{ details: string }>();
    expect(results.map(({ details }) => JSON.parse(details))).toEqual([{ after: { deliveryId, type: "finding.fixed" } }]);
  });

  it("sends nothing of a delivery of another endpoint, another workspace or of nobody, nor a sample beside one", async () => {
    const { url, requests } = await defineSite("no-delivery.test", { "*": "ok" });
    const id = await seedWebhook(workspace, { shownUrl: `${url}/` });
    const other = await seedWorkspace();
    const theirs = await seedDelivery(other, await seedWebhook(other));
    const foreign = await seedDelivery(workspace, await seedWebhook(workspace));
    const own = await seedDelivery(workspace, id);
    for (const [body, path] of [
      [{ deliveryId: foreign }, "body.deliveryId"],
      [{ deliveryId: theirs }, "body.deliveryId"],
      [{ deliveryId: newId("delivery") }, "body.deliveryId"],
      [{ deliveryId: own, type: "audit.failed" }, "body.type"],
    ] as const) {
      const problem = Problem.parse(await (await call("POST", at(id), { key, body })).json());
      expect(problem).toMatchObject({ status: 422, errors: [{ path }] });
    }
    expect(await requests()).toEqual([]);
  });

  it("sends what the template makes of it, and says what is wrong with one that fails", async () => {
    const { url, requests } = await defineSite("templates.test", { "*": "ok" });
    const good = await seedWebhook(workspace, { shownUrl: `${url}/`, template: '{"what": type}' });
    expect(await test(good, { type: "audit.failed" })).toMatchObject({ outcome: "succeeded", sent: [{ body: '{"what":"audit.failed"}' }] });
    const bad = await seedWebhook(workspace, { shownUrl: `${url}/`, template: "$number(type)" });
    expect(await test(bad)).toMatchObject({ outcome: "failed", failure: "settings", status: null, sent: [], message: expect.stringMatching(/./) });
    expect(await requests()).toHaveLength(1);
  });

  it("says what is wrong, as a delivery would, when what is stored of the endpoint cannot be read any more", async () => {
    const id = await seedWebhook(workspace);
    await env.DB.prepare("UPDATE webhooks SET sealed_target = 'v1.x' WHERE id = ?").bind(id).run();
    expect(await test(id)).toMatchObject({ outcome: "failed", failure: "settings", status: null, sent: [], message: expect.stringMatching(/./) });
  });

  it("reaches an endpoint that is disabled, and leaves nothing but a line in the audit log", async () => {
    const { url, requests } = await defineSite("disabled.test", { "*": "ok" });
    const id = await seedWebhook(workspace, { shownUrl: `${url}/`, disabledAt: 1, disabledFor: "person" });
    const about = async () => (await allRows()).filter(({ text }) => text.includes(id));
    const before = await about();
    expect(await test(id, { type: "audit.failed" })).toMatchObject({ outcome: "succeeded" });
    expect(await requests()).toHaveLength(1);
    const added = (await about()).filter(({ text }) => !before.some((row) => row.text === text));
    expect(added.map(({ place }) => place)).toEqual(["audit_log"]);
    expect(added[0]?.text).toContain("webhook.test");
  });

  it("is signed with both secrets while they overlap, and with one after that", async () => {
    const { url, requests } = await defineSite("rotated.test", { "*": "ok" });
    const id = await seedWebhook(workspace, { shownUrl: `${url}/` });
    const rotate = async (body: object) => RotatedSecret.parse(await (await call("POST", at(id, "/rotate-secret"), { key, body })).json()).secret;
    const second = await rotate({});
    await test(id);
    const third = await rotate({ expireNow: true });
    await test(id);
    const [during, after] = await requests();
    const isVerified = (secret: string, request = during): boolean => {
      try {
        new Verifier(secret).verify(request?.body ?? "", request?.headers ?? {});
        return true;
      } catch {
        return false;
      }
    };
    expect([seededSecret, second, third].map((secret) => isVerified(secret))).toEqual([true, true, false]);
    expect([seededSecret, second, third].map((secret) => isVerified(secret, after))).toEqual([false, false, true]);
  });
});

describe("a test of other kinds", () => {
  it("shows of a chat's address the host alone, and says in the message that it is a test, in the workspace's language", async () => {
    const { url, requests } = await defineSite("hooks.slack.com", { "*": { body: "ok", headers: { "Content-Type": "text/plain" } } });
    const own = await seedWorkspace();
    await env.DB.prepare("UPDATE workspaces SET language = 'es' WHERE id = ?").bind(own.id).run();
    const id = await seedWebhook(own, { kind: "slack", shownUrl: `${url}/…` }, { url: `${url}/services/T0000/B0000/address-secret` });
    const answer = await call("POST", at(id), { key: await seedKey(own) });
    const told = WebhookTest.strict().parse(await answer.json());
    expect(told).toMatchObject({ outcome: "succeeded", sent: [{ url: `${url}/…` }] });
    expect(told.sent[0]?.body).toContain("Prueba: ");
    expect(JSON.stringify(told)).not.toContain("address-secret");
    expect((await requests()).map(({ path }) => path)).toEqual(["/services/T0000/B0000/address-secret"]);
  });

  it("makes a ticket that says that it is a test, and shows no token", async () => {
    const { url, requests } = await defineSite("tickets.test", {
      "*": { status: 201, body: '{"id":"10001","key":"SHOP-1"}', headers: { "Content-Type": "application/json" } },
    });
    const credentials = { email: "ada@example.com", token: "jira-token-secret" };
    const options = { projectKey: "SHOP", issueType: "Bug", whenFixed: "comment", closeTransition: "Done" };
    const id = await seedWebhook(workspace, { kind: "jira", options, shownUrl: `${url}/` }, { credentials });
    const told = await test(id);
    expect(told).toMatchObject({ outcome: "succeeded", status: 201, type: "finding.opened" });
    expect(told.sent.map(({ body }) => body).join()).toContain("Test: ");
    expect(JSON.stringify(told)).not.toContain("jira-token-secret");
    expect(JSON.stringify(told)).not.toContain(btoa("ada@example.com:jira-token-secret"));
    expect((await requests())[0]?.headers.authorization).toBe(`Basic ${btoa("ada@example.com:jira-token-secret")}`);
    expect((await allRows()).filter(({ place }) => place === "webhook_tickets")).toEqual([]);
  });
});
