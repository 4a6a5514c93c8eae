import { createExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { idPattern } from "../../../../shared/platform/index.ts";
import { Problem } from "../../../../workers/api/problem.ts";
import worker from "../../../../workers/index.ts";
import { call, seedAudit, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";

let key = "";
let auditId = "";
beforeAll(async () => {
  const workspace = await seedWorkspace();
  key = await seedKey(workspace);
  auditId = await seedAudit(workspace);
});

const create = (body: unknown) => call("POST", "/api/v1/audits", { key, body });

/** A POST with a body as it is, and no Content-Length when it is a stream. */
function postRaw(body: BodyInit, contentType: string | null): Promise<Response> {
  const headers = { "X-API-Key": key, ...(contentType === null ? {} : { "Content-Type": contentType }) };
  return exports.default.fetch("https://mentha.test/api/v1/audits", { method: "POST", headers, body });
}

function endlessJson(): ReadableStream<Uint8Array> {
  const chunk = new TextEncoder().encode(`"${"a".repeat(64 * 1024)}",`);
  return new ReadableStream({ pull: (controller) => controller.enqueue(chunk) });
}

describe("an error", () => {
  it("is a problem document that names its request and leaves the query string out", async () => {
    const answer = await call("GET", "/api/v1/audits/aud_00000000000000000000000000?lang=en", { headers: { "X-Request-Id": "trace-0001" } });
    expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
    expect(Problem.strict().parse(await answer.json())).toEqual({
      type: "urn:mentha:problem:unauthenticated",
      title: "Not authenticated",
      status: 401,
      detail: "Send an API key, as X-API-Key or Authorization: Bearer, or an access token as the latter.",
      instance: "/api/v1/audits/aud_00000000000000000000000000",
      code: "unauthenticated",
      requestId: "trace-0001",
      errors: [],
    });
  });

  it.each([{ path: "/nowhere" }, { path: "/api/v1/nowhere" }, { path: "/api/v1/audits/" }, { path: "/%E0%A4%A" }])(
    "is 404 for the unknown address $path, with a key or without",
    async ({ path }) => {
      for (const answer of [await call("GET", path), await call("POST", path, { key, body: {} })]) {
        expect(answer.status).toBe(404);
        expect(Problem.parse(await answer.json()).code).toBe("not_found");
      }
    },
  );

  it.each([
    { method: "PUT", path: "/api/v1/audits", allow: "POST, GET, HEAD" },
    { method: "PATCH", path: "/api/v1/audits/aud_00000000000000000000000000", allow: "GET, HEAD, DELETE" },
    { method: "OPTIONS", path: "/api/v1/rules", allow: "GET, HEAD" },
    { method: "POST", path: "/healthz", allow: "GET, HEAD" },
  ])("is 405 with the methods that $path takes, for $method", async ({ method, path, allow }) => {
    const answer = await call(method, path);
    expect([answer.status, answer.headers.get("Allow")]).toEqual([405, allow]);
    expect(Problem.parse(await answer.json()).code).toBe("method_not_allowed");
  });
});

describe("a body", () => {
  it.each([
    { outcome: "that is cut short is malformed", body: '{"url":', contentType: "application/json", status: 400, code: "malformed_json" },
    { outcome: "that is empty is malformed", body: "", contentType: "application/json", status: 400, code: "malformed_json" },
    { outcome: "that is text is refused", body: "{}", contentType: "text/plain", status: 415, code: "unsupported_media_type" },
    { outcome: "that is a form is refused", body: "url=x", contentType: "application/x-www-form-urlencoded", status: 415, code: "unsupported_media_type" },
    { outcome: "that calls itself nearly JSON is refused", body: "{}", contentType: "application/jsonp", status: 415, code: "unsupported_media_type" },
    { outcome: "that is not an object is invalid", body: "[]", contentType: "application/json", status: 422, code: "invalid" },
    { outcome: "with a charset is read", body: "{}", contentType: "application/json; charset=utf-8", status: 422, code: "invalid" },
    {
      outcome: "of just over 1 MB is too large",
      body: JSON.stringify({ url: "a".repeat(1024 * 1024) }),
      contentType: "application/json",
      status: 413,
      code: "payload_too_large",
    },
    {
      outcome: "of just under 1 MB is read",
      body: JSON.stringify({ url: "a".repeat(1024 * 1024 - 10) }),
      contentType: "application/json",
      status: 422,
      code: "invalid",
    },
  ])("$outcome", async ({ body, contentType, status, code }) => {
    const answer = await postRaw(body, contentType);
    expect(answer.status).toBe(status);
    expect(Problem.parse(await answer.json()).code).toBe(code);
  });

  it("without a media type is refused", async () => {
    expect((await postRaw(new Blob(["{}"]), null)).status).toBe(415);
  });

  it("that never ends is cut off, though it has no Content-Length", async () => {
    const answer = await postRaw(endlessJson(), "application/json");
    expect(answer.status).toBe(413);
  });

  it("of a stranger is not read", async () => {
    const answer = await call("POST", "/api/v1/audits", { headers: { "Content-Type": "text/plain" } });
    expect(answer.status).toBe(401);
  });
});

describe("a value that is not valid", () => {
  it.each([
    { value: "a missing field", body: {}, errors: [{ path: "body.url", message: "url is required" }] },
    {
      value: "an unknown field",
      body: { url: "https://example.com/", maxPage: 5 },
      errors: [{ path: "body.maxPage", message: expect.stringMatching(/^Unknown field; known are: url, maxPages, /) }],
    },
    {
      value: "no text",
      body: { url: 5 },
      errors: [{ path: "body.url", message: "Give a complete address that starts with http:// or https://, such as https://www.example.com/" }],
    },
    { value: "a number as text", body: { url: "https://example.com/", maxPages: "5" }, errors: [{ path: "body.maxPages", message: "This must be a number" }] },
    { value: "a fraction", body: { url: "https://example.com/", maxPages: 1.5 }, errors: [{ path: "body.maxPages", message: "This must be a whole number" }] },
    { value: "a number that is too small", body: { url: "https://example.com/", maxPages: 0 }, errors: [{ path: "body.maxPages", message: "Use at least 1" }] },
    {
      value: "a number at an open bound",
      body: { url: "https://example.com/", requestsPerSecond: 0 },
      errors: [{ path: "body.requestsPerSecond", message: "Use more than 0" }],
    },
    {
      value: "several at once, in a list too",
      body: { url: "ftp://example.com/", include: ["/a", ""], respectRobots: 1 },
      errors: [
        { path: "body.url", message: "Give a complete address that starts with http:// or https://, such as https://www.example.com/" },
        { path: "body.include[1]", message: "Use at least 1 character" },
        { path: "body.respectRobots", message: "This must be true or false" },
      ],
    },
  ])("is named in a body: $value", async ({ body, errors }) => {
    const answer = await create(body);
    expect(answer.status).toBe(422);
    expect(Problem.parse(await answer.json()).errors).toEqual(errors);
  });

  it.each([
    { path: "/api/v1/audits?limit=101", errors: [{ path: "query.limit", message: "Use at most 100" }] },
    { path: "/api/v1/audits?limit=ten", errors: [{ path: "query.limit", message: "This must be a number" }] },
    { path: "/api/v1/audits?limit=1&limit=2", errors: [{ path: "query.limit", message: "This must be a number" }] },
    { path: "/api/v1/audits?status=done", errors: [{ path: "query.status", message: "Use one of queued, running, completed, failed, cancelled" }] },
    { path: "/api/v1/audits?page=2", errors: [{ path: "query.page", message: "Unknown field; known are: limit, cursor, sort, status" }] },
    { path: "/api/v1/audits?cursor=nonsense", errors: [{ path: "query.cursor", message: "Pass the nextCursor of the page before, unchanged." }] },
    { path: "/api/v1/rules?lang=de", errors: [{ path: "query.lang", message: "Use one of en, es" }] },
    { path: "/api/v1/audits/x?verbose=1", errors: [{ path: "query.verbose", message: "Unknown field" }] },
    { path: "/api/v1/audits/x", errors: [{ path: "params.id", message: "This does not have the expected form" }] },
    { path: "/healthz?deep=1", errors: [{ path: "query.deep", message: "Unknown field" }] },
  ])("is named in the address $path", async ({ path, errors }) => {
    const answer = await call("GET", path, { key });
    expect(answer.status).toBe(422);
    expect(Problem.parse(await answer.json()).errors).toEqual(errors);
  });
});

describe("a request id", () => {
  it.each([
    { outcome: "of the caller is kept", given: "trace_0123456789-abc", kept: true },
    { outcome: "that is too short is replaced", given: "short", kept: false },
    { outcome: "that is too long is replaced", given: "a".repeat(65), kept: false },
    { outcome: "with other characters is replaced", given: 'a"b{c}d:e,f', kept: false },
  ])("$outcome", async ({ given, kept }) => {
    const id = (await call("GET", "/healthz", { headers: { "X-Request-Id": given } })).headers.get("X-Request-Id");
    if (kept) expect(id).toBe(given);
    else expect(id).toMatch(idPattern("request"));
  });
});

describe("every answer", () => {
  it.each([
    { path: "/healthz" },
    { path: "/nowhere" },
    { path: "/api/v1/audits" },
    { path: "/docs" },
    { path: "/" },
    { path: "/api/v1/audits/{id}/report.html" },
  ])("keeps browsers from running, framing, sniffing and storing it: $path", async ({ path }) => {
    const { headers } = await call("GET", path.replace("{id}", auditId), { key });
    const policy = headers.get("Content-Security-Policy");
    expect(policy).toMatch(/default-src 'none'/);
    expect(policy).toMatch(/frame-ancestors 'none'/);
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(Number(/max-age=(\d+)/.exec(headers.get("Strict-Transport-Security") ?? "")?.[1])).toBeGreaterThanOrEqual(31_536_000);
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(headers.get("Referrer-Policy")).toBe("no-referrer");
    expect(headers.get("Cache-Control")).toBe("no-store");
    expect(headers.get("X-Request-Id")).toBeTruthy();
  });
});

describe("a request over plain http", () => {
  const ask = (path: string, origin: string, environment: string) =>
    worker.fetch(
      new Request(origin + path, { headers: { "X-API-Key": key }, redirect: "manual" }),
      Object.assign({ ...env }, { ENVIRONMENT: environment }),
      createExecutionContext(),
    );

  it.each(["/healthz", "/readyz", "/api/v1/audits", "/docs", "/", "/nowhere"])("is refused in production and sent nowhere else: %s", async (path) => {
    const answer = await ask(path, "http://mentha.test", "production");
    expect([answer.status, answer.headers.get("Location")]).toEqual([403, null]);
    expect(Problem.parse(await answer.json())).toMatchObject({ code: "forbidden", detail: expect.stringContaining("https") });
  });

  it("is answered where there is no https: in development", async () => {
    expect((await ask("/api/v1/audits", "http://localhost:8787", "development")).status).toBe(200);
    expect((await ask("/api/v1/audits", "https://mentha.test", "production")).status).toBe(200);
  });
});

describe("health", () => {
  it("is alive without a key", async () => {
    const answer = await call("GET", "/healthz");
    expect([answer.status, await answer.json()]).toEqual([200, { status: "ok" }]);
  });

  it("is ready when database, store, queues and objects answer, and says nothing else", async () => {
    const answer = await call("GET", "/readyz");
    const ok = { ok: true, ms: expect.any(Number) };
    expect([answer.status, await answer.json()]).toEqual([200, { status: "ready", checks: { database: ok, store: ok, queues: ok, objects: ok } }]);
  });
});
