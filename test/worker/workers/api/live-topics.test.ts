import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase, installationId } from "../../../../shared/db/client.ts";
import { roles } from "../../../../shared/identity/index.ts";
import { insertJob, sendJob } from "../../../../shared/jobs/index.ts";
import type { LiveEvent, TopicMessage } from "../../../../shared/live/index.ts";
import { commit, newId } from "../../../../shared/platform/index.ts";
import { call, type SeededWorkspace, seedAudit, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { createAudit, untilEnded, untilStatus } from "../../../helpers/worker/audit-run.ts";
import type { Proof } from "../../../helpers/worker/edge-sockets.ts";
import { expectClean, type FaultBench, openFaultBench, startAudit, untilQuiet } from "../../../helpers/worker/fault-bench.ts";
import { always, injectFaults, once, stopFaults, struckSoFar } from "../../../helpers/worker/faults.ts";
import { openFollower, type SocketFollower } from "../../../helpers/worker/follower.ts";
import { seedMember, signInAs } from "../../../helpers/worker/people.ts";
import { defineSite } from "../../../helpers/worker/site.ts";
import { smallSite } from "../../../helpers/worker/small-site.ts";

let site = "";
let workspace: SeededWorkspace;
let key = "";
const followers: SocketFollower[] = [];

beforeAll(async () => {
  site = `${(await defineSite("followed.example.org", smallSite("http://followed.example.org"))).url}/`;
});
beforeEach(async () => {
  workspace = await seedWorkspace();
  key = await seedKey(workspace);
});
afterEach(() => {
  stopFaults();
  for (const follower of followers.splice(0)) follower.leave();
});

const longEnough = 60_000;
const proofOf = async (userId: string): Promise<Proof> => ({ headers: { Authorization: `Bearer ${(await signInAs(userId)).accessToken}` } });

async function follower(proof: Proof): Promise<SocketFollower> {
  const opened = await openFollower(proof);
  followers.push(opened);
  return opened;
}

const isStatus = (status: string) => (event: LiveEvent) => event.type === "audit.changed" && event.status === status;
const statuses = (messages: readonly TopicMessage[]) => messages.flatMap(({ event }) => (event.type === "audit.changed" ? [event.status] : []));
const ofAudits = (messages: readonly TopicMessage[]) => messages.filter(({ event }) => event.type === "audit.changed");

describe("who follows an audit", () => {
  it(
    "is told how it gets on, in order, at most four times in any second, and how it ends",
    async () => {
      const { id } = await createAudit(key, site, { requestsPerSecond: 10 });
      const someone = await follower(await proofOf(workspace.userId));
      expect(await someone.follow(`audit:${id}`)).toMatchObject({ type: "subscribed", lastId: null });
      const told = await someone.until(`audit:${id}`, isStatus("completed"));
      const shown = told.flatMap(({ event, at }) => (event.type === "audit.progress" ? [{ ...event.progress, at }] : []));
      expect(shown.length).toBeGreaterThan(2);
      const fetched = shown.map((progress) => progress.fetched);
      expect(fetched).toEqual(fetched.toSorted((a, b) => a - b));
      for (const { at: from } of shown) expect(shown.filter(({ at }) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(4);
      expect(told.at(-1)?.event).toEqual({ type: "audit.changed", auditId: id, status: "completed" });
    },
    longEnough,
  );

  it("is told that it has ended, when it has", async () => {
    const id = await seedAudit(workspace);
    const someone = await follower({ key });
    await someone.follow(`audit:${id}`);
    expect(statuses(await someone.until(`audit:${id}`, isStatus("completed")))).toEqual(["completed"]);
  });

  it(
    "is told that it was deleted, after which nobody can follow it",
    async () => {
      const { id } = await createAudit(key, site, { requestsPerSecond: 4 });
      await untilStatus(key, id, "running");
      const someone = await follower({ key });
      await someone.follow(`audit:${id}`);
      expect((await call("DELETE", `/api/v1/audits/${id}`, { key })).status).toBe(204);
      const told = await someone.until(`audit:${id}`, isStatus("deleted"));
      expect(told.at(-1)?.event).toMatchObject({ status: "deleted" });
      const another = await follower({ key });
      expect(await another.follow(`audit:${id}`)).toMatchObject({ type: "refused", code: "not_found" });
    },
    longEnough,
  );

  it("of another workspace is told the same as of one that never was, and hears nothing", async () => {
    const id = await seedAudit(workspace, "queued");
    const stranger = await seedWorkspace();
    const other = await follower(await proofOf(stranger.userId));
    const { type, ...refusal } = await other.follow(`audit:${id}`);
    const { type: sameType, ...same } = await other.follow(`audit:${newId("audit")}`);
    expect([type, sameType]).toEqual(["refused", "refused"]);
    expect({ ...refusal, topic: "" }).toEqual({ ...same, topic: "" });
  });

  it("needs the permission to read audits, and is not told without it whether there is one", async () => {
    const id = await seedAudit(workspace);
    const narrow = await follower({ key: await seedKey(workspace, { scopes: ["keys:read"] }) });
    for (const topic of [`audit:${id}`, `audit:${newId("audit")}`, `job:${newId("job")}`]) {
      expect(await narrow.follow(topic)).toMatchObject({ type: "refused", code: "forbidden" });
    }
    expect(await narrow.follow("me")).toMatchObject({ type: "refused", code: "forbidden" });
  });
});

describe("who follows a workspace", () => {
  it.each([
    { scopes: ["keys:read"], answer: { type: "refused", code: "forbidden" } },
    { scopes: ["audits:read"], answer: { type: "refused", code: "forbidden" } },
    { scopes: ["members:read"], answer: { type: "refused", code: "forbidden" } },
    { scopes: ["audits:read", "members:read"], answer: { type: "subscribed" } },
  ])("with a key for $scopes is answered $answer.type: they hear of audits and of members", async ({ scopes, answer }) => {
    const program = await follower({ key: await seedKey(workspace, { scopes }) });
    expect(await program.follow("workspace")).toMatchObject(answer);
  });

  it.each(roles)("is anybody who is a %s", async (role) => {
    const member = await follower(await proofOf(await seedMember(workspace, { role })));
    expect(await member.follow("workspace")).toMatchObject({ type: "subscribed" });
  });

  it(
    "hears what happened meanwhile, each thing once, when they come back, and nobody elsewhere hears of it",
    async () => {
      const proof = await proofOf(workspace.userId);
      const stranger = await follower(await proofOf((await seedWorkspace()).userId));
      await stranger.follow("workspace");
      const before = await follower(proof);
      const answer = await before.follow("workspace");
      const lastId = answer.type === "subscribed" ? (answer.lastId ?? "") : "";
      before.leave();
      const { id } = await createAudit(key, site, { maxPages: 2 });
      await untilEnded(key, id);
      const back = await follower(proof);
      expect(await back.follow("workspace", lastId)).toMatchObject({ type: "subscribed", resumed: true });
      const told = ofAudits(await back.until("workspace", isStatus("completed")));
      const said = statuses(told);
      expect(said.at(-1)).toBe("completed");
      expect(new Set(said).size).toBe(said.length);
      expect(told.every(({ id: messageId }) => messageId !== null)).toBe(true);
      // Answered over the same socket: whatever was told before it has come.
      await stranger.follow("me");
      expect(ofAudits(stranger.told("workspace"))).toEqual([]);
    },
    longEnough,
  );

  it("is cut off when they are removed from it, and does not come back", async () => {
    const userId = await seedMember(workspace, { role: "qa" });
    const proof = await proofOf(userId);
    const member = await follower(proof);
    await member.follow("workspace");
    expect((await call("DELETE", `/api/v1/members/${userId}`, (await proofOf(workspace.userId)) ?? {})).status).toBe(204);
    await expect.poll(member.closedFor, { timeout: 10_000 }).toBe("rights_changed");
    await expect(openFollower(proof)).rejects.toThrow();
  });
});

describe("an event that is handled twice", () => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await openFaultBench("followed-twice.example.org");
  }, longEnough);

  it(
    "is told once",
    async () => {
      const someone = await follower({ key: bench.key });
      await someone.follow("workspace");
      injectFaults(once("d1", "fail-before", { text: 'update "events" set "handled_at"', nth: 3 }));
      const { id } = await startAudit(bench, { maxPages: 2 });
      await untilQuiet(id);
      expect(struckSoFar()).toHaveLength(1);
      await someone.until("workspace", isStatus("completed"));
      const said = statuses(someone.told("workspace"));
      expect(said.filter((status) => status === "completed")).toEqual(["completed"]);
    },
    longEnough,
  );
});

describe("who follows a job", () => {
  const db = directoryDatabase(env);
  const accept = async (workspaceId: string) => {
    const id = newId("job");
    await commit(db, [insertJob({ db, workspaceId, now: Date.now, dueJobs: [] }, { id, type: "audit.purge", input: { auditId: newId("audit") } })]);
    return id;
  };

  it("is told how it stands, and how it ends, and nothing of what it was asked", async () => {
    const id = await accept(workspace.id);
    const someone = await follower({ key });
    expect(await someone.follow(`job:${id}`)).toMatchObject({ type: "subscribed" });
    await someone.until(`job:${id}`, (event) => event.type === "job.changed" && event.state === "queued");
    await sendJob(env.WORK, workspace.id, id);
    const told = await someone.until(`job:${id}`, (event) => event.type === "job.changed" && event.state === "succeeded");
    expect(told.at(-1)?.event).toEqual({ type: "job.changed", jobId: id, jobType: "audit.purge", state: "succeeded", progress: expect.any(Number) });
  });

  it("of another workspace, or of the installation, is told that there is none", async () => {
    const someone = await follower({ key });
    for (const id of [await accept(installationId), await accept((await seedWorkspace()).id), newId("job")]) {
      expect(await someone.follow(`job:${id}`)).toMatchObject({ type: "refused", code: "not_found", message: "There is no such job." });
    }
  });
});

describe("an audit finds the same as a clean run when", () => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await openFaultBench("untold.example.org");
  }, longEnough);

  it.each<[string, Parameters<typeof injectFaults>[0]]>([
    ["nobody can be told how it gets on", always("live", "fail-before", { text: "audit.progress" })],
    ["nobody who tells how it gets on gets an answer", always("live", "hold-before", { text: "audit.progress" })],
    ["the object of sockets is gone for a while", always("live", "fail-before", { times: 6 })],
    ["what was told is said to have failed", always("live", "fail-after", { times: 6 })],
  ])(
    "%s",
    async (_, plan) => {
      const someone = await follower({ key: bench.key });
      await someone.follow("workspace");
      injectFaults(plan);
      const { id } = await startAudit(bench);
      await untilQuiet(id);
      expect(struckSoFar().some((struck) => struck.startsWith("live "))).toBe(true);
      await expectClean(bench, id);
      const told = await someone.until("workspace", (event) => isStatus("completed")(event) && "auditId" in event && event.auditId === id);
      expect(statuses(told.filter(({ event }) => "auditId" in event && event.auditId === id)).filter((status) => status === "completed")).toHaveLength(1);
    },
    longEnough,
  );
});
