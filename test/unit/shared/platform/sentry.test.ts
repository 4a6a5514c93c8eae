import { describe, expect, it } from "vitest";
import { AppError } from "../../../../shared/platform/errors.ts";
import type { LogFields } from "../../../../shared/platform/log.ts";
import { createReporter } from "../../../../shared/platform/sentry.ts";

const dsn = "https://publickey@sentry.example.com/42";

/** What Sentry would have received: address and body of every request, once all of them are sent. */
async function reported(error: unknown, { request, fields, answer }: { request?: Request; fields?: LogFields; answer?: () => Response } = {}) {
  const sent: { readonly url: string; readonly body: string }[] = [];
  const waiting: Promise<unknown>[] = [];
  const reporter = createReporter({
    dsn,
    environment: "test",
    ...(request === undefined ? {} : { request }),
    context: { waitUntil: (promise) => waiting.push(promise) },
    fetch: async (url, init) => {
      sent.push({ url: new Request(url).url, body: await new Response(init?.body ?? null).text() });
      return answer?.() ?? new Response("{}");
    },
  });
  reporter.report(error, fields);
  await Promise.all(waiting);
  return sent;
}

/** The event in an envelope: its third line (develop.sentry.dev/sdk/data-model/envelopes). */
function eventIn(body: string | undefined): unknown {
  return JSON.parse(body?.split("\n")[2] ?? "null");
}

describe("a reporter", () => {
  it.each([
    { what: "an unknown error", error: new TypeError("x is not a function"), type: "TypeError", value: "x is not a function" },
    { what: "an internal one", error: new AppError("internal", "No such rule"), type: "AppError", value: "No such rule" },
    { what: "a thrown text", error: "just text", type: "Error", value: "just text" },
  ])("sends $what with its stack", async ({ error, type, value }) => {
    const sent = await reported(error);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.url).toMatch(/^https:\/\/sentry\.example\.com\/api\/42\/envelope\//);
    expect(eventIn(sent[0]?.body)).toMatchObject({
      environment: "test",
      exception: { values: [{ type, value, stacktrace: { frames: expect.arrayContaining([expect.objectContaining({ lineno: expect.any(Number) })]) } }] },
    });
  });

  it.each(["invalid", "not_found", "egress_refused", "host_unreachable", "upstream_timeout", "unavailable"] as const)("does not send %s", async (code) => {
    expect(await reported(new AppError(code, "foreseen"))).toEqual([]);
  });

  it("sends nothing without a DSN", () => {
    const { report } = createReporter({
      dsn: undefined,
      environment: "production",
      context: { waitUntil: () => expect.unreachable("something was sent") },
      fetch: () => expect.unreachable("something was sent"),
    });
    expect(() => report(new Error("unknown"))).not.toThrow();
  });

  it("names the request, its method and its path", async () => {
    const request = new Request("https://mentha.example/api/v1/audits", { method: "POST" });
    const [sent] = await reported(new Error("unknown"), { request, fields: { requestId: "req_1", route: "/audits", status: 500 } });
    expect(eventIn(sent?.body)).toMatchObject({
      request: { method: "POST", url: "https://mentha.example/api/v1/audits" },
      tags: { requestId: "req_1" },
      extra: { requestId: "req_1", route: "/audits", status: 500 },
    });
  });

  it("sends the causes of an error", async () => {
    const [sent] = await reported(new Error("outer", { cause: new Error("inner") }));
    expect(sent?.body).toContain('"value":"inner"');
    expect(sent?.body).toContain('"value":"outer"');
  });

  it("sends no header, body, cookie, query, address of a person, or secret that an error quotes", async () => {
    const request = new Request("https://mentha.example/api/v1/audits?token=QUERYSECRET", {
      method: "POST",
      headers: { authorization: "Bearer HEADERSECRET", cookie: "session=COOKIESECRET", "cf-connecting-ip": "192.0.2.77", "x-api-key": "mk_live_KEYSECRET" },
      body: JSON.stringify({ password: "BODYSECRET" }),
    });
    const cause = new Error("sent Authorization: Bearer CAUSESECRET");
    const error = new Error("GET https://user:URLSECRET@example.com/?q=PARAMSECRET failed for mk_live_MESSAGESECRET", { cause });
    Object.assign(error, { request, apiKey: "PROPERTYSECRET" });
    const [sent] = await reported(error, { request, fields: { errorMessage: "Bearer FIELDSECRET", host: "example.com" } });
    expect(sent?.body).toContain("https://mentha.example/api/v1/audits");
    expect(sent?.body).toContain("example.com");
    expect(sent?.body).not.toMatch(/SECRET|192\.0\.2\.77/);
  });

  it("sends no field of the event that was not chosen", async () => {
    const [sent] = await reported(new Error("unknown"), { request: new Request("https://mentha.example/") });
    const event = eventIn(sent?.body);
    expect(Object.keys(Object(event)).sort()).toEqual(["environment", "event_id", "exception", "extra", "platform", "request", "sdk", "timestamp"]);
  });

  it("leaves the invocation unharmed when Sentry cannot be reached", async () => {
    const answer = () => {
      throw new TypeError("fetch failed");
    };
    await expect(reported(new Error("unknown"), { answer })).resolves.toHaveLength(1);
  });
});
