import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, describe, expect, it } from "vitest";
import { directoryDatabase, installationId } from "../../../../shared/db/client.ts";
import { auditLog, members } from "../../../../shared/db/schema/index.ts";
import { newId } from "../../../../shared/platform/index.ts";
import { call, outcomeOf, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { createAudit, untilEnded, untilStatus } from "../../../helpers/worker/audit-run.ts";
import { fillWorkspace, placesWithoutWorkspace, storeMail, untilErased } from "../../../helpers/worker/erasures.ts";
import { everything, placesOf } from "../../../helpers/worker/everything.ts";
import { always, injectFaults, oftenAtFirst, once, release, stopFaults, untilHeld, untilReturned } from "../../../helpers/worker/faults.ts";
import { seedMember, signedIn } from "../../../helpers/worker/people.ts";
import { defineSite } from "../../../helpers/worker/site.ts";

afterEach(() => void stopFaults());

const db = directoryDatabase(env);

/** A workspace with canaries in every place where it can have something. */
async function filledWorkspace(canary: string) {
  const workspace = await seedWorkspace();
  const key = await seedKey(workspace);
  await fillWorkspace(workspace, canary);
  const erase = async () => (await signedIn(workspace.userId, workspace.id))("DELETE", "/api/v1/workspace", { name: `${canary}-name` });
  return { ...workspace, key, erase };
}

describe("deleting a workspace", () => {
  it("leaves nothing of it anywhere, but that it was deleted, and everything of others", async () => {
    const host = "erased.test";
    await defineSite(host, { "/": "<title>canarywsp1 title</title><h1>canarywsp1</h1>" });
    const own = await filledWorkspace("canarywsp1");
    const others = await filledWorkspace("canarywsp2");
    const person = await seedMember(own, { role: "qa" });
    await untilEnded(own.key, (await createAudit(own.key, `http://${host}/`)).id);
    await storeMail({ to: "somebody@example.com", text: "Nothing of a workspace" });
    // There is something to erase wherever there can be: what the erasure forgets would be found below.
    expect(await placesWithoutWorkspace(own.id, "canarywsp1")).toEqual([]);
    expect(await placesOf("canarywsp1")).toEqual(expect.arrayContaining(["OnlineUsers shown_broadcast", "OnlineUsers topic_message"]));
    expect(await placesOf(own.id)).toEqual(expect.arrayContaining(["OnlineTotals shard", "OnlineUsers shard_state"]));
    const before = (await everything()).filter(({ text }) => text.includes("canarywsp2"));

    expect((await own.erase()).status).toBe(204);
    await untilErased();

    expect(await placesOf("canarywsp1")).toEqual([]);
    // The limiters of people count by workspace until the day is over.
    expect((await placesOf(own.id)).filter((place) => !place.startsWith("RateLimiter"))).toEqual(["audit_log", "jobs"]);
    const left = await db.query.auditLog.findMany({ where: eq(auditLog.targetId, own.id) });
    expect(left).toMatchObject([{ action: "workspace.delete", workspaceId: installationId, userId: own.userId }]);
    expect((await everything()).filter(({ text }) => text.includes("canarywsp2"))).toEqual(before);
    expect(before.length).toBeGreaterThan(15);
    // People are nobody's.
    expect(await placesOf(person)).toContain("users");
    expect((await call("GET", "/api/v1/workspace", { key: others.key })).status).toBe(200);
    expect(await placesOf("Nothing of a workspace")).toHaveLength(1);
  }, 60_000);

  it("puts everybody out at once", async () => {
    const own = await filledWorkspace("canaryout");
    const member = await signedIn(await seedMember(own, { role: "qa" }), own.id);
    // Nothing is erased yet.
    injectFaults(always("work", "lose"));
    expect((await own.erase()).status).toBe(204);
    expect((await member("GET", "/api/v1/audits")).status).toBe(403);
    expect((await call("GET", "/api/v1/audits", { key: own.key })).status).toBe(401);
    const open = await env.DB.prepare("SELECT count(*) AS n FROM invitations WHERE workspace_id = ? AND revoked_at IS NULL").bind(own.id).first();
    expect(open).toEqual({ n: 0 });
    expect((await own.erase()).status).toBe(403);
  });

  it.each([
    { outcome: "another name", as: "admin", name: "another", status: 422 },
    { outcome: "a manager", as: "manager", name: "canaryno-", status: 403 },
    { outcome: "an API key", as: "key", name: "canaryno-", status: 403 },
  ] as const)("is refused for $outcome, and nothing happens", async ({ as, name, status }) => {
    const canary = `canaryno-${as}`;
    const own = await filledWorkspace(canary);
    const before = (await everything()).filter(({ text }) => text.includes(`${canary}-`));
    const body = { name: `${name}${as}-name` };
    const someone = as === "manager" ? await seedMember(own, { role: "manager" }) : own.userId;
    const send =
      as === "key"
        ? () => call("DELETE", "/api/v1/workspace", { key: own.key, body })
        : async () => (await signedIn(someone, own.id))("DELETE", "/api/v1/workspace", body);
    expect(await outcomeOf(await send())).toMatchObject({ status });
    expect((await everything()).filter(({ text }) => text.includes(`${canary}-`))).toEqual(before);
  });

  it.each(["fail-before", "fail-after"] as const)(
    "comes to its end although it is cut off at one point after the other: %s",
    async (fault) => {
      const canary = `canary${fault}`;
      const own = await filledWorkspace(canary);
      expect((await own.erase()).status).toBe(204);
      injectFaults(oftenAtFirst("d1", fault, "delete from"));
      await untilErased();
      expect(stopFaults().length).toBeGreaterThan(3);
      expect(await placesOf(canary)).toEqual([]);
    },
    60_000,
  );

  it("stops an audit that runs, and leaves nothing of it", async () => {
    const host = "canaryrace.test";
    const links = Array.from({ length: 60 }, (_, i) => `<a href="/canaryrace-${i}">x</a>`).join("");
    await defineSite(host, {
      "/": `<title>canaryrace</title>${links}`,
      ...Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`/canaryrace-${i}`, "<h1>canaryrace</h1>"])),
    });
    const workspace = await seedWorkspace();
    const key = await seedKey(workspace);
    const { id } = await createAudit(key, `http://${host}/`, { requestsPerSecond: 5 });
    await untilStatus(key, id, "running");
    // What was found is told to the crawl when everything is erased.
    injectFaults(always("report", "hold-before"));
    await untilHeld();
    const answer = await (await signedIn(workspace.userId))("DELETE", "/api/v1/workspace", { name: "Test" });
    expect(answer.status).toBe(204);
    await untilErased();
    await untilReturned();
    expect(await placesOf("canaryrace")).toEqual([]);
    expect(await placesOf(id)).toEqual([]);
  }, 60_000);
});

describe("deleting any workspace", () => {
  it("lets an operator erase one that they are not in, and the last admin go", async () => {
    const operator = await seedWorkspace({ isOperator: true });
    const key = await seedKey(operator);
    const own = await filledWorkspace("canaryunwanted");
    const others = await filledWorkspace("canarywanted");
    const before = (await everything()).filter(({ text }) => text.includes("canarywanted"));
    const address = `/api/admin/workspaces/${own.id}`;
    expect((await call("DELETE", `/api/admin/users/${own.userId}`, { key })).status).toBe(409);

    injectFaults(always("work", "lose"));
    expect((await call("DELETE", address, { key })).status).toBe(204);
    expect((await call("GET", "/api/v1/audits", { key: own.key })).status).toBe(401);
    expect((await own.erase()).status).toBe(403);
    // Its row is still there.
    expect((await call("DELETE", address, { key })).status).toBe(404);
    stopFaults();
    await untilErased();

    expect(await placesOf("canaryunwanted")).toEqual([]);
    const told = await db.query.auditLog.findMany({ where: eq(auditLog.targetId, own.id) });
    expect(told).toMatchObject([{ action: "workspace.delete", workspaceId: installationId, userId: operator.userId }]);
    expect((await everything()).filter(({ text }) => text.includes("canarywanted"))).toEqual(before);
    expect((await call("GET", "/api/v1/workspace", { key: others.key })).status).toBe(200);
    expect((await call("DELETE", `/api/admin/users/${own.userId}`, { key })).status).toBe(204);
  }, 60_000);

  it("has one effect when two operators do it at once", async () => {
    const operators = [await seedWorkspace({ isOperator: true }), await seedWorkspace({ isOperator: true })];
    const [first = "", second = ""] = await Promise.all(operators.map((operator) => seedKey(operator)));
    const { id } = await seedWorkspace();
    const erase = (key: string) => call("DELETE", `/api/admin/workspaces/${id}`, { key });
    injectFaults(once("d1", "hold-before", { text: 'delete from "members"' }));
    const slow = erase(first);
    await untilHeld();
    expect((await erase(second)).status).toBe(204);
    release();
    expect(await outcomeOf(await slow)).toMatchObject({ status: 409, detail: expect.stringContaining("at the same moment") });
    expect(await db.$count(auditLog, eq(auditLog.targetId, id))).toBe(1);
  });

  it.each([
    { outcome: "an admin of the workspace", isOperator: false, whose: "other", status: 403 },
    { outcome: "the one that the operator is in", isOperator: true, whose: "own", status: 409 },
    { outcome: "one that nobody has", isOperator: true, whose: "nobodys", status: 404 },
  ] as const)("is refused for $outcome", async ({ isOperator, whose, status }) => {
    const own = await seedWorkspace({ isOperator });
    const ids = { own: own.id, other: (await seedWorkspace()).id, nobodys: newId("workspace") };
    const key = await seedKey(own);
    const answer = await call("DELETE", `/api/admin/workspaces/${ids[whose]}`, { key });
    expect(await outcomeOf(answer)).toMatchObject({ status });
    expect(await db.$count(members, eq(members.workspaceId, ids.other))).toBe(1);
    expect(await db.$count(members, eq(members.workspaceId, ids.own))).toBe(1);
  });
});
