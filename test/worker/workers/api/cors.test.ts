import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { app } from "../../../../workers/api/app.ts";
import { seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";

const listed = "https://app.example.com";
const bindings = { CORS_ORIGINS: `${listed}, http://localhost:5173` };

let key = "";
beforeAll(async () => {
  key = await seedKey(await seedWorkspace());
});

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly configured?: Readonly<Record<string, string>>;
}

async function ask({ method = "GET", path = "/api/v1/audits", headers = {}, configured = bindings }: Asked): Promise<Response> {
  const context = createExecutionContext();
  const answer = await app.fetch(new Request(`https://mentha.test${path}`, { method, headers }), { ...env, ...configured }, context);
  await answer.clone().arrayBuffer();
  await waitOnExecutionContext(context);
  return answer;
}

const preflight = (origin: string, configured = bindings) =>
  ask({ method: "OPTIONS", headers: { Origin: origin, "Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "x-api-key" }, configured });

const corsHeaders = ({ headers }: Response): string[] => [...headers.keys()].filter((name) => name.startsWith("access-control-"));

describe("a page of a configured origin", () => {
  it.each([
    { outcome: "reads an answer", headers: () => ({ "X-API-Key": key }), status: 200 },
    { outcome: "reads why it is refused", headers: () => ({}), status: 401 },
    { outcome: "reads that there is nothing", headers: () => ({}), path: "/api/v1/nowhere", status: 404 },
    { outcome: "reads that the method is wrong", headers: () => ({}), method: "PUT", status: 405 },
  ])("$outcome, and the headers that it needs", async ({ headers, status, ...asked }) => {
    const answer = await ask({ ...asked, headers: { Origin: listed, ...headers() } });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe(listed);
    expect(answer.headers.get("Vary")).toMatch(/\bOrigin\b/);
    const exposed = answer.headers.get("Access-Control-Expose-Headers")?.split(", ");
    expect(exposed).toEqual(
      expect.arrayContaining(["ETag", "Idempotency-Replayed", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id"]),
    );
  });

  it("learns before it sends a key what it may send", async () => {
    const answer = await preflight(listed);
    expect([answer.status, await answer.text()]).toEqual([204, ""]);
    expect(Object.fromEntries([...answer.headers].filter(([name]) => /^(?:access-control-|vary)/.test(name)))).toEqual({
      "access-control-allow-origin": listed,
      "access-control-allow-methods": "GET, HEAD, POST, PATCH, DELETE",
      "access-control-allow-headers": expect.stringMatching(/Authorization.*Idempotency-Key, If-Match.*X-API-Key.*X-Workspace/),
      "access-control-max-age": "600",
      vary: "Origin",
    });
  });

  it("cannot use the cookie of a sign-in", async () => {
    const answer = await ask({
      method: "POST",
      path: "/api/v1/auth/refresh",
      headers: { Origin: listed, Cookie: "__Secure-mentha_refresh=x", "Content-Type": "application/json" },
    });
    expect(answer.status).toBe(403);
    expect(answer.headers.has("Access-Control-Allow-Credentials")).toBe(false);
  });
});

describe("a page of any other origin", () => {
  it.each([
    { origin: "https://evil.example" },
    { origin: "https://app.example.com.evil.example" },
    { origin: "https://sub.app.example.com" },
    { origin: "http://app.example.com" },
    { origin: "https://app.example.com:8443" },
    { origin: "https://APP.example.com" },
    { origin: "null" },
    { origin: "*" },
  ])("reads nothing and sends nothing of note: $origin", async ({ origin }) => {
    const answers = [await ask({ headers: { Origin: origin, "X-API-Key": key } }), await preflight(origin)];
    expect(answers.map(corsHeaders)).toEqual([[], []]);
    expect(answers.map(({ headers }) => headers.get("Vary"))).toEqual(["Origin", "Origin"]);
    expect(answers.map(({ status }) => status)).toEqual([200, 405]);
  });

  it("is told apart by caches also when the request names no origin", async () => {
    const answer = await ask({ headers: { "X-API-Key": key } });
    expect([answer.headers.get("Vary"), corsHeaders(answer)]).toEqual(["Origin", []]);
  });

  it("reads nothing where none is configured", async () => {
    const answers = [await ask({ headers: { Origin: listed }, configured: {} }), await preflight(listed, { CORS_ORIGINS: "" })];
    expect(answers.map(corsHeaders)).toEqual([[], []]);
  });

  it.each(["/docs", "/dev/mail", "/healthz", "/"])("reads no page beside the API, nor does one of the configured: %s", async (path) => {
    expect(corsHeaders(await ask({ path, headers: { Origin: listed } }))).toEqual([]);
  });
});
