import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { apiKeys, idempotency } from "../../../../shared/db/schema/index.ts";
import { claimRequest } from "../../../../shared/idempotency/index.ts";
import { minuteMs, parseApiKey, permissions } from "../../../../shared/platform/index.ts";
import { Problem } from "../../../../workers/api/problem.ts";
import { call, contextOf, type SeededWorkspace, seedAudit, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { placesOf } from "../../../helpers/worker/everything.ts";
import { always, type Fault, injectFaults, once, release, stopFaults, struckSoFar, untilHeld } from "../../../helpers/worker/faults.ts";
import { signInAs } from "../../../helpers/worker/people.ts";
import { addressOf, sampleRoutes } from "../../../helpers/worker/route-samples.ts";
import { defineSite } from "../../../helpers/worker/site.ts";

const db = directoryDatabase(env);
const projectsPath = "/api/v1/projects";
const body = { name: "Shop" };

let workspace: SeededWorkspace;
let key = "";
beforeAll(async () => {
  for (const host of ["battery.test", "example.com"]) await defineSite(host, {});
  workspace = await seedWorkspace({ isOperator: true });
  key = await seedKey(workspace);
});
afterEach(() => void stopFaults());

interface Sending {
  readonly by?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A POST under an `Idempotency-Key`, by the workspace's key unless told otherwise. */
const send = (path: string, idempotencyKey: string, { by = key, body: sent = body, headers = {} }: Sending = {}): Promise<Response> =>
  call("POST", path, { key: by, body: sent, headers: { ...headers, "Idempotency-Key": idempotencyKey } });

const problemOf = async (answer: Response) => {
  const { status, code, detail, errors } = Problem.parse(await answer.json());
  return { status, code, detail, paths: errors.map(({ path }) => path), retryAfter: answer.headers.get("Retry-After") };
};

/** All of an answer that the first and the second have in common. */
const seen = async (answer: Response) => ({
  status: answer.status,
  headers: ["Content-Type", "Location", "ETag", "Cache-Control"].map((name) => answer.headers.get(name)),
  text: await answer.text(),
});

const isReplay = ({ headers }: Response): boolean => headers.get("Idempotency-Replayed") === "true";
const projectsNamed = async (name: string): Promise<number> => {
  const { results } = await env.DB.prepare("SELECT id FROM projects WHERE workspace_id = ? AND name = ?").bind(workspace.id, name).all();
  return results.length;
};

const Operation = z.object({
  operationId: z.string(),
  parameters: z.array(z.object({ in: z.string(), name: z.string() })).default([]),
  responses: z.record(z.string(), z.object({ headers: z.record(z.string(), z.unknown()).default({}) })),
});
const Document = z.object({ paths: z.record(z.string(), z.object({ post: Operation.optional() })) });

/** POSTs in a workspace, by address. */
async function posts() {
  const { paths } = Document.parse(await (await call("GET", "/openapi.json")).json());
  return sampleRoutes
    .filter(({ method, permission }) => method === "post" && (permission === "member" || permissions.some((name) => name === permission)))
    .map((route) => ({ ...route, operation: paths[route.path]?.post ?? expect.unreachable(`${route.path} is not documented`) }));
}
const takesKey = ({ operation }: Awaited<ReturnType<typeof posts>>[number]): boolean => operation.parameters.some(({ name }) => name === "Idempotency-Key");

describe("every POST that makes something in a workspace", () => {
  /** Those that do not take the header, and why. */
  const exempt: Readonly<Record<string, string>> = {
    "post /api/v1/ws-tickets": "a ticket opens one socket and ends by itself: who asks again needs another one, and nothing is stored twice",
  };

  it("takes an Idempotency-Key, and says so", async () => {
    const making = (await posts()).filter(({ operation: { responses } }) => "201" in responses || "202" in responses);
    expect(making.filter((route) => !takesKey(route)).map(({ name }) => name)).toEqual(Object.keys(exempt));
    expect(making.length).toBeGreaterThanOrEqual(8);
    for (const { operation } of making.filter(takesKey)) {
      const { 409: conflict, 201: made, 202: accepted } = operation.responses;
      expect(conflict, operation.operationId).toBeDefined();
      expect((made ?? accepted)?.headers, operation.operationId).toHaveProperty("Idempotency-Replayed");
    }
  });

  /** How many there are of all that such a route may make. What follows from it later is counted nowhere here. */
  const made = async (): Promise<unknown> => {
    const people = ["invitations", "members", "workspaces", "broadcasts"];
    const things = ["audits", "api_keys", "projects", "sites", "webhooks", "schedules", "schedule_runs", "mutes", "reports"];
    const counts = [...people, ...things].map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`);
    // Of other jobs some follow later.
    const jobs = "(SELECT count(*) FROM jobs WHERE type IN ('backup.make', 'retention.clean')) AS jobs";
    // A secret that is made anew is no row of its own, nor is a delivery that is made again.
    const anew = "(SELECT sum(version) FROM webhooks) AS secrets, (SELECT sum(round) FROM webhook_deliveries) AS rounds";
    return await env.DB.prepare(`SELECT ${counts.join()}, ${jobs}, ${anew}`).first();
  };

  it("acts once under one key, and answers the same again", async () => {
    const { accessToken } = await signInAs(workspace.userId);
    const headers = { Authorization: `Bearer ${accessToken}`, "X-Workspace": workspace.id, "Idempotency-Key": "generated" };
    for (const route of (await posts()).filter(takesKey)) {
      const address = addressOf(route, await route.thing?.make(workspace));
      const post = () => call("POST", address, { headers, body: route.body });
      const before = await made();
      const first = await post();
      const between = await made();
      const second = await post();
      expect([first.status, isReplay(first), isReplay(second)], route.name).toEqual([expect.toBeOneOf([201, 202]), false, true]);
      expect(await seen(second), route.name).toEqual(await seen(first));
      expect(between, route.name).not.toEqual(before);
      expect(await made(), route.name).toEqual(between);
    }
  });
});

describe("an Idempotency-Key", () => {
  it.each(["a", "!~", "8e03978e-40d5-43dd-bc93-6894a57f9324", '"quoted"', "x".repeat(255)])("may be %.40s", async (text) => {
    expect((await send(projectsPath, text)).status).toBe(201);
  });

  it.each(["", "a b", "a\tb", "ä", "x".repeat(256)])("may not be %.40s", async (text) => {
    expect(await problemOf(await send(projectsPath, text))).toMatchObject({ status: 422, code: "invalid", paths: ["header.Idempotency-Key"] });
  });

  it("of 20 requests at once lets one act, and gives its answer to all", async () => {
    const body = { name: "one of twenty" };
    const twenty = () => Promise.all(Array.from({ length: 20 }, () => send(projectsPath, "twenty", { body })));
    const answers = await twenty();
    const acted = answers.filter((answer) => answer.status === 201 && !isReplay(answer));
    expect(acted).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 201))
      expect(await problemOf(answer)).toMatchObject({ status: 409, code: "conflict", retryAfter: "1" });
    const [first] = await Promise.all(acted.map((answer) => answer.text()));
    for (const answer of await twenty()) expect([answer.status, isReplay(answer), await answer.text()]).toEqual([201, true, first]);
    expect(await projectsNamed("one of twenty")).toBe(1);
  });

  it.each([
    { other: "body", path: projectsPath, body: { name: "Other" } },
    { other: "query", path: `${projectsPath}?a=1`, body },
  ])("that comes again with another $other is refused", async ({ other, path, body }) => {
    await send(projectsPath, `other ${other}`.replace(" ", "-"));
    const answer = await send(path, `other-${other}`, { body });
    expect(await problemOf(answer)).toMatchObject({ status: 422, code: "invalid", paths: ["header.Idempotency-Key"] });
    expect(await projectsNamed("Other")).toBe(0);
  });

  it("that comes again for another thing is refused", async () => {
    const rerun = async (id: string) => (await send(`/api/v1/audits/${id}/rerun`, "rerun", { body: {} })).status;
    expect([await rerun(await seedAudit(workspace)), await rerun(await seedAudit(workspace))]).toEqual([202, 422]);
  });

  it("is free again after a request that was refused", async () => {
    expect((await send(projectsPath, "refused", { body: { name: "" } })).status).toBe(422);
    const answer = await send(projectsPath, "refused");
    expect([answer.status, isReplay(answer)]).toEqual([201, false]);
  });

  it("means nothing to another key, nor in another workspace", async () => {
    const first = await (await send(projectsPath, "mine")).text();
    const theirs = [await seedKey(workspace), await seedKey(await seedWorkspace())];
    for (const by of theirs) {
      const answer = await send(projectsPath, "mine", { by });
      expect([answer.status, isReplay(answer)]).toEqual([201, false]);
      expect(await answer.text()).not.toBe(first);
    }
  });
});

describe("an answer that is given again", () => {
  it("is for who may still have it", async () => {
    const by = await seedKey(workspace);
    const prefix = parseApiKey(by)?.prefix ?? "";
    const again = () => send(projectsPath, "still", { by });
    expect((await again()).status).toBe(201);
    await db
      .update(apiKeys)
      .set({ scopes: ["projects:read"] })
      .where(eq(apiKeys.prefix, prefix));
    expect((await again()).status).toBe(403);
    await db.update(apiKeys).set({ revokedAt: Date.now() }).where(eq(apiKeys.prefix, prefix));
    expect((await again()).status).toBe(401);
  });

  it("has the secret that was shown once, which is stored nowhere", async () => {
    const body = { name: "Nightly", scopes: ["audits:read"] };
    const [first, second] = [await send("/api/v1/keys/generate", "secret-one", { body }), await send("/api/v1/keys/generate", "secret-one", { body })];
    const { key: secret } = z.object({ key: z.string() }).parse(await first.json());
    expect([isReplay(second), await second.json()]).toEqual([true, expect.objectContaining({ key: secret })]);
    expect((await call("GET", "/api/v1/audits", { key: secret })).status).toBe(200);
    expect(await placesOf("Nightly")).toContain("api_keys");
    for (const text of [secret, "secret-one"]) expect(await placesOf(text)).toEqual([]);
  });
});

describe("when something fails", () => {
  const verb = 'insert into "projects"';
  it.each<{ when: string; fault: Fault; text: string; replayed: boolean }>([
    { when: "the database fails before the effect", fault: "fail-before", text: verb, replayed: false },
    { when: "the answer of the database to the effect is lost", fault: "fail-after", text: verb, replayed: true },
    { when: "the database fails before the claim", fault: "fail-before", text: 'insert into "idempotency"', replayed: false },
    { when: "the answer of the database to the claim is lost", fault: "fail-after", text: 'insert into "idempotency"', replayed: false },
  ])("a request that is sent again acts once: $when", async ({ when, fault, text, replayed }) => {
    const name = when.replaceAll(" ", "-");
    const again = () => send(projectsPath, name, { body: { name } });
    injectFaults(once("d1", fault, { text }));
    expect((await again()).status).toBe(503);
    expect(stopFaults()).toEqual([`d1 ${fault}`]);
    const answer = await again();
    expect([answer.status, isReplay(answer)]).toEqual([201, replayed]);
    expect(await projectsNamed(name)).toBe(1);
  });

  it("an audit whose event was lost is answered again, and starts all the same", async () => {
    const body = { url: "http://battery.test/", maxPages: 1 };
    injectFaults(always("events", "lose"));
    const first = await send("/api/v1/audits", "lost-event", { body });
    expect(first.status).toBe(202);
    const second = await send("/api/v1/audits", "lost-event", { body });
    expect(await seen(second)).toEqual(await seen(first));
    expect(isReplay(second)).toBe(true);
    const { results } = await env.DB.prepare("SELECT count(*) AS count FROM events WHERE workspace_id = ? AND data LIKE ?")
      .bind(workspace.id, `%${(second.headers.get("Location") ?? "").split("/").at(-1)}%`)
      .all();
    expect(results).toEqual([{ count: 1 }]);
  });

  it("a claim that could not be given back lapses", async () => {
    injectFaults(always("d1", "fail-before", { text: 'delete from "idempotency"' }));
    expect((await send(projectsPath, "not-given-back", { body: { name: "" } })).status).toBe(422);
    expect(struckSoFar()).toEqual(["d1 fail-before"]);
    expect((await send(projectsPath, "not-given-back", { body: { name: "" } })).status).toBe(409);
    await lapse();
    expect((await send(projectsPath, "not-given-back", { body: { name: "" } })).status).toBe(422);
  });

  it("a request that died before its effect blocks the next one for a minute at most", async () => {
    const ctx = contextOf(env, workspace);
    const { accessToken } = await signInAs(workspace.userId);
    const headers = { Authorization: `Bearer ${accessToken}`, "X-Workspace": workspace.id, "Idempotency-Key": "died" };
    const again = () => call("POST", projectsPath, { headers, body: { name: "after a death" } });
    await claimRequest(ctx, ctx.db, { route: "createProject", key: "died", content: `${projectsPath}\n${JSON.stringify({ name: "after a death" })}` });
    expect(await problemOf(await again())).toMatchObject({ status: 409, code: "conflict", retryAfter: expect.stringMatching(/^\d+$/) });
    await lapse();
    const answer = await again();
    expect([answer.status, isReplay(answer)]).toEqual([201, false]);
    expect(await projectsNamed("after a death")).toBe(1);
  });

  it("a request that is slower than its claim does nothing once another one has begun", async () => {
    const name = "slow";
    injectFaults(once("d1", "hold-before", { text: verb }));
    const slow = send(projectsPath, name, { body: { name } });
    await untilHeld();
    await lapse();
    const next = await send(projectsPath, name, { body: { name } });
    expect([next.status, isReplay(next)]).toEqual([201, false]);
    release();
    expect((await slow).status).toBe(409);
    expect(await projectsNamed(name)).toBe(1);
    expect(await (await send(projectsPath, name, { body: { name } })).text()).toBe(await next.text());
  });

  /** Lets a minute go by for all claims. */
  const lapse = async (): Promise<void> => void (await db.update(idempotency).set({ leaseUntil: Date.now() - minuteMs }));
});
