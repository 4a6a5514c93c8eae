import { beforeAll, describe, expect, it } from "vitest";
import { newApiKey, newId, permissions } from "../../../../shared/platform/index.ts";
import { app } from "../../../../workers/api/app.ts";
import { declaredRoutes } from "../../../../workers/api/route.ts";
import { call, seedAudit, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { defineSite } from "../../../helpers/worker/site.ts";

/** What each `{id}` stands for: a workspace's own thing, or something that every workspace sees. */
const ownedBy: Readonly<Record<string, "workspace" | "installation">> = {
  "/api/v1/audits/{id}": "workspace",
  "/api/v1/rules/{id}": "installation",
  "/api/admin/dead-letters/{id}": "installation",
};
const bodies: Readonly<Record<string, unknown>> = {
  "post /api/v1/audits": { url: "http://battery.test/", maxPages: 1 },
  "post /api/v1/audits/{id}/rerun": { headers: { "X-Battery": "1" } },
};

const routes = declaredRoutes(app).map((route) => ({
  ...route,
  name: `${route.method} ${route.path}`,
  permission: route["x-permission"],
  owner: ownedBy[route.path.slice(0, route.path.indexOf("}") + 1)],
}));
const guarded = routes.filter(({ permission }) => permission !== "public");
const owned = guarded.filter(({ owner }) => owner === "workspace");

const ids = { audit: "", othersAudit: "", unknownAudit: newId("audit"), rule: "title-missing", parked: newId("parked") };
const keys = { good: "", malformed: "mk_test_short", badChecksum: "", unknown: newApiKey("test").key, revoked: "", expired: "", member: "" };
const lacking = new Map<string, string>();

beforeAll(async () => {
  await defineSite("battery.test", {});
  const workspace = await seedWorkspace({ isOperator: true });
  const member = await seedWorkspace();
  ids.audit = await seedAudit(workspace);
  ids.othersAudit = await seedAudit(member);
  keys.good = await seedKey(workspace);
  keys.badChecksum = keys.good.slice(0, -1) + (keys.good.endsWith("0") ? "1" : "0");
  keys.revoked = await seedKey(workspace, { revokedAt: Date.now() - 1 });
  keys.expired = await seedKey(workspace, { expiresAt: Date.now() - 1 });
  keys.member = await seedKey(member);
  for (const missing of permissions) lacking.set(missing, await seedKey(workspace, { scopes: permissions.filter((name) => name !== missing) }));
});

type BatteryRoute = (typeof routes)[number];

function send({ method, path, name }: BatteryRoute, key: string | undefined, auditId = ids.unknownAudit): Promise<Response> {
  const id = path.includes("/rules/") ? ids.rule : path.includes("/dead-letters/") ? ids.parked : auditId;
  return call(method.toUpperCase(), path.replace("{id}", id), { key, body: bodies[name] });
}

describe("the battery", () => {
  it("knows what every id belongs to and what every route with a key is", () => {
    expect(guarded.length).toBeGreaterThan(10);
    expect(routes.filter(({ path, owner }) => path.includes("{") && owner === undefined)).toEqual([]);
    expect(routes.filter(({ permission }) => permission === "public").map(({ path }) => path)).toEqual(["/healthz", "/readyz"]);
  });
});

describe.each(guarded)("$name", (route) => {
  it.each(["no key", "malformed", "badChecksum", "unknown", "revoked", "expired"] as const)("refuses a caller with: %s", async (kind) => {
    const answer = await send(route, kind === "no key" ? undefined : keys[kind]);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("WWW-Authenticate")).toBe("Bearer");
    expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
    expect(await answer.json()).toMatchObject({ code: "unauthenticated", status: 401 });
  });

  it("refuses a key with every permission but its own", async () => {
    const answer = await send(route, lacking.get(route.permission));
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: "forbidden", detail: expect.stringContaining(route.permission) });
  });

  it("lets the right key past the guards", async () => {
    const answer = await send(route, keys.good);
    await answer.body?.cancel();
    expect([200, 202, 204, 404, 409]).toContain(answer.status);
  });
});

describe.each(owned)("$name", (route) => {
  it("answers for another workspace's audit as for one that does not exist", async () => {
    const [others, unknown] = [await send(route, keys.good, ids.othersAudit), await send(route, keys.good, ids.unknownAudit)];
    expect([others.status, unknown.status]).toEqual([404, 404]);
    const [first, second] = [await others.json<object>(), await unknown.json<object>()];
    expect({ ...first, instance: "", requestId: "" }).toEqual({ ...second, instance: "", requestId: "" });
  });
});

describe("operators' routes", () => {
  it.each(guarded.filter(({ permission }) => permission.startsWith("operations:")))("$name refuses a member whose key claims the scope", async (route) => {
    expect((await send(route, keys.member)).status).toBe(403);
  });
});

describe("a refusal", () => {
  it("has the same words whatever is wrong with the key", async () => {
    const details = new Set<string>();
    for (const key of [keys.malformed, keys.badChecksum, keys.unknown, keys.revoked, keys.expired]) {
      const { detail } = await (await call("GET", "/api/v1/audits", { key })).json<{ detail: string }>();
      details.add(detail);
    }
    expect(details.size).toBe(1);
  });
});

describe("a key", () => {
  it.each([
    { outcome: "is taken as a bearer token", headers: () => ({ Authorization: `Bearer ${keys.good}` }), status: 200 },
    { outcome: "may be sent both ways", headers: () => ({ Authorization: `bearer ${keys.good}`, "X-API-Key": keys.good }), status: 200 },
    {
      outcome: "is refused when two different ones are sent",
      headers: () => ({ Authorization: `Bearer ${keys.good}`, "X-API-Key": keys.member }),
      status: 400,
    },
    { outcome: "is not taken as basic credentials", headers: () => ({ Authorization: `Basic ${btoa(`x:${keys.good}`)}` }), status: 401 },
    { outcome: "is not taken from the address", headers: () => ({}), path: () => `/api/v1/audits?key=${keys.good}`, status: 401 },
  ])("$outcome", async ({ headers, path, status }) => {
    expect((await call("GET", path?.() ?? "/api/v1/audits", { headers: headers() })).status).toBe(status);
  });
});
