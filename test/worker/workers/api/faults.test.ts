import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { app } from "../../../../workers/api/app.ts";
import { Problem } from "../../../../workers/api/problem.ts";
import { producers } from "../../../../workers/queues.ts";
import { seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";

let key = "";
beforeAll(async () => {
  key = await seedKey(await seedWorkspace());
});

/** A binding that answers every call with an error that names what nobody outside may know. */
const broken = new Proxy(
  {},
  {
    get: () => () => {
      throw new Error("no such table: api_keys at 10.0.0.7");
    },
  },
);

/** One request to the API with some of its bindings replaced. */
async function callWith(bindings: object, path: string): Promise<Response> {
  const ctx = createExecutionContext();
  const answer = await app.fetch(new Request(`https://mentha.test${path}`, { headers: { "X-API-Key": key } }), { ...env, ...bindings }, ctx);
  await waitOnExecutionContext(ctx);
  return answer;
}

describe("a fault on our side", () => {
  it.each([
    { fault: "a database that fails", bindings: { DB: broken } },
    { fault: "a secret that is not configured", bindings: { ENCRYPTION_KEY: "" } },
    { fault: "wrong addresses in the configuration", bindings: { EGRESS_ALLOW: "10.0.0.7" } },
  ])("is told in constant words and by its request id: $fault", async ({ bindings }) => {
    const answer = await callWith(bindings, "/api/v1/audits");
    const problem = Problem.parse(await answer.json());
    expect(answer.status).toBe(500);
    expect(problem).toMatchObject({
      code: "internal",
      detail: "Something went wrong on our side. Try again; if it keeps happening, report it with the request id.",
      requestId: answer.headers.get("X-Request-Id"),
      errors: [],
    });
  });
});

describe("readiness", () => {
  it.each([
    { part: "database", bindings: { DB: broken } },
    { part: "store", bindings: { STORE: broken } },
    ...Object.values(producers).map((binding) => ({ part: "queues", bindings: { [binding]: undefined } })),
    { part: "objects", bindings: { AUDIT_CRAWL: broken } },
  ])("is 503 and names the $part when that does not answer, and nothing else: $bindings", async ({ part, bindings }) => {
    const answer = await callWith(bindings, "/readyz");
    expect(answer.status).toBe(503);
    const text = await answer.text();
    expect(text).not.toContain("10.0.0.7");
    const { status, checks } = JSON.parse(text);
    expect(status).toBe("not-ready");
    expect(Object.entries<{ ok: boolean }>(checks).flatMap(([name, { ok }]) => (ok ? [] : [name]))).toEqual([part]);
  });

  it("leaves being alive as it is", async () => {
    expect((await callWith({ DB: broken, STORE: broken, RATE_LIMITER: broken, PUBLIC_URL: "", LIMITS: "none", CORS_ORIGINS: "*" }, "/healthz")).status).toBe(
      200,
    );
  });
});
