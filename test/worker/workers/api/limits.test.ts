import { abortAllDurableObjects, createExecutionContext, evictAllDurableObjects, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { apiKeys } from "../../../../shared/db/schema/index.ts";
import { newApiKey, newId, parseApiKey } from "../../../../shared/platform/index.ts";
import { app } from "../../../../workers/api/app.ts";
import { call, newAddress, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { always, type Fault, injectFaults, stopFaults } from "../../../helpers/worker/faults.ts";
import { signInAs } from "../../../helpers/worker/people.ts";

let workspace: SeededWorkspace;
beforeAll(async () => {
  workspace = await seedWorkspace();
});
afterEach(() => {
  stopFaults();
  vi.restoreAllMocks();
});

const list = "/api/v1/audits";
async function change(key: string, values: Partial<typeof apiKeys.$inferInsert>): Promise<void> {
  await directoryDatabase(env)
    .update(apiKeys)
    .set(values)
    .where(eq(apiKeys.prefix, parseApiKey(key)?.prefix ?? ""));
}
const setLimits = (key: string, limits: Record<string, number>) => change(key, { limits });
const limitedKey = (limits: Record<string, number>) => seedKey(workspace, { limits });
const withKey = async (limits: Record<string, number> = {}) => {
  const key = await limitedKey(limits);
  return { key, ask: (path = list, method = "GET") => call(method, path, { key }) };
};
const statusOf = async (answer: Promise<Response>): Promise<number> => {
  const { status, body } = await answer;
  await body?.cancel();
  return status;
};
const statuses = (count: number, ask: () => Promise<Response>): Promise<number[]> => Promise.all(Array.from({ length: count }, () => statusOf(ask())));
const countOf = (status: number, all: readonly number[]): number => all.filter((each) => each === status).length;
const told = (answer: Response) => [answer.headers.get("RateLimit-Policy"), answer.headers.get("RateLimit")];

/** What is asked of the database and of limiters while `work` runs. */
async function askedBy(work: () => Promise<unknown>): Promise<string[]> {
  const asked: string[] = [];
  injectFaults(({ point, text }) => {
    // What isolates refused they tell after a while: that may belong to another test.
    if (point === "d1" || (point === "limiter" && !text.includes('"limited":'))) asked.push(point === "d1" ? "d1" : text);
    return undefined;
  });
  await work();
  stopFaults();
  return asked;
}

describe("of 200 requests at once", () => {
  it.each([
    { what: "a list, which is read while the limiter is asked", path: list, method: "GET", passed: 200, limits: { lists: 30 } },
    { what: "something that is changed", path: `/api/v1/audits/${newId("audit")}/cancel`, method: "POST", passed: 404, limits: {} },
  ])("exactly 30 pass a limit of 30: $what", async ({ path, method, passed, limits }) => {
    const { ask } = await withKey(limits);
    const all = await statuses(200, () => ask(path, method));
    expect([countOf(passed, all), countOf(429, all)]).toEqual([30, 170]);
    await evictAllDurableObjects();
    expect(await statusOf(ask(path, method))).toBe(429);
  });

  it("exactly 10 of those from one address may try to sign in, whoever they say they are", async () => {
    const ip = newAddress();
    let person = 0;
    const all = await statuses(200, () => call("POST", "/api/v1/auth/check-email", { ip, body: { email: `person-${person++}@example.com` } }));
    expect([countOf(200, all), countOf(429, all)]).toEqual([10, 190]);
  });
});

describe("an answer", () => {
  it("says its limit and what is left of it", async () => {
    const { ask } = await withKey({ lists: 3 });
    expect(told(await ask())).toEqual(['"lists";q=3;w=60', '"lists";r=2;t=60']);
    const [policy, left] = told(await ask());
    expect(policy).toBe('"lists";q=3;w=60');
    expect(left).toMatch(/^"lists";r=1;t=\d+$/);
  });

  it("says so whatever became of the request", async () => {
    const { ask, key } = await withKey({ audits: 4, keys: 4 });
    const readOnly = await seedKey(workspace, { scopes: ["audits:read"], limits: { audits: 4 } });
    const answers = [
      await call("POST", list, { key, body: { url: "not an address" } }),
      await call("POST", list, { key: readOnly, body: { url: "https://example.com" } }),
      await ask(`/api/v1/audits/${newId("audit")}/cancel`, "POST"),
      await call("POST", list, { key, headers: { "Content-Type": "text/plain" } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([422, 403, 404, 415]);
    for (const answer of answers) expect(told(answer)).toEqual(['"audits";q=4;w=60', expect.stringMatching(/^"audits";r=[123];t=\d+$/)]);
  });

  it("to a request against two limits tells of both; the one that is used up refuses, and leaves the other to what asks it alone", async () => {
    const key = await seedKey(await seedWorkspace(), { limits: { keys: 5, keysPerDay: 2 } });
    const generate = () => call("POST", "/api/v1/keys/generate", { key, body: { name: "Nightly", scopes: ["audits:read"] } });
    const first = await generate();
    expect(told(first)).toEqual(['"keys";q=5;w=60, "keysPerDay";q=2;w=86400', '"keys";r=4;t=60, "keysPerDay";r=1;t=86400']);
    const { prefix } = z.object({ prefix: z.string() }).parse(await first.json());
    expect(told(await call("POST", `/api/v1/keys/${prefix}/rotate`, { key }))[1]).toMatch(/"keysPerDay";r=0;/);

    const refused = await generate();
    expect([refused.status, refused.headers.get("RateLimit")]).toEqual([429, expect.stringMatching(/^"keys";r=3;t=\d+, "keysPerDay";r=0;t=86\d{3}$/)]);
    expect(await refused.json()).toMatchObject({
      detail: expect.stringContaining('"keysPerDay" is reached: 2 requests of one person and their API keys in any 24 hours'),
    });
    expect((await generate()).headers.get("RateLimit")).toMatch(/^"keysPerDay";r=0/);
    expect(told(await call("DELETE", `/api/v1/keys/${prefix}`, { key }))).toEqual(['"keys";q=5;w=60', expect.stringMatching(/^"keys";r=2;/)]);
  });

  it("to a dear request says what it took", async () => {
    const { ask } = await withKey();
    expect(told(await ask("/api/v1/audit-log/verify"))).toEqual(['"reads";q=120;w=60', '"reads";r=115;t=60']);
  });

  it("to a stranger names the limit alone, and to who sends a wrong key what is left of such tries", async () => {
    expect(told(await call("GET", list))).toEqual(['"lists";q=60;w=60', null]);
    expect(told(await call("GET", list, { key: newApiKey("test").key }))).toEqual(['"unauthenticated";q=60;w=60', '"unauthenticated";r=59;t=60']);
  });

  it("that refuses says which limit, how much it is, and when there is room again; it keeps nothing of what was read meanwhile", async () => {
    const { ask } = await withKey({ lists: 1 });
    expect(await statusOf(ask("/api/v1/rules"))).toBe(200);
    const answer = await ask("/api/v1/rules");
    expect(answer.status).toBe(429);
    const wait = Number(answer.headers.get("Retry-After"));
    expect(wait).toBeGreaterThan(50);
    expect(wait).toBeLessThanOrEqual(60);
    expect(told(answer)).toEqual(['"lists";q=1;w=60', `"lists";r=0;t=${wait}`]);
    expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
    expect([answer.headers.get("ETag"), answer.headers.get("Cache-Control")]).toEqual([null, "no-store"]);
    expect(await answer.json()).toMatchObject({
      code: "rate_limited",
      detail: `The limit "lists" is reached: 1 request of one API key or one person in any 60 seconds. Try again in ${wait} seconds.`,
    });
  });
});

describe("making keys", () => {
  it("is counted for the person, whichever of their keys does it: a chain of keys makes no more than one", async () => {
    const own = await seedWorkspace();
    const scopes = ["keys:write", "audits:read"];
    let key = await seedKey(own, { scopes, limits: { keys: 3 } });
    const all: number[] = [];
    for (let times = 0; times < 5; times++) {
      const path = times % 2 === 0 ? "generate" : `${parseApiKey(key)?.prefix}/rotate`;
      const body = times % 2 === 0 ? { name: "Next", scopes } : { graceSeconds: 600 };
      const answer = await call("POST", `/api/v1/keys/${path}`, { key, body });
      all.push(answer.status);
      if (answer.ok) ({ key } = z.object({ key: z.string() }).parse(await answer.json()));
    }
    expect(all).toEqual([201, 201, 201, 429, 429]);
    expect(await statusOf(call("POST", "/api/v1/keys/generate", { key: await seedKey(own, { scopes, limits: { keys: 3 } }), body: {} }))).toBe(429);
    expect(await statusOf(call("POST", "/api/v1/keys/generate", { key: await limitedKey({}), body: {} }))).toBe(422);
  });
});

describe("a limit", () => {
  it("is each caller's own, and each policy's", async () => {
    const [one, other] = [await withKey({ lists: 1 }), await withKey({ lists: 1 })];
    expect([await statusOf(one.ask()), await statusOf(one.ask())]).toEqual([200, 429]);
    expect([await statusOf(other.ask()), await statusOf(one.ask("/api/v1/workspace"))]).toEqual([200, 200]);
  });

  it("is one for all sessions of a person", async () => {
    const { userId } = await seedWorkspace();
    const tokens = [(await signInAs(userId)).accessToken, (await signInAs(userId)).accessToken];
    let turn = 0;
    const all = await statuses(80, () => call("GET", list, { headers: { Authorization: `Bearer ${tokens[turn++ % 2]}` } }));
    expect([countOf(200, all), countOf(429, all)]).toEqual([60, 20]);
  });

  it("of a key that is changed holds at the next request", async () => {
    const { key, ask } = await withKey({ lists: 5 });
    expect(told(await ask())).toEqual(['"lists";q=5;w=60', '"lists";r=4;t=60']);
    await setLimits(key, { lists: 1 });
    const answer = await ask();
    expect(answer.status).toBe(429);
    expect(told(answer)[0]).toBe('"lists";q=1;w=60');
  });

  it.each([
    { outcome: "is that of the installation", limits: {}, policy: '"lists";q=7;w=60' },
    { outcome: "of a key comes before that of the installation where it is lower", limits: { lists: 5 }, policy: '"lists";q=5;w=60' },
    { outcome: "of a key is no more than that of the installation", limits: { lists: 9 }, policy: '"lists";q=7;w=60' },
    { outcome: "of a key that an operator raised comes before that of the installation", limits: { lists: 90 }, policy: '"lists";q=90;w=60' },
  ])("$outcome", async ({ limits, policy }) => {
    const context = createExecutionContext();
    const headers = { "X-API-Key": await limitedKey(limits), "CF-Connecting-IP": newAddress() };
    const answer = await app.fetch(new Request(`https://mentha.test${list}`, { headers }), { ...env, LIMITS: "reads=5,lists=7" }, context);
    await waitOnExecutionContext(context);
    expect(told(answer)[0]).toBe(policy);
  });

  it("of a key that was changed counts the next request once", async () => {
    const { key, ask } = await withKey({ lists: 5 });
    await ask();
    await setLimits(key, { lists: 3 });
    const asked = await askedBy(async () => expect(told(await ask())).toEqual(['"lists";q=3;w=60', expect.stringMatching(/^"lists";r=1;/)]));
    expect(asked.filter((each) => each.startsWith("hit") && each.includes('"usage"'))).toHaveLength(1);
    await setLimits(key, { lists: 2 });
    const refused = await ask();
    expect([refused.status, told(refused)]).toEqual([429, ['"lists";q=2;w=60', expect.stringMatching(/^"lists";r=0;/)]]);
    await setLimits(key, { lists: 9 });
    // Another limit shows the isolate the key as it is now.
    await statusOf(ask("/api/v1/workspace"));
    expect(told(await ask())[1]).toMatch(/^"lists";r=5;/);
  });

  it("of an address counts the whole network of an IPv6 customer", async () => {
    const from = (ip: string) => statusOf(call("POST", "/api/v1/auth/check-email", { ip, body: { email: "ada@example.com" } }));
    for (let host = 1; host <= 10; host++) expect(await from(`2001:db8:7:8::${host}`)).toBe(200);
    expect(await from("2001:db8:7:8:ffff::1")).toBe(429);
    expect(await from("2001:db8:7:9::1")).toBe(200);
  });
});

describe("somebody who was refused", () => {
  it("is refused again without a question to the limiter or the database, and the limiter hears of it when it is asked next, whatever for", async () => {
    const { ask } = await withKey({ lists: 1 });
    expect(await statuses(1, ask)).toEqual([200]);
    expect(await statuses(1, ask)).toEqual([429]);
    const asked = await askedBy(async () => {
      for (let times = 0; times < 5; times++) expect(await statusOf(ask())).toBe(429);
    });
    expect(asked).toEqual([]);
    expect(await askedBy(() => statusOf(ask("/api/v1/workspace")))).toEqual([expect.stringContaining('"refusedBefore":5'), "d1", "d1"]);
  });
});

describe("a person who was refused", () => {
  it("gets nothing done with another token", async () => {
    const { userId } = await seedWorkspace();
    const [one, other] = [(await signInAs(userId)).accessToken, (await signInAs(userId)).accessToken];
    const askWith = (token: string) => () => call("GET", list, { headers: { Authorization: `Bearer ${token}` } });
    expect(countOf(429, await statuses(62, askWith(one)))).toBe(2);
    // Who asks is looked up; the list is not.
    expect(await askedBy(async () => expect(await statusOf(askWith(other)())).toBe(429))).toEqual(["d1"]);
  });
});

describe("somebody whose credential is good, but not for this", () => {
  const elsewhere = newId("workspace");
  it.each([
    { what: "a key for another workspace", ask: async () => ({ key: await limitedKey({}), headers: { "X-Workspace": elsewhere } }) },
    {
      what: "a key from another address",
      ask: async () => {
        const key = await limitedKey({});
        await change(key, { allowedIps: ["203.0.113.0/24"] });
        return { key };
      },
    },
    {
      what: "a person in another workspace",
      ask: async () => ({ headers: { Authorization: `Bearer ${(await signInAs(workspace.userId)).accessToken}`, "X-Workspace": elsewhere } }),
    },
  ])("is counted as one who tries keys: $what", async ({ ask }) => {
    const ip = newAddress();
    const options = await ask();
    const all = await statuses(70, () => call("GET", list, { ...options, ip }));
    expect([countOf(403, all), countOf(429, all)]).toEqual([60, 10]);
    expect(await askedBy(async () => expect(await statusOf(call("GET", list, { ...options, ip }))).toBe(429))).toEqual([]);
    expect(told(await call("GET", list, options))[1]).toMatch(/^"unauthenticated";r=59;/);
  });

  it("uses up nothing for want of a permission", async () => {
    const key = await seedKey(workspace, { scopes: ["keys:read"] });
    const answer = await call("GET", list, { key });
    expect([answer.status, told(answer)[1]]).toEqual([403, expect.stringMatching(/^"lists";r=9999;/)]);
  });
});

describe("a caller whom the isolate knows", () => {
  it("is counted while the database is asked, and a stranger only after it", async () => {
    const { ask } = await withKey();
    const [first, ...rest] = await askedBy(() => statusOf(ask()));
    expect([first, rest.some((each) => each.startsWith("hit"))]).toEqual(["d1", true]);
    expect((await askedBy(() => statusOf(ask())))[0]).toMatch(/^hit /);
  });

  it("is refused once the key is revoked", async () => {
    const { key, ask } = await withKey();
    expect(await statusOf(ask())).toBe(200);
    await directoryDatabase(env)
      .update(apiKeys)
      .set({ revokedAt: Date.now() - 1 })
      .where(eq(apiKeys.prefix, parseApiKey(key)?.prefix ?? ""));
    expect(await statusOf(ask())).toBe(401);
    expect((await askedBy(() => statusOf(ask())))[0]).toBe("d1");
  });
});

describe("somebody who tries keys", () => {
  it("has 60 tries a minute from an address; then nobody is looked up who is not known", async () => {
    const ip = newAddress();
    const known = await limitedKey({});
    const other = await limitedKey({});
    expect(await statusOf(call("GET", list, { key: known, ip }))).toBe(200);
    const all = await statuses(80, () => call("GET", list, { key: newApiKey("test").key, ip }));
    expect([countOf(401, all), countOf(429, all)]).toEqual([60, 20]);
    expect(await askedBy(async () => expect(await statusOf(call("GET", list, { key: newApiKey("test").key, ip }))).toBe(429))).toEqual([]);
    expect(await statusOf(call("GET", list, { key: other, ip }))).toBe(429);
    expect(await statusOf(call("GET", list, { key: known, ip }))).toBe(200);
    expect(await statusOf(call("GET", list, { key: other }))).toBe(200);
  });

  it("makes no limiter of a key that there is not", async () => {
    const asked = await askedBy(() => statusOf(call("POST", "/api/v1/projects", { key: newApiKey("test").key, body: { name: "x" } })));
    expect(asked.map((each) => (each.includes('"unauthenticated"') ? "address" : each))).toEqual(["d1", "address"]);
  });
});

describe("while the limiter does not answer", () => {
  const failing: Fault[] = ["fail-before", "fail-after"];

  it.each(failing)("lists go on with what the isolate counts, and say so (%s)", async (fault) => {
    const { ask } = await withKey({ lists: 2 });
    injectFaults(always("limiter", fault));
    const answers = [await ask(), await ask(), await ask()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(answers.map(({ headers }) => headers.get("RateLimit-Local"))).toEqual(["?1", "?1", "?1"]);
    stopFaults();
    expect((await ask()).headers.has("RateLimit-Local")).toBe(false);
  });

  it.each([
    { what: "keys", ask: async () => call("POST", "/api/v1/keys/generate", { key: await limitedKey({}), body: { name: "x", scopes: ["audits:read"] } }) },
    { what: "sign-in", ask: async () => call("POST", "/api/v1/auth/login", { body: { email: "ada@example.com", password: "seven green lamps" } }) },
  ])("$what: nothing happens, and whoever asked is told when to come back", async ({ ask }) => {
    injectFaults(always("limiter", "fail-before"));
    const answer = await ask();
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect(await answer.json()).toMatchObject({ code: "unavailable" });
  });

  it("a person can sign out", async () => {
    const { accessToken } = await signInAs(workspace.userId);
    injectFaults(always("limiter", "fail-before"));
    const headers = { Authorization: `Bearer ${accessToken}` };
    expect(await statusOf(call("POST", "/api/v1/auth/logout", { headers }))).toBe(204);
    expect(await statusOf(call("GET", "/api/v1/me", { headers }))).toBe(401);
  });

  it("an object that is gone comes back with what it knew", async () => {
    const { ask } = await withKey({ lists: 2 });
    expect(await statusOf(ask())).toBe(200);
    await abortAllDurableObjects();
    expect(await statuses(1, ask)).toEqual([200]);
    expect(await statuses(1, ask)).toEqual([429]);
  });
});

describe("whether Mentha is alive", () => {
  it("is told without a question to anybody, and not without end", async () => {
    const ip = newAddress();
    const all: number[] = [];
    const asked = await askedBy(async () => {
      for (let times = 0; times < 101; times++) all.push(await statusOf(call("GET", "/healthz", { ip })));
    });
    expect(asked).toEqual([]);
    expect([countOf(200, all), all.at(-1)]).toEqual([100, 429]);
  });
});
