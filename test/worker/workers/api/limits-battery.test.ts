import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { limitersOf } from "../../../../durable-objects/stubs.ts";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { apiKeys } from "../../../../shared/db/schema/index.ts";
import { limitPolicies } from "../../../../shared/limits/index.ts";
import { configOf, parseApiKey } from "../../../../shared/platform/index.ts";
import { Problem } from "../../../../workers/api/problem.ts";
import { call, newAddress, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { allRows, type Kept } from "../../../helpers/worker/everything.ts";
import { signInAs } from "../../../helpers/worker/people.ts";
import { addressOf, type SampleRoute, sampleRoutes, signedInOnly } from "../../../helpers/worker/route-samples.ts";

// Every declared route, called by somebody who has used up its limit. A new route is covered by being declared.

/** What limiters write by themselves: how much was asked, and what they refused. */
const isOfLimiters = ({ place, text }: Kept): boolean => place === "usage" || (place === "audit_log" && text.includes('"action":"request.refuse"'));

/** All that requests wrote to the database. */
const rowsOfRequests = async (): Promise<Kept[]> => (await allRows()).filter((kept) => !isOfLimiters(kept));

interface Caller {
  /** Of the limiter. */
  readonly name: string;
  readonly limit: number;
  readonly request: { readonly key?: string; readonly headers?: Readonly<Record<string, string>>; readonly ip?: string };
}

async function callerFor({ name, permission, limit }: SampleRoute, workspace: SeededWorkspace): Promise<Caller> {
  const usual = limitPolicies[limit];
  if (usual.per === "ip") {
    const ip = newAddress();
    return { name: `ip:${ip}`, limit: configOf(env).limits[limit] ?? usual.limit, request: { ip } };
  }
  const isOfPeople = permission === "person" || signedInOnly.includes(name);
  if (isOfPeople) {
    const headers = { Authorization: `Bearer ${(await signInAs(workspace.userId)).accessToken}` };
    return { name: `user:${workspace.userId}`, limit: usual.limit, request: { headers } };
  }
  const key = await seedKey(workspace, { limits: { [limit]: 1 } });
  const { prefix = "" } = parseApiKey(key) ?? {};
  // Its first use would be noted, which is no effect of the request.
  const changed = await directoryDatabase(env).update(apiKeys).set({ lastUsedAt: Date.now() }).where(eq(apiKeys.prefix, prefix)).returning({ id: apiKeys.id });
  return { name: usual.per === "person" ? `user:${workspace.userId}` : `key:${changed[0]?.id}`, limit: 1, request: { key } };
}

async function useUp({ path, limit: policy }: SampleRoute, { name, limit, request }: Caller): Promise<void> {
  const { windowMs, isolateOnly } = limitPolicies[policy];
  // What each isolate counts for itself only asking uses up; some at a time, since a pile of requests costs memory.
  if (isolateOnly)
    for (let left = limit; left > 0; left -= 200) await Promise.all(Array.from({ length: Math.min(left, 200) }, () => call("GET", path, request)));
  else await limitersOf(env)(name).hit({ v: 1, quotas: [{ name: policy, limit, windowMs, cost: limit }] });
}

beforeAll(async () => {
  await seedWorkspace();
});

it("there are routes of every kind of caller", () => {
  expect(new Set(sampleRoutes.map(({ limit }) => limitPolicies[limit].per))).toEqual(new Set(["ip", "caller", "person"]));
  expect(sampleRoutes.length).toBeGreaterThan(50);
});

describe.each(sampleRoutes)("$name", (route) => {
  it("refuses whoever has used up its limit, says so, and does nothing", async () => {
    const workspace = await seedWorkspace({ isOperator: true });
    const caller = await callerFor(route, workspace);
    const { limit, request } = caller;
    const address = addressOf(route, await route.thing?.make(workspace));
    await useUp(route, caller);
    const before = await rowsOfRequests();

    const answer = await call(route.method.toUpperCase(), address, { ...request, body: route.body });
    expect(answer.status).toBe(429);
    expect(answer.headers.get("RateLimit-Policy")?.split(", ")).toContain(`"${route.limit}";q=${limit};w=${limitPolicies[route.limit].windowMs / 1_000}`);
    expect(answer.headers.get("RateLimit")).toMatch(new RegExp(`^"${route.limit}";r=0;t=[1-9]\\d*(, |$)`));
    expect(Number(answer.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect(Problem.parse(await answer.json())).toMatchObject({ code: "rate_limited", status: 429, detail: expect.stringContaining(`"${route.limit}"`) });
    expect(await rowsOfRequests()).toEqual(before);
  });
});
