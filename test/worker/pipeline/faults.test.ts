import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { readAudit, untilStatus } from "../../helpers/worker/audit-run.ts";
import {
  acceptedAudits,
  cancel,
  eventsOf,
  expectClean,
  type FaultBench,
  openFaultBench,
  remove,
  rowsOf,
  startAudit,
  untilQuiet,
} from "../../helpers/worker/fault-bench.ts";
import { always, everyOther, type Fault, injectFaults, inTurn, once, type Point, stopFaults, struckSoFar, writes } from "../../helpers/worker/faults.ts";

let bench: FaultBench;
beforeAll(async () => {
  bench = await openFaultBench("faults.example.org");
}, 60_000);

afterEach(() => {
  stopFaults();
});

const longEnough = 60_000;
const handled = 'update "events" set "handled_at"';

/** What an audit goes through is not the point of the test unless a fault struck. */
function expectStruck(...faults: readonly string[]): void {
  for (const fault of faults) expect(struckSoFar().some((struck) => struck.startsWith(fault))).toBe(true);
}

describe("an audit finds the same as a clean run, and ends once, when", () => {
  it.each<[string, Parameters<typeof injectFaults>[0], string]>([
    ["the isolate dies between the commit of the audit and its announcement", once("events", "lose"), "events lose"],
    ["the queue refuses the announcement", once("events", "fail-before"), "events fail-before"],
    ["the queue took the announcement, and its answer was lost", once("events", "fail-after"), "events fail-after"],
    ["no announcement arrives but by the sweep", always("events", "lose", { times: 3 }), "events lose"],
    ["the isolate dies after the announcement, before it is marked handled", once("d1", "fail-before", { text: handled }), "d1 fail-before"],
    ["the mark of the announcement is written, and the answer lost", once("d1", "fail-after", { text: handled }), "d1 fail-after"],
    ["every event is sent twice", always("events", "duplicate"), "events duplicate"],
    ["every event is late", always("events", "delay"), "events delay"],
    ["every batch of events is turned round", always("events", "reorder"), "events reorder"],
    ["the first messages with addresses are lost", always("analysis", "lose", { times: 2 }), "analysis lose"],
    ["every message with addresses is delivered twice", always("analysis", "duplicate"), "analysis duplicate"],
    ["every message with addresses is late", always("analysis", "delay"), "analysis delay"],
    ["every batch of messages is turned round", always("analysis", "reorder"), "analysis reorder"],
    ["the queue refuses every other batch of messages", everyOther("analysis", "fail-before"), "analysis fail-before"],
    ["the queue takes every other batch and its answer is lost", everyOther("analysis", "fail-after"), "analysis fail-after"],
    ["a consumer dies between its fetch and its report", once("report", "fail-before", { text: '"kind":"page"' }), "report fail-before"],
    ["a consumer dies after its report", once("report", "fail-after", { text: '"kind":"page"', nth: 2 }), "report fail-after"],
    ["a report is lost although the consumer believes it arrived", once("report", "lose", { text: '"kind":"page"' }), "report lose"],
    ["whole batches are retried: nobody can report for a while", always("report", "fail-before", { times: 3, text: '"kind":"page"' }), "report fail-before"],
    ["whole batches are retried after they were reported", always("report", "fail-after", { times: 3, text: '"kind":"page"' }), "report fail-after"],
    ["the database fails before the claim", once("d1", "fail-before", { text: writes.claim }), "d1 fail-before while claiming"],
    ["the database fails after the claim", once("d1", "fail-after", { text: writes.claim }), "d1 fail-after while claiming"],
    ["the database fails before every other projection", everyOther("d1", "fail-before", { text: writes.projection }), "d1 fail-before"],
    ["the database fails after every other projection", everyOther("d1", "fail-after", { text: writes.projection }), "d1 fail-after"],
    ["the database fails before the end is published", once("d1", "fail-before", { text: writes.publication }), "d1 fail-before while publishing"],
    ["the database fails after the end was published", once("d1", "fail-after", { text: writes.publication }), "d1 fail-after while publishing"],
    ["the database fails three times before the end is published", always("d1", "fail-before", { times: 3, text: writes.publication }), "d1 fail-before"],
    ["the storage of its object fails once in every stage", onceInEveryStage(), "transaction fail-before while judging"],
  ])(
    "%s",
    async (_, plan, struck) => {
      injectFaults(plan);
      const { id } = await startAudit(bench);
      await untilQuiet(id);
      expectStruck(struck);
      await expectClean(bench, id);
    },
    longEnough,
  );

  it(
    "all of it is delivered in disorder",
    async () => {
      injectFaults(inTurn({ events: ["duplicate", "reorder", "delay"], analysis: ["duplicate", "reorder", null, "delay"] }));
      const { id } = await startAudit(bench);
      await untilQuiet(id);
      expectStruck("analysis duplicate", "analysis reorder");
      await expectClean(bench, id);
    },
    longEnough,
  );
});

function onceInEveryStage(): Parameters<typeof injectFaults>[0] {
  const struck = new Set<string | null>();
  return ({ point, stage }) => {
    if (point !== "transaction" || struck.has(stage)) return undefined;
    struck.add(stage);
    return "fail-before";
  };
}

describe("an audit that the API could not promise", () => {
  it(
    "was not stored when the database failed before",
    async () => {
      injectFaults(once("d1", "fail-before", { text: 'insert into "audits"' }));
      const ids = await acceptedAudits(bench);
      expectStruck("d1 fail-before");
      expect(ids).toHaveLength(1);
      for (const id of ids) await expectClean(bench, id);
    },
    longEnough,
  );

  it(
    "runs to its end all the same when it was stored",
    async () => {
      injectFaults(once("d1", "fail-after", { text: 'insert into "audits"' }));
      const ids = await acceptedAudits(bench);
      expectStruck("d1 fail-after");
      // The first was stored, with its event, and nobody was told; the caller tried again.
      expect(ids).toHaveLength(2);
      for (const id of ids) await expectClean(bench, id);
    },
    longEnough,
  );
});

describe("a cancellation", () => {
  it.each<{ when: string; plan: Parameters<typeof injectFaults>[0]; answer: number; again: number }>([
    { when: "the database fails before it", plan: once("d1", "fail-before", { text: '"finished_at" = ?' }), answer: 503, again: 200 },
    { when: "the database fails after it", plan: once("d1", "fail-after", { text: '"finished_at" = ?' }), answer: 503, again: 409 },
    { when: "its event is lost", plan: once("events", "lose"), answer: 200, again: 409 },
    { when: "its event comes twice", plan: always("events", "duplicate"), answer: 200, again: 409 },
    { when: "the last findings cannot be written", plan: always("d1", "fail-before", { text: writes.projection }), answer: 200, again: 409 },
  ])(
    "holds once it was answered, and is asked for again where it was not: $when",
    async ({ plan, answer, again }) => {
      const { id } = await startAudit(bench, { requestsPerSecond: 4 });
      await untilStatus(bench.key, id, "running");
      injectFaults(plan);
      expect((await cancel(bench, id)).status).toBe(answer);
      expect(struckSoFar().length).toBeGreaterThan(0);
      expect((await cancel(bench, id)).status).toBe(again);
      await untilQuiet(id);
      expect(await readAudit(bench.key, id)).toMatchObject({ status: "cancelled", scores: null });
      expect(await eventsOf(id)).toEqual({ "audit.queued": 1, "audit.started": 1, "audit.cancelled": 1 });
    },
    longEnough,
  );
});

describe("a deletion", () => {
  const insertJob = 'insert into "jobs"';
  it.each<{ when: string; plan: Parameters<typeof injectFaults>[0]; answer: number; again: number }>([
    { when: "the database fails before it", plan: once("d1", "fail-before", { text: insertJob }), answer: 503, again: 204 },
    { when: "the database fails after it", plan: once("d1", "fail-after", { text: insertJob }), answer: 503, again: 404 },
    { when: "its event is lost", plan: once("events", "lose"), answer: 204, again: 404 },
    ...(["lose", "duplicate", "delay", "reorder", "fail-before", "fail-after"] as const satisfies readonly Fault[]).map((fault) => ({
      when: `the message of its job: ${fault}`,
      plan: always("work", fault, { times: 2 }),
      answer: 204,
      again: 404,
    })),
    { when: "the database fails before its first removals", plan: always("d1", "fail-before", { text: "delete from", times: 3 }), answer: 204, again: 404 },
    { when: "the database fails after its first removals", plan: always("d1", "fail-after", { text: "delete from", times: 3 }), answer: 204, again: 404 },
    { when: "the database fails before the job is claimed", plan: once("d1", "fail-before", { text: 'update "jobs"' }), answer: 204, again: 404 },
    { when: "the database fails after the job was claimed", plan: once("d1", "fail-after", { text: 'update "jobs"' }), answer: 204, again: 404 },
  ])(
    "leaves no row behind: $when",
    async ({ plan, answer, again }) => {
      const { id } = await startAudit(bench, { maxPages: 3 });
      await untilStatus(bench.key, id, "completed");
      injectFaults(plan);
      expect((await remove(bench, id)).status).toBe(answer);
      expect((await remove(bench, id)).status).toBe(again);
      await untilQuiet(id);
      expect(struckSoFar().length).toBeGreaterThan(0);
      expect(await rowsOf(id)).toBe(0);
      expect(await eventsOf(id)).toEqual({ "audit.queued": 1, "audit.started": 1, "audit.completed": 1, "audit.deleted": 1 });
      const { results } = await env.DB.prepare("SELECT state FROM jobs WHERE input ->> 'auditId' = ?").bind(id).all();
      expect(results).toEqual([{ state: "succeeded" }]);
    },
    longEnough,
  );

  const points: readonly Point[] = ["events", "work"];
  it(
    "of an audit that runs leaves no row behind when everything that tells of it is lost once",
    async () => {
      const { id } = await startAudit(bench, { requestsPerSecond: 4 });
      await untilStatus(bench.key, id, "running");
      const lost = new Set<Point>();
      injectFaults(({ point }) => {
        if (!points.includes(point) || lost.has(point)) return undefined;
        lost.add(point);
        return "lose";
      });
      expect((await remove(bench, id)).status).toBe(204);
      await untilQuiet(id);
      expect(lost.size).toBe(2);
      expect(await rowsOf(id)).toBe(0);
    },
    longEnough,
  );
});
