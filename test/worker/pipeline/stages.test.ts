import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { crawlsOf } from "../../../durable-objects/stubs.ts";
import { createAudit, readAudit, tick, untilStatus } from "../../helpers/worker/audit-run.ts";
import {
  crawlOf,
  eventsOf,
  evict,
  expectClean,
  type FaultBench,
  letTimePass,
  openFaultBench,
  stageOf,
  startAudit,
  untilDone,
  untilQuiet,
} from "../../helpers/worker/fault-bench.ts";
import { always, injectFaults, once, stopFaults, struckSoFar, writes } from "../../helpers/worker/faults.ts";
import { defineSite } from "../../helpers/worker/site.ts";

let bench: FaultBench;
beforeAll(async () => {
  bench = await openFaultBench("stages.example.org");
}, 60_000);

afterEach(() => {
  stopFaults();
});

const longEnough = 60_000;
const { claim, projection, publication, failing } = writes;

describe("an object that is gone in the middle of its work comes back and finishes the audit as if nothing had happened", () => {
  it.each<[string, Parameters<typeof injectFaults>[0], string]>([
    ["before the start is stored", once("transaction", "die-before", { stage: "unstarted" }), "transaction die-before while unstarted"],
    ["after the start is stored, before it is answered", once("transaction", "die-after", { stage: "unstarted" }), "transaction die-after while unstarted"],
    ["before the claim", once("d1", "die-before", { text: claim }), "d1 die-before while claiming"],
    ["after the claim, before it knows", once("d1", "die-after", { text: claim }), "d1 die-after while claiming"],
    ["with leases out that nobody was told of", once("analysis", "die-before", { nth: 2 }), "analysis die-before while crawling, leased"],
    ["with leases out that consumers work on", once("analysis", "die-after", { nth: 2 }), "analysis die-after while crawling, leased"],
    ["while it takes in a report", once("transaction", "die-before", { stage: "crawling, leased", nth: 3 }), "transaction die-before while crawling, leased"],
    ["after it took in a report", once("transaction", "die-after", { stage: "crawling, leased", nth: 3 }), "transaction die-after while crawling, leased"],
    ["before it judges the site", once("transaction", "die-before", { stage: "judging" }), "transaction die-before while judging"],
    ["between two slices of judging", once("transaction", "die-after", { stage: "judging", nth: 4 }), "transaction die-after while judging"],
    ["before it writes the rest", once("d1", "die-before", { text: projection, stage: "publishing" }), "d1 die-before while publishing"],
    ["after it wrote the rest", once("d1", "die-after", { text: projection, stage: "publishing" }), "d1 die-after while publishing"],
    ["before it publishes", once("d1", "die-before", { text: publication }), "d1 die-before while publishing"],
    ["after it published, before it knows", once("d1", "die-after", { text: publication }), "d1 die-after while publishing"],
    ["before it tells of the end", once("events", "die-before", { stage: "ended" }), "events die-before while ended"],
    ["after it told of the end", once("events", "die-after", { stage: "ended" }), "events die-after while ended"],
  ])(
    "%s",
    async (_, plan, struck) => {
      injectFaults(plan);
      const { id } = await startAudit(bench);
      await untilQuiet(id);
      expect(struckSoFar()).toEqual([struck]);
      await expectClean(bench, id);
    },
    longEnough,
  );

  it(
    "in every stage, one after the other",
    async () => {
      const died = new Set<string>();
      injectFaults(({ point, stage }) => {
        if (stage === null || point === "report" || died.has(stage)) return undefined;
        died.add(stage);
        return "die-after";
      });
      const { id } = await startAudit(bench);
      await untilQuiet(id);
      expect([...died].toSorted()).toEqual(["claiming", "crawling", "crawling, leased", "ended", "judging", "publishing", "unstarted"]);
      await expectClean(bench, id);
    },
    longEnough,
  );

  it(
    "although it is evicted as soon as it has a moment's peace",
    async () => {
      const { id } = await startAudit(bench, { requestsPerSecond: 20 });
      const stages: (string | null)[] = [];
      await untilDone(id, async () => {
        stages.push(await stageOf(id));
        await evict(id);
        return stages.at(-1) === "ended";
      });
      expect(stages.filter((stage) => stage === "crawling").length).toBeGreaterThan(3);
      await expectClean(bench, id);
    },
    longEnough,
  );
});

describe("an audit that fails", () => {
  const host = "stages-fail.example.org";
  const expectFailed = async (id: string, code: string): Promise<void> => {
    await untilQuiet(id);
    stopFaults();
    expect(await readAudit(bench.key, id)).toMatchObject({ status: "failed", scores: null, error: { code } });
    expect(await eventsOf(id)).toEqual({ "audit.queued": 1, "audit.started": 1, "audit.failed": 1 });
  };

  it.each([
    ["fails before", once("d1", "fail-before", { text: failing }), "d1 fail-before while publishing"],
    ["fails after", once("d1", "fail-after", { text: failing }), "d1 fail-after while publishing"],
    ["is never heard by its object, gone before", once("d1", "die-before", { text: failing }), "d1 die-before while publishing"],
    ["is never heard by its object, gone after", once("d1", "die-after", { text: failing }), "d1 die-after while publishing"],
  ] as const)(
    "fails once when the write that says so %s",
    async (_, plan, struck) => {
      await defineSite(host, { "/": { status: 404, body: "no" } });
      injectFaults(plan);
      const { id } = await createAudit(bench.key, `http://${host}/`);
      await untilQuiet(id);
      expect(struckSoFar()).toEqual([struck]);
      await expectFailed(id, "start_answers_error");
    },
    longEnough,
  );

  it.each([
    ["crawling", always("d1", "fail-before", { text: projection })],
    ["judging", always("transaction", "fail-before", { stage: "judging" })],
    ["publishing", always("d1", "fail-before", { text: publication })],
  ] as const)(
    "because its alarm throws for ever while %s, says whose fault it is",
    async (stage, plan) => {
      injectFaults(plan);
      const { id } = await startAudit(bench);
      await untilQuiet(id);
      expect(struckSoFar().length).toBeGreaterThanOrEqual(8);
      expect(struckSoFar().every((struck) => stage === "crawling" || struck.endsWith(stage))).toBe(true);
      await expectFailed(id, "internal");
      expect((await readAudit(bench.key, id)).error?.message).toBe("The audit was given up because of a fault on our side. Start it again.");
    },
    longEnough,
  );

  it(
    "because the database cannot be reached for long fails once it can: the claim never went through",
    async () => {
      injectFaults(always("d1", "fail-before", { text: claim }));
      const { id } = await startAudit(bench);
      await untilDone(id, async () => (await stageOf(id)) === "failing" || (await stageOf(id)) === "ended");
      await untilQuiet(id);
      expect(await readAudit(bench.key, id)).toMatchObject({ status: "failed", error: { code: "internal" } });
      expect(await eventsOf(id)).toEqual({ "audit.queued": 1, "audit.failed": 1 });
    },
    longEnough,
  );

  it.each(["die-before", "die-after"] as const)(
    "fails once when its object is gone while it fails (%s)",
    async (fault) => {
      let deaths = 0;
      injectFaults((call) => {
        if (call.point !== "d1") return undefined;
        if (call.text.includes(publication)) return "fail-before";
        return call.stage === "failing" && deaths++ === 0 ? fault : undefined;
      });
      const { id } = await startAudit(bench);
      await untilQuiet(id);
      expect(struckSoFar()).toContain(`d1 ${fault} while failing`);
      await expectFailed(id, "internal");
    },
    longEnough,
  );
});

describe("an alarm that throws", () => {
  it.each([1, 4, 7])(
    "%i times in a row and then recovers leaves no trace",
    async (times) => {
      injectFaults(always("d1", "fail-before", { text: publication, times }));
      const { id } = await startAudit(bench);
      await untilQuiet(id);
      expect(struckSoFar()).toHaveLength(times);
      await expectClean(bench, id);
    },
    longEnough,
  );

  it(
    "and takes its object along every time is not tried for ever",
    async () => {
      injectFaults(always("transaction", "die-before", { stage: "judging" }));
      const { id } = await startAudit(bench);
      await untilDone(id, async () => struckSoFar().length > 5);
      expect(await readAudit(bench.key, id)).toMatchObject({ status: "running" });
      await letTimePass(id);
      await env.DB.prepare("UPDATE audits SET heartbeat_at = 0, woken_at = 1 WHERE id = ?").bind(id).run();
      await tick();
      expect(await readAudit(bench.key, id)).toMatchObject({ status: "failed", error: { code: "crawl_stuck" } });
      expect(await stageOf(id)).toBeNull();
      await untilQuiet(id);
      expect(await eventsOf(id)).toEqual({ "audit.queued": 1, "audit.started": 1, "audit.failed": 1 });
    },
    longEnough,
  );
});

describe("an object whose audit has ended", () => {
  it(
    "is quiet after an eviction, refuses reports, and forgets everything when its time has come",
    async () => {
      const { id } = await startAudit(bench);
      await untilQuiet(id);
      expect(await stageOf(id)).toBe("ended");
      expect(await evict(id)).toBe(true);
      expect(await crawlsOf(env).report(id, [])).toBe("gone");
      expect(await crawlsOf(env).progress(id)).toBe("gone");
      await expectClean(bench, id);
      await letTimePass(id);
      await untilDone(id, async () => (await stageOf(id)) === null);
      const tables = await runInDurableObject(crawlOf(id), (_, { storage }) =>
        storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
      );
      expect(tables).toEqual([]);
      await expectClean(bench, id);
    },
    longEnough,
  );

  it(
    "is not raised by the watchdog",
    async () => {
      const { id } = await startAudit(bench);
      await untilStatus(bench.key, id, "completed");
      await tick();
      await expectClean(bench, id);
    },
    longEnough,
  );
});
