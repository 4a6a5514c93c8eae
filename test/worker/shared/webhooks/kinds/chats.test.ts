import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { EgressPolicy } from "../../../../../shared/platform/index.ts";
import { sampleOf } from "../../../../../shared/webhooks/catalogue/catalogue.ts";
import type { PublicEventType } from "../../../../../shared/webhooks/catalogue/public-event.ts";
import type { Shipment } from "../../../../../shared/webhooks/kinds/kind.ts";
import { makeAttempt } from "../../../../../shared/webhooks/sending/attempt.ts";
import type { SiteRoute } from "../../../../helpers/node/site-route.ts";
import { contextOf, seedWorkspace } from "../../../../helpers/worker/api.ts";
import { defineSite } from "../../../../helpers/worker/site.ts";

type Chat = "slack" | "teams" | "discord" | "pagerduty";

const now = Date.UTC(2026, 10, 22, 19, 0, 44);
const routingKey = "R0123456789abcdefghijklmnopqrstu";
let policy: EgressPolicy;
beforeAll(async () => {
  policy = contextOf(env, await seedWorkspace()).egress;
});

function shipmentTo(kind: Chat, url: string, type: PublicEventType = "finding.opened", values: Partial<Shipment> = {}): Shipment {
  const credentials: Shipment["target"]["credentials"] = kind === "pagerduty" ? { routingKey } : {};
  return {
    ...sampleOf(type, "wsp_1", now),
    deliveryId: "dlv_1",
    webhookId: "whk_1",
    target: { v: 1, url, headers: {}, credentials, secrets: [{ secret: "whsec_dGVzdHMtb25seS10ZXN0cy1vbmx5", until: null }] },
    options: {},
    templated: undefined,
    language: "en",
    publicUrl: "https://mentha.test",
    mayHaveArrived: false,
    ticket: null,
    now,
    ...values,
  };
}

let sites = 0;
/** What one attempt comes to where the receiver answers so, and what it was asked. */
async function attempt(
  kind: Chat,
  answer: SiteRoute,
  { type, values, timeoutMs }: { type?: PublicEventType; values?: Partial<Shipment>; timeoutMs?: number } = {},
) {
  sites += 1;
  const site = await defineSite(`${kind}-${sites}.test`, { "*": answer });
  const address = kind === "pagerduty" ? site.url : `${site.url}/hooks/secret?sig=abc`;
  const deps = { policy, now: Date.now, ...(timeoutMs !== undefined && { timeoutMs }) };
  const { result } = await makeAttempt(deps, kind, shipmentTo(kind, address, type, values));
  const [request, ...others] = await site.requests();
  return { result, request, others };
}

const asJson = (value: object, status: number, headers: Record<string, string> = {}): SiteRoute => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(value),
});

const successes: readonly { readonly kind: Chat; readonly as: string; readonly answer: SiteRoute }[] = [
  { kind: "slack", as: "200 ok", answer: { status: 200, body: "ok" } },
  { kind: "teams", as: "202 without a body", answer: { status: 202, body: "" } },
  { kind: "teams", as: "200 with 1", answer: { status: 200, body: "1" } },
  { kind: "discord", as: "200 with the message", answer: asJson({ id: "1", type: 0 }, 200) },
  { kind: "discord", as: "204", answer: { status: 204, body: "" } },
  { kind: "pagerduty", as: "202", answer: asJson({ status: "success", message: "Event processed", dedup_key: "x" }, 202) },
];

describe("a message arrived", () => {
  it.each(successes)("by what $kind says: $as", async ({ kind, answer }) => {
    const { result, request, others } = await attempt(kind, answer);
    expect(result).toEqual({ is: "delivered" });
    expect(request).toMatchObject({ method: "POST", headers: { "content-type": "application/json; charset=utf-8" } });
    expect(others).toEqual([]);
  });

  it("at Slack with its blocks, and a text for what shows none", async () => {
    const { request } = await attempt("slack", { body: "ok" }, { values: { language: "es" } });
    const { text, blocks } = z.object({ text: z.string(), blocks: z.array(z.object({ type: z.string() })) }).parse(JSON.parse(request?.body ?? ""));
    expect(text).toMatch(/^Nuevo hallazgo en shop\.example: /);
    expect(blocks.map(({ type }) => type)).toEqual(["header", "context", "section", "section", "section", "section"]);
    expect(request?.body).toContain("<https://shop.example/cart>");
    expect(request?.body).toContain("<https://mentha.test/api/v1/audits/aud_01kaq3v8e0000000000000000a/report.html|Abrir el informe>");
    expect(request?.path).toBe("/hooks/secret?sig=abc");
  });

  it("at Teams as one Adaptive Card", async () => {
    const { request } = await attempt("teams", { status: 202, body: "" });
    expect(JSON.parse(request?.body ?? "")).toMatchObject({
      type: "message",
      attachments: [
        {
          contentType: "application/vnd.microsoft.card.adaptive",
          contentUrl: null,
          content: { type: "AdaptiveCard", version: "1.2", actions: [{ type: "Action.OpenUrl", title: "Open the report" }] },
        },
      ],
    });
  });

  it("at Discord, which is asked to wait for it, as one embed that calls nobody", async () => {
    const { request } = await attempt("discord", { status: 204, body: "" });
    expect(request?.path).toBe("/hooks/secret?sig=abc&wait=true");
    expect(JSON.parse(request?.body ?? "")).toMatchObject({
      allowed_mentions: { parse: [] },
      embeds: [{ color: 0xdc2626, timestamp: "2026-11-22T19:00:44.000Z" }],
    });
  });

  it("at PagerDuty's European region, for an account that is there", async () => {
    const site = await defineSite("events.eu.pagerduty.com", { "/v2/enqueue": { status: 202, body: "" } });
    const shipment = shipmentTo("pagerduty", "https://events.pagerduty.com", "finding.opened", { options: { region: "eu" } });
    expect((await makeAttempt({ policy, now: Date.now }, "pagerduty", shipment)).result).toEqual({ is: "delivered" });
    expect(await site.requests()).toHaveLength(1);
  });

  it.each([
    { type: "finding.opened", action: "trigger", severity: "error" },
    { type: "finding.fixed", action: "resolve", severity: "info" },
    { type: "limit.reached", action: "trigger", severity: "warning" },
  ] as const)("at PagerDuty as $action of the alert for $type", async ({ type, action, severity }) => {
    const { request } = await attempt("pagerduty", { status: 202, body: "" }, { type });
    expect(request?.path).toBe("/v2/enqueue");
    expect(JSON.parse(request?.body ?? "")).toMatchObject({ routing_key: routingKey, event_action: action, payload: { severity } });
  });

  it.each(["slack", "teams", "discord"] as const)("at %s with the words of the template", async (kind) => {
    const answer = { status: kind === "teams" ? 202 : 200, body: "ok" };
    const { request } = await attempt(kind, answer, { values: { templated: "Our own words\nin two lines" } });
    expect(request?.body).toContain("Our own words");
    expect(request?.body).not.toContain("shop.example/cart");
  });
});

interface Refusal {
  readonly kind: Chat;
  readonly as: string;
  readonly answer: SiteRoute;
  readonly expected: object;
  readonly says: string;
}
const final = (status: number, more: object = {}) => ({ is: "failed", failure: status === 404 || status === 410 ? "gone" : "status", retry: "never", ...more });
const disabling = { is: "failed", failure: "gone", retry: "never", disables: true };
const passing = { is: "failed", failure: "status", retry: "schedule" };
const doubtful = { is: "failed", failure: "rejected", retry: "few" };

const refusals: readonly Refusal[] = [
  { kind: "slack", as: "invalid_payload", answer: { status: 400, body: "invalid_payload" }, expected: final(400), says: "invalid_payload" },
  { kind: "slack", as: "action_prohibited", answer: { status: 403, body: "action_prohibited" }, expected: final(403), says: "action_prohibited" },
  { kind: "slack", as: "no_service", answer: { status: 404, body: "no_service" }, expected: final(404), says: "no_service" },
  { kind: "slack", as: "channel_is_archived", answer: { status: 410, body: "channel_is_archived" }, expected: disabling, says: "channel_is_archived" },
  { kind: "slack", as: "rollup_error", answer: { status: 500, body: "rollup_error" }, expected: passing, says: "rollup_error" },
  { kind: "slack", as: "429", answer: { status: 429, headers: { "retry-after": "30" } }, expected: { ...passing, retryAfterMs: 30_000 }, says: "too often" },
  { kind: "slack", as: "200 with a page", answer: { status: 200, body: "<h1>Sign in</h1>" }, expected: doubtful, says: "Slack answered 200." },
  {
    kind: "teams",
    as: "a workflow that is off",
    answer: asJson({ error: { code: "WorkflowTriggerIsNotEnabled" } }, 400),
    expected: { failure: "status", retry: "few" },
    says: "400",
  },
  {
    kind: "teams",
    as: "a wrong signature",
    answer: asJson({ error: { code: "AuthorizationFailed" } }, 401),
    expected: final(401),
    says: "Copy it from the workflow",
  },
  { kind: "teams", as: "no workflow", answer: asJson({ error: { code: "WorkflowNotFound" } }, 404), expected: final(404), says: "Make a workflow" },
  { kind: "teams", as: "a retired connector", answer: { status: 410, body: "" }, expected: disabling, says: "retired" },
  { kind: "teams", as: "413", answer: { status: 413, body: "" }, expected: final(413), says: "too long" },
  { kind: "teams", as: "502", answer: { status: 502, body: "" }, expected: passing, says: "502" },
  { kind: "teams", as: "429", answer: { status: 429, headers: { "retry-after": "5" } }, expected: { ...passing, retryAfterMs: 5_000 }, says: "too often" },
  {
    kind: "discord",
    as: "a form that is wrong",
    answer: asJson({ code: 50_035, message: "Invalid Form Body" }, 400),
    expected: final(400),
    says: "does not take",
  },
  {
    kind: "discord",
    as: "a wrong token",
    answer: asJson({ code: 50_027, message: "Invalid Webhook Token" }, 401),
    expected: final(401),
    says: "Make a new webhook",
  },
  { kind: "discord", as: "an unknown webhook", answer: asJson({ code: 10_015, message: "Unknown Webhook" }, 404), expected: disabling, says: "deleted" },
  {
    kind: "discord",
    as: "an unknown thread",
    answer: asJson({ code: 10_003, message: "Unknown Channel" }, 404),
    expected: { failure: "status", retry: "few" },
    says: "404",
  },
  { kind: "discord", as: "503", answer: { status: 503, headers: { "retry-after": "7" } }, expected: { ...passing, retryAfterMs: 7_000 }, says: "503" },
  { kind: "discord", as: "200 that is no success: 202", answer: { status: 202 }, expected: doubtful, says: "202" },
  {
    kind: "discord",
    as: "429, in its body to the millisecond",
    answer: asJson({ message: "You are being rate limited.", retry_after: 64.57, global: false }, 429, { "retry-after": "64" }),
    expected: { ...passing, retryAfterMs: 64_570 },
    says: "too often",
  },
  {
    kind: "discord",
    as: "429 of something before it",
    answer: { status: 429, headers: { "retry-after": "900" }, body: "error 1015" },
    expected: { retryAfterMs: 900_000 },
    says: "429",
  },
  {
    kind: "pagerduty",
    as: "invalid event",
    answer: asJson({ status: "invalid event", errors: ["bad key"] }, 400),
    expected: final(400),
    says: "integration key",
  },
  { kind: "pagerduty", as: "413", answer: { status: 413, body: "" }, expected: final(413), says: "too long" },
  { kind: "pagerduty", as: "500", answer: { status: 500, body: "" }, expected: passing, says: "500" },
  {
    kind: "pagerduty",
    as: "429",
    answer: { status: 429, headers: { "retry-after": "120" } },
    expected: { ...passing, retryAfterMs: 120_000 },
    says: "too often",
  },
  { kind: "pagerduty", as: "200", answer: { status: 200, body: "" }, expected: doubtful, says: "200" },
];

describe("a message did not arrive", () => {
  it.each(refusals)("by what $kind says: $as", async ({ kind, answer, expected, says }) => {
    const { result, others } = await attempt(kind, answer);
    expect(result).toMatchObject(expected);
    expect(result).toMatchObject({ message: expect.stringContaining(says) });
    if (!("disables" in expected)) expect(result).not.toHaveProperty("disables");
    if (!("retryAfterMs" in expected)) expect(result).not.toHaveProperty("retryAfterMs");
    expect(others).toEqual([]);
  });

  it.each(["slack", "teams", "discord", "pagerduty"] as const)("when %s points elsewhere, does not answer in time or breaks off", async (kind) => {
    const [moved, silent, cut] = await Promise.all([
      attempt(kind, { redirect: "https://elsewhere.test/" }),
      attempt(kind, { fault: "no-answer" }, { timeoutMs: 250 }),
      attempt(kind, { body: "ok", fault: "cut-in-body" }),
    ]);
    expect(moved.result).toMatchObject({ is: "failed", failure: "redirect", retry: "few" });
    expect(silent.result).toMatchObject({ is: "failed", failure: "timeout", retry: "schedule" });
    expect(cut.result).toMatchObject({ is: "failed", failure: "connection", retry: "schedule" });
  });

  it("at a connector that Microsoft retired, which is not asked any more", async () => {
    const site = await defineSite("contoso.webhook.office.com", { "*": { status: 200, body: "1" } });
    const { result } = await makeAttempt({ policy, now: Date.now }, "teams", shipmentTo("teams", `${site.url}/webhookb2/x`));
    expect(result).toMatchObject({ ...disabling, message: expect.stringContaining("retired") });
    expect(await site.requests()).toEqual([]);
  });

  it("says nothing of the address, which is a credential", async () => {
    const { result } = await attempt("slack", { status: 500, body: "no secret" });
    expect(JSON.stringify(result)).not.toContain("sig=abc");
  });
});
