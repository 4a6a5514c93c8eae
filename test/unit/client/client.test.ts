import { describe, expect, it } from "vitest";
import { type AuditEvent, createClient } from "../../../client/index.ts";
import { sampleReport } from "../../helpers/sample-report.ts";

const { audit } = sampleReport;
const progress = {
  status: "running",
  discovered: 9,
  fetched: 3,
  failed: 0,
  left: 6,
  pagesPerSecond: 2,
  secondsLeft: 3,
  currentUrl: null,
  counts: { error: 1, warning: 0, info: 0 },
};

/** A server that gives one prepared answer after the other and keeps what it was asked. */
function fakeServer(answers: readonly (() => Response | Promise<Response>)[]) {
  const requests: Request[] = [];
  const client = createClient({
    baseUrl: "https://mentha.example/",
    key: "mk_test_1",
    fetch: async (url, init) => {
      const answer = answers[requests.length];
      requests.push(new Request(url, init));
      if (answer === undefined) throw new Error(`Nobody expected request ${requests.length}.`);
      return answer();
    },
  });
  return { client, requests };
}

const json =
  (value: unknown, status = 200) =>
  () =>
    new Response(JSON.stringify(value), { status, headers: { "Content-Type": "application/json" } });
const stream = (text: string) => () => new Response(text, { headers: { "Content-Type": "text/event-stream" } });
const event = (name: string, data: unknown, id?: string): string => `${id === undefined ? "" : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const retrySoon = "retry: 1\n\n";

async function collect(events: AsyncIterable<AuditEvent>): Promise<AuditEvent[]> {
  const seen: AuditEvent[] = [];
  for await (const one of events) seen.push(one);
  return seen;
}
const types = async (events: AsyncIterable<AuditEvent>): Promise<string[]> => (await collect(events)).map(({ type }) => type);

describe("the API client", () => {
  it("sends the key and the body, and gives the audit that was accepted", async () => {
    const { client, requests } = fakeServer([json(audit, 202)]);
    await expect(client.createAudit({ url: "https://shop.example" })).resolves.toEqual(audit);
    const [request] = requests;
    expect(request?.method).toBe("POST");
    expect(request?.url).toBe("https://mentha.example/api/v1/audits");
    expect(request?.headers.get("Authorization")).toBe("Bearer mk_test_1");
    await expect(request?.json()).resolves.toEqual({ url: "https://shop.example" });
  });

  it("gives up a report, in every format, and findings at a signal", async () => {
    const { client, requests } = fakeServer(Array.from({ length: 3 }, () => json({})));
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    await client.report(audit.id, "json", "en", signal).catch(() => undefined);
    await client.report(audit.id, "csv", "en", signal).catch(() => undefined);
    await client
      .findings(audit.id, "en", signal)
      .next()
      .catch(() => undefined);
    expect(requests.map((request) => request.signal.reason)).toEqual([reason, reason, reason]);
  });

  it("walks all findings, page by page, in the language wanted", async () => {
    const found = sampleReport.rules.flatMap(({ findings }) => findings);
    const { client, requests } = fakeServer([json({ items: found.slice(0, 2), nextCursor: "a/b" }), json({ items: found.slice(2, 3) })]);
    const seen: unknown[] = [];
    for await (const finding of client.findings(audit.id, "es")) seen.push(finding);
    expect(seen).toEqual(found.slice(0, 3));
    expect(requests.map(({ url }) => url.replace(/^.*findings/, ""))).toEqual(["?limit=100&lang=es", "?limit=100&lang=es&cursor=a%2Fb"]);
  });

  it("asks for reports in the language and format wanted", async () => {
    const { client, requests } = fakeServer([json(sampleReport), () => new Response("<!doctype html>")]);
    await expect(client.report(audit.id, "json", "es")).resolves.toEqual(sampleReport);
    await expect(client.report(audit.id, "html", "en")).resolves.toBe("<!doctype html>");
    expect(requests.map(({ url }) => new URL(url).pathname + new URL(url).search)).toEqual([
      `/api/v1/audits/${audit.id}/report.json?lang=es`,
      `/api/v1/audits/${audit.id}/report.html?lang=en`,
    ]);
  });

  it.each([
    { format: "md", file: "report.md" },
    { format: "csv", file: "report.csv" },
    { format: "sarif", file: "report.sarif" },
    { format: "junit", file: "report.junit.xml" },
  ] as const)("gives the text of $file as it is, with a byte order mark that it may have", async ({ format, file }) => {
    const { client, requests } = fakeServer([() => new Response("\ufeffá")]);
    await expect(client.report(audit.id, format, "en")).resolves.toBe("\ufeffá");
    expect(new URL(requests[0]?.url ?? "").pathname).toBe(`/api/v1/audits/${audit.id}/${file}`);
  });

  it.each([
    { kind: "nothing", input: undefined, body: {} },
    { kind: "headers", input: { headers: { a: "b" } }, body: { headers: { a: "b" } } },
  ])("runs an audit again with $kind", async ({ input, body }) => {
    const { client, requests } = fakeServer([json(audit, 202)]);
    await expect(client.rerunAudit(audit.id, input)).resolves.toEqual(audit);
    expect([requests[0]?.method, requests[0]?.url]).toEqual(["POST", `https://mentha.example/api/v1/audits/${audit.id}/rerun`]);
    await expect(requests[0]?.json()).resolves.toEqual(body);
  });

  it("turns a problem into an error with all that the server said", async () => {
    const problem = { detail: "Give an address.", code: "invalid", requestId: "req_1", errors: [{ path: "body.url", message: "Missing" }] };
    const { client } = fakeServer([json(problem, 422)]);
    await expect(client.getAudit("aud_x")).rejects.toMatchObject({ name: "ApiProblem", status: 422, message: problem.detail, ...problem });
  });

  it("makes an error of a failure that is not ours, such as a proxy's page", async () => {
    const { client } = fakeServer([() => new Response("<h1>Bad gateway</h1>", { status: 502, headers: { "X-Request-Id": "req_2" } })]);
    await expect(client.getAudit("aud_x")).rejects.toMatchObject({ status: 502, code: "unknown", requestId: "req_2", errors: [] });
  });

  it("does not accept an answer of another shape", async () => {
    const { client } = fakeServer([json({ id: "aud_x" })]);
    await expect(client.getAudit("aud_x")).rejects.toMatchObject({ name: "ZodError" });
  });
});

describe("the events of an audit", () => {
  it("end with the audit", async () => {
    const { client } = fakeServer([stream(event("progress", progress) + event("done", audit) + event("progress", progress))]);
    expect(await collect(client.auditEvents(audit.id))).toEqual([
      { type: "progress", progress },
      { type: "done", audit },
    ]);
  });

  it("go on after the stream breaks off, from the last id", async () => {
    const { client, requests } = fakeServer([stream(`${retrySoon}${event("progress", progress, "41")}`), stream(event("done", audit))]);
    expect(await types(client.auditEvents(audit.id))).toEqual(["progress", "done"]);
    expect(requests.map(({ headers }) => headers.get("Last-Event-ID"))).toEqual([null, "41"]);
  });

  it("go on after the server was away for a moment", async () => {
    const away = () => Promise.reject(new TypeError("fetch failed"));
    const { client } = fakeServer([
      stream(retrySoon),
      away,
      json({ code: "unavailable" }, 503),
      json({ code: "rate_limited" }, 429),
      stream(event("done", audit)),
    ]);
    expect(await types(client.auditEvents(audit.id))).toEqual(["done"]);
  });

  it("pass over events with names of the future", async () => {
    const { client } = fakeServer([stream(event("weather", { sun: true }) + event("done", audit))]);
    expect(await types(client.auditEvents(audit.id))).toEqual(["done"]);
  });

  it.each([
    { outcome: "a refusal", answer: json({ code: "not_found", detail: "There is no such audit." }, 404), error: "There is no such audit." },
    { outcome: "progress of another shape", answer: stream(event("progress", { fetched: "three" })), error: /fetched/ },
    { outcome: "data that is not JSON", answer: stream("event: done\ndata: {\n\n"), error: /JSON/ },
  ])("end at once with $outcome", async ({ answer, error }) => {
    const { client, requests } = fakeServer([answer]);
    await expect(collect(client.auditEvents(audit.id))).rejects.toThrow(error);
    expect(requests).toHaveLength(1);
  });

  it("give up after eight connections in a row that bring nothing", async () => {
    const { client, requests } = fakeServer(Array.from({ length: 9 }, () => stream(retrySoon)));
    await expect(collect(client.auditEvents(audit.id))).rejects.toThrow("before it says anything");
    expect(requests).toHaveLength(8);
  });

  it("end when the caller wants no more, also between two connections", async () => {
    const stop = new AbortController();
    const { client } = fakeServer([stream(`retry: 60000\n\n${event("progress", progress)}`)]);
    const events = client.auditEvents(audit.id, stop.signal);
    await events.next();
    const next = events.next();
    stop.abort(new Error("enough"));
    await expect(next).rejects.toThrow("enough");
  });
});
