import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { crawlsOf } from "../../../durable-objects/stubs.ts";
import type { TaskReport } from "../../../shared/audits/index.ts";
import { readAudit, untilStatus } from "../../helpers/worker/audit-run.ts";
import {
  cancel,
  eventsOf,
  evict,
  expectClean,
  type FaultBench,
  letTimePass,
  openFaultBench,
  parked,
  remove,
  rowsOf,
  stageOf,
  startAudit,
  untilDone,
  untilQuiet,
} from "../../helpers/worker/fault-bench.ts";
import { injectFaults, once, release, stopFaults, struckSoFar, untilHeld, writes } from "../../helpers/worker/faults.ts";

let bench: FaultBench;
beforeAll(async () => {
  bench = await openFaultBench("races.example.org");
}, 60_000);

afterEach(() => {
  stopFaults();
});

const longEnough = 60_000;
const { claim, publication } = writes;

/** From now on the first report of pages does not arrive; it is kept, to be told later. */
function keepFirstReport(): () => readonly TaskReport[] {
  let kept: readonly TaskReport[] = [];
  injectFaults(({ point, text }) => {
    if (kept.length > 0 || point !== "report" || !text.includes('"kind":"page"')) return undefined;
    kept = reportsIn(text);
    return "lose";
  });
  return () => kept;
}

/** What the injector wrote as JSON itself. */
function reportsIn(text: string): readonly TaskReport[] {
  const reports: readonly TaskReport[] = JSON.parse(text);
  return reports;
}

describe("a report that comes late changes nothing", () => {
  it.each<{ when: string; before: (id: string) => Promise<unknown>; answer: string }>([
    { when: "its lease ran out, before its successor is told of", before: async () => {}, answer: "taken" },
    { when: "its successor was settled", before: (id) => untilDone(id, async () => (await readAudit(bench.key, id)).progress.fetched > 8), answer: "taken" },
    { when: "the audit was completed", before: (id) => untilStatus(bench.key, id, "completed"), answer: "gone" },
    {
      when: "the audit was completed, and its object was evicted",
      before: async (id) => {
        await untilStatus(bench.key, id, "completed");
        await untilQuiet(id);
        await evict(id);
      },
      answer: "gone",
    },
  ])(
    "when $when",
    async ({ before, answer }) => {
      const kept = keepFirstReport();
      const { id } = await startAudit(bench, answer === "taken" ? { requestsPerSecond: 8 } : {});
      await untilDone(id, async () => kept().length > 0);
      await letTimePass(id);
      await before(id);
      expect(await crawlsOf(env).report(id, kept())).toBe(answer);
      await untilQuiet(id);
      await expectClean(bench, id);
    },
    longEnough,
  );

  it.each<{ when: string; end: (id: string) => Promise<Response>; rows: "some" | "none" }>([
    { when: "cancelled", end: (id) => cancel(bench, id), rows: "some" },
    { when: "deleted", end: (id) => remove(bench, id), rows: "none" },
  ])(
    "when the audit was $when",
    async ({ end, rows }) => {
      const kept = keepFirstReport();
      const { id } = await startAudit(bench, { requestsPerSecond: 8 });
      await untilDone(id, async () => kept().length > 0);
      expect((await end(id)).ok).toBe(true);
      const told = await eventsOf(id);
      await untilQuiet(id);
      const left = await rowsOf(id);
      expect(await crawlsOf(env).report(id, kept())).toBe("gone");
      await letTimePass(id);
      expect(await stageOf(id)).toBeNull();
      expect(await rowsOf(id)).toBe(left);
      expect(left > 0).toBe(rows === "some");
      expect(await eventsOf(id)).toEqual(told);
    },
    longEnough,
  );
});

/** Ends that were recorded; there must be one. */
async function endsOf(auditId: string): Promise<string[]> {
  const events = await eventsOf(auditId);
  return Object.entries(events).flatMap(([type, count]) => (/completed|failed|cancelled/.test(type) ? Array<string>(count).fill(type) : []));
}

describe("twenty cancellations at once, at the moment of publishing", () => {
  it.each([
    ["hold-before", 0],
    ["hold-before", 3],
    ["hold-before", 20],
    ["hold-after", 0],
    ["hold-after", 20],
  ] as const)(
    "end the audit once, as one of them says or as completed (%s the write, for %i ms)",
    async (fault, ms) => {
      injectFaults(once("d1", fault, { text: publication }));
      const { id } = await startAudit(bench);
      await untilHeld();
      const answers = Promise.all(Array.from({ length: 20 }, () => cancel(bench, id)));
      await scheduler.wait(ms);
      release();
      const statuses = (await answers).map(({ status }) => status);
      await untilQuiet(id);
      expect(struckSoFar()).toEqual([`d1 ${fault} while publishing`]);
      const won = statuses.filter((status) => status === 200).length;
      expect(won).toBeLessThanOrEqual(1);
      expect(statuses.filter((status) => status === 409)).toHaveLength(20 - won);
      // Who waits after the commit has lost nothing: the audit is completed.
      if (fault === "hold-after") expect(won).toBe(0);
      const status = won === 1 ? "cancelled" : "completed";
      expect(await endsOf(id)).toEqual([`audit.${status}`]);
      const audit = await readAudit(bench.key, id);
      expect(audit.status).toBe(status);
      expect(audit.scores === null).toBe(won === 1);
      if (won === 0) await expectClean(bench, id);
    },
    longEnough,
  );
});

describe("twenty cancellations that are all answered before the end is written", () => {
  it(
    "are one cancellation: the end that comes too late is not published",
    async () => {
      injectFaults(once("d1", "hold-before", { text: publication }));
      const { id } = await startAudit(bench);
      await untilHeld();
      const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await cancel(bench, id)).status));
      release();
      await untilQuiet(id);
      expect(statuses.toSorted((a, b) => a - b)).toEqual([200, ...Array<number>(19).fill(409)]);
      expect(await endsOf(id)).toEqual(["audit.cancelled"]);
      expect(await readAudit(bench.key, id)).toMatchObject({ status: "cancelled", scores: null });
    },
    longEnough,
  );
});

describe("a deletion at the moment of publishing", () => {
  it.each(["hold-before", "hold-after"] as const)(
    "leaves nothing behind (%s)",
    async (fault) => {
      injectFaults(once("d1", fault, { text: publication }));
      const { id } = await startAudit(bench);
      await untilHeld();
      expect((await remove(bench, id)).status).toBe(204);
      release();
      await untilQuiet(id);
      expect(await rowsOf(id)).toBe(0);
      expect(await stageOf(id)).toBeNull();
      expect(await eventsOf(id)).toMatchObject({ "audit.deleted": 1 });
      expect(await endsOf(id)).toEqual(fault === "hold-after" ? ["audit.completed"] : []);
    },
    longEnough,
  );
});

describe("a cancellation at the moment of the claim", () => {
  it.each([
    ["hold-before", { "audit.queued": 1, "audit.cancelled": 1 }],
    ["hold-after", { "audit.queued": 1, "audit.started": 1, "audit.cancelled": 1 }],
  ] as const)(
    "wins, and nothing is fetched (%s)",
    async (fault, events) => {
      injectFaults(once("d1", fault, { text: claim }));
      const { id } = await startAudit(bench);
      await untilHeld();
      expect((await cancel(bench, id)).status).toBe(200);
      release();
      await untilQuiet(id);
      expect(await readAudit(bench.key, id)).toMatchObject({ status: "cancelled", progress: { fetched: 0 } });
      expect(await eventsOf(id)).toEqual(events);
    },
    longEnough,
  );

  it(
    "of an audit whose announcement is still on its way is never raised by it",
    async () => {
      injectFaults(once("events", "delay"));
      const { id } = await startAudit(bench);
      expect((await cancel(bench, id)).status).toBe(200);
      await untilQuiet(id);
      await scheduler.wait(1_500);
      expect(await stageOf(id)).toBeNull();
      expect(await eventsOf(id)).toEqual({ "audit.queued": 1, "audit.cancelled": 1 });
    },
    longEnough,
  );
});

describe("a message that nobody waits for", () => {
  const task = { id: 1, kind: "page", url: "http://races.example.org/", attempt: 1 } as const;
  const messageFor = (auditId: string) => ({
    ...{ v: 1, auditId, workspaceId: bench.workspaceId, startUrl: bench.url, userAgent: "test", sealedHeaders: null },
    tasks: [task],
  });

  it.each<{ whose: string; end: (id: string) => Promise<unknown> }>([
    {
      whose: "a deleted audit",
      end: async (id) => {
        await remove(bench, id);
        await untilQuiet(id);
      },
    },
    { whose: "an audit whose object was cleared", end: (id) => crawlsOf(env).clear(id) },
  ])(
    "of $whose is done with at once",
    async ({ end }) => {
      const { id } = await startAudit(bench, { maxPages: 2 });
      await untilQuiet(id);
      await end(id);
      const left = await rowsOf(id);
      await env.ANALYSIS.send(messageFor(id));
      for (const { id: eventId } of await eventRows(id)) await env.EVENTS.send({ v: 1, eventId, workspaceId: bench.workspaceId });
      await scheduler.wait(1_000);
      await letTimePass(id);
      expect(await stageOf(id)).toBeNull();
      expect(await rowsOf(id)).toBe(left);
      expect(await parked()).toEqual([]);
    },
    longEnough,
  );

  it(
    "since it has no known shape is kept as a dead letter, from every queue, and delivered no more",
    async () => {
      await env.ANALYSIS.send({ ...messageFor("aud_00000000000000000000000000"), tasks: [] });
      await env.EVENTS.send({ v: 2, workspaceId: bench.workspaceId });
      await env.WORK.send("a sentence");
      await untilDone("", async () => (await parked()).length >= 3);
      await scheduler.wait(500);
      const letters = await parked();
      expect(letters.map(({ queue }) => queue).toSorted()).toEqual(["analysis", "events", "work"]);
      for (const { error } of letters) expect(error).toMatch(/^invalid: The message cannot be read: /);
    },
    longEnough,
  );

  async function eventRows(auditId: string): Promise<{ id: string }[]> {
    const { results } = await env.DB.prepare("SELECT id FROM events WHERE data ->> 'auditId' = ?").bind(auditId).all<{ id: string }>();
    return results;
  }
});
