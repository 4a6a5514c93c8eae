import { describe, expect, it } from "vitest";
import type { Shipment } from "../../../../../shared/webhooks/kinds/kind.ts";
import { makeAttempt } from "../../../../../shared/webhooks/sending/attempt.ts";
import type { WebhookKind } from "../../../../../shared/webhooks/webhook-kind.ts";

const policy = { allow: [], allowLoopback: false };
const secret = `whsec_${btoa("s".repeat(32))}`;
const url = "https://receiver.example/hook";
const target = { v: 1 as const, url, headers: {}, credentials: {}, secrets: [{ secret, until: null }] };
const shipment: Shipment = {
  deliveryId: "dlv_1",
  webhookId: "whk_1",
  event: { id: "evt_1", type: "audit.completed", version: 1, timestamp: "2026-11-22T12:00:00.000Z", workspaceId: "wsp_1", data: { score: 71 } },
  subject: "audit:aud_1",
  target,
  options: {},
  templated: undefined,
  language: "en",
  publicUrl: "https://mentha.test",
  mayHaveArrived: false,
  ticket: null,
  now: Date.UTC(2026, 10, 22, 12),
};

interface Meeting {
  readonly kind?: WebhookKind;
  readonly target?: Partial<Shipment["target"]>;
  readonly templated?: unknown;
  readonly timeoutMs?: number;
}

/** What an attempt comes to where the network answers so, and the requests that it saw. */
async function attempt(
  answer: (request: Request) => Response | Promise<Response>,
  { kind = "http", target: own = {}, templated, timeoutMs = 5_000 }: Meeting = {},
) {
  const requests: { request: Request; body: string }[] = [];
  const fetch = async (request: Request): Promise<Response> => {
    requests.push({ request, body: await request.clone().text() });
    return answer(request);
  };
  const outcome = await makeAttempt({ policy, now: Date.now, fetch, timeoutMs }, kind, { ...shipment, templated, target: { ...target, ...own } });
  return { outcome, requests };
}

/** A body of these pieces that then says nothing more, breaks off or ends. */
function bodyOf(pieces: readonly (string | Uint8Array)[], then: "silence" | "break" | "end"): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(typeof piece === "string" ? new TextEncoder().encode(piece) : new Uint8Array(piece));
      if (then === "break") controller.error(new Error("reset"));
      if (then === "end") controller.close();
    },
  });
}

describe("an attempt of the kind http", () => {
  it("posts the event, signed", async () => {
    const { outcome, requests } = await attempt(() => new Response("thanks", { status: 202, headers: { "x-trace": "7" } }));
    expect(requests).toHaveLength(1);
    const { method, url: asked, headers } = requests[0]?.request ?? new Request(url);
    expect([method, asked, requests[0]?.body]).toEqual(["POST", url, JSON.stringify(shipment.event)]);
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-type": "application/json",
      "user-agent": "Mentha/1.0",
      "webhook-id": "dlv_1",
      "webhook-timestamp": String(shipment.now / 1_000),
      "webhook-signature": expect.stringMatching(/^v1,[\w+/]{43}=$/),
    });
    expect(outcome).toMatchObject({ status: 202, responseBody: "thanks", responseHeaders: { "x-trace": "7" }, result: { is: "delivered" } });
  });

  it("posts what the template made, and headers of its own that replace none of ours", async () => {
    const headers = { Authorization: "Bearer abc", "Content-Type": "text/evil", "Webhook-Id": "another" };
    const { requests } = await attempt(() => new Response(), { templated: { text: "hello" }, target: { headers } });
    expect(requests[0]?.body).toBe('{"text":"hello"}');
    const sent = requests[0]?.request.headers;
    expect(["authorization", "content-type", "webhook-id"].map((name) => sent?.get(name))).toEqual(["Bearer abc", "application/json", "dlv_1"]);
  });

  it("does not follow a redirect", async () => {
    const { outcome, requests } = await attempt(() => new Response("", { status: 307, headers: { location: "http://127.0.0.1/admin" } }));
    expect(requests).toHaveLength(1);
    expect(outcome).toMatchObject({ status: 307, result: { is: "failed", failure: "redirect" } });
  });

  it.each(["http://127.0.0.1/", "http://10.1.2.3/", "https://intranet/", "http://[::1]/", "ftp://receiver.example/"])("never asks %s", async (address) => {
    const { outcome, requests } = await attempt(() => new Response(), { target: { url: address } });
    expect(requests).toEqual([]);
    expect(outcome).toMatchObject({ status: null, result: { is: "failed", failure: "refused", retry: "never" } });
  });

  it("keeps the first 20 KB of a longer body, which is a success all the same", async () => {
    const { outcome } = await attempt(() => new Response(bodyOf(["a".repeat(15_000), "b".repeat(15_000)], "silence")));
    expect(outcome.result).toEqual({ is: "delivered" });
    expect(outcome.responseBody).toBe("a".repeat(15_000) + "b".repeat(20 * 1_024 - 15_000));
  });

  it("keeps text alone of a body, and no half of a character", async () => {
    const { outcome } = await attempt(() => new Response(bodyOf([new Uint8Array([0x41, 0xff, 0x00, 0xc3, 0xa9, 0xe2, 0x82])], "end")));
    expect(outcome.responseBody).toBe("A\ufffd\ufffdé\ufffd");
    const cut = await attempt(() => new Response(bodyOf([`${"x".repeat(20 * 1_024 - 1)}é`], "end")));
    expect(cut.outcome.responseBody).toBe("x".repeat(20 * 1_024 - 1));
  });

  it("keeps no cookie, and not endlessly many headers", async () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`x-${index}`, "v".repeat(100)]));
    const { outcome } = await attempt(() => new Response("", { headers: { ...many, "set-cookie": "session=1" } }));
    const kept = Object.entries(outcome.responseHeaders);
    expect(kept.length).toBeGreaterThan(10);
    expect(kept.length).toBeLessThanOrEqual(50);
    expect(kept.flat().join("").length).toBeLessThanOrEqual(8 * 1_024);
    expect(outcome.responseHeaders).not.toHaveProperty("set-cookie");
  });
});

describe("an attempt fails", () => {
  it("by its time when nothing answers, and says the whole of it", async () => {
    const silent = (request: Request) =>
      new Promise<Response>((_, reject) => {
        request.signal.addEventListener("abort", () => reject(request.signal.reason));
      });
    const { outcome } = await attempt(silent, { timeoutMs: 50 });
    expect(outcome).toMatchObject({ status: null, result: { is: "failed", failure: "timeout", retry: "schedule" } });
    expect(outcome.result).toMatchObject({ message: "receiver.example did not answer completely within 0.05 s." });
  });

  it.each([
    ["says nothing more", "silence", "timeout"],
    ["breaks off", "break", "connection"],
  ] as const)("when its body %s; what came is kept", async (_, then, failure) => {
    // What breaks off does so after it was read.
    const pieces = then === "break" ? [] : ["so far"];
    const { outcome } = await attempt(() => new Response(bodyOf(pieces, then), { headers: { "x-trace": "7" } }), { timeoutMs: 1_000 });
    expect(outcome).toMatchObject({ status: 200, responseHeaders: { "x-trace": "7" }, responseBody: pieces.join(""), result: { failure } });
  });

  it("when there is no connection", async () => {
    const { outcome } = await attempt(() => Promise.reject(new TypeError("ECONNREFUSED")));
    expect(outcome.result).toMatchObject({ is: "failed", failure: "connection", retry: "schedule" });
  });

  it.each([
    ["a header that cannot be sent", { headers: { "x-key": "top-secret\nx" } }],
    ["a secret that cannot be read", { secrets: [{ secret: "whsec_top-secret!", until: null }] }],
  ])("by its settings for %s, and does not tell it", async (_, own) => {
    const { outcome, requests } = await attempt(() => new Response(), { target: own });
    expect(requests).toEqual([]);
    expect(outcome).toMatchObject({ status: null, result: { is: "failed", failure: "settings", retry: "schedule" } });
    expect(JSON.stringify(outcome)).not.toContain("top-secret");
  });
});

describe("what is kept of an attempt", () => {
  it("holds no secret that the receiver repeats", async () => {
    const echo = async (request: Request) => {
      const said = JSON.stringify([request.headers.get("authorization"), request.headers.get("x-key"), secret, "a-b-c"]);
      return new Response(said, { status: 400, headers: { "x-echo": request.headers.get("authorization") ?? "" } });
    };
    const { outcome } = await attempt(echo, { target: { headers: { Authorization: "Bearer abcdefghijkl", "X-Key": "k3y-of-mine" } } });
    const kept = JSON.stringify(outcome);
    for (const hidden of ["abcdefghijkl", "k3y-of-mine", secret]) expect(kept).not.toContain(hidden);
    expect(outcome.responseBody).toContain("a-b-c");
  });

  it("holds nothing of an address that is a credential", async () => {
    const hook = "https://hooks.slack.com/services/T0000000/B0000000/abcdefghijklmnopqrstuvwx";
    const { outcome } = await attempt(() => new Response(`no such hook: ${hook}`, { status: 302, headers: { location: `${hook}?again` } }), {
      kind: "slack",
      target: { url: hook },
    });
    expect(JSON.stringify(outcome)).not.toContain("abcdefghijklmnopqrstuvwx");
    expect(outcome).toMatchObject({ status: 302, result: { is: "failed" } });
  });
});
