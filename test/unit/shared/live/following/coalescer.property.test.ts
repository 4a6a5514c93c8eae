import fc from "fast-check";
import { expect, it } from "vitest";
import { createCoalescer, type LiveEvent, type TopicMessage } from "../../../../../shared/live/index.ts";
import { newId } from "../../../../../shared/platform/index.ts";
import { virtualTime } from "../../../../helpers/unit/virtual-time.ts";

const audits = [newId("audit"), newId("audit")] as const;
const job = newId("job");
const people = [newId("user"), newId("user"), newId("user")] as const;
const counts = { error: 0, warning: 0, info: 0 };
const progressOf = (fetched: number) =>
  ({ status: "running", discovered: 9, fetched, failed: 0, left: 1, pagesPerSecond: 1, secondsLeft: 1, currentUrl: null, counts }) as const;

const oneOf = fc.constantFrom<(n: number) => LiveEvent>(
  ...audits.map(
    (auditId) =>
      (n: number): LiveEvent => ({ type: "audit.progress", auditId, progress: progressOf(n) }),
  ),
  () => ({ type: "audit.changed", auditId: audits[0], status: "running" }),
  () => ({ type: "audit.changed", auditId: audits[0], status: "completed" }),
  () => ({ type: "audit.changed", auditId: audits[1], status: "failed" }),
  (n) => ({ type: "job.changed", jobId: job, jobType: "audit.purge", state: "running", progress: n }),
  (n) => ({ type: "job.changed", jobId: job, jobType: "audit.purge", state: "succeeded", progress: n }),
  ...people.map((userId) => (): LiveEvent => ({ type: "member.changed", userId })),
  (n) => ({ type: "presence", users: n, active: 0, connections: n }),
);
const pace = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 40 }) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 1_500 }) });
const steps = fc.array(fc.record({ afterMs: pace, event: oneOf, topicKey: fc.constantFrom("workspace", "other") }), { maxLength: 80 });

interface Sent {
  readonly topicKey: string;
  readonly at: number;
  readonly message: TopicMessage;
}

/** Offers messages, each with a number of its own as its time; what was offered and what went out. */
async function play(given: readonly { afterMs: number; event: (n: number) => LiveEvent; topicKey: string }[]) {
  const time = virtualTime();
  const offered: Sent[] = [];
  const sent: Sent[] = [];
  const note = (list: Sent[], topicKey: string, message: TopicMessage) => void list.push({ topicKey, at: time.now(), message });
  const coalescer = createCoalescer({ now: time.now, wait: time.wait, send: (topicKey, message) => note(sent, topicKey, message) });
  for (const [n, { afterMs, event, topicKey }] of given.entries()) {
    await time.pass(afterMs);
    const message: TopicMessage = { type: "event", topic: "workspace", id: null, at: n + 1, event: event(n) };
    note(offered, topicKey, message);
    coalescer.offer(topicKey, message);
  }
  const waitingAfter = async (ms: number) => {
    await time.pass(ms);
    return time.waiting();
  };
  return { offered, sent, waitingAfter };
}

const thingOf = ({ event }: TopicMessage): string =>
  `${event.type} ${"auditId" in event ? event.auditId : "jobId" in event ? event.jobId : "userId" in event ? event.userId : ""}`;
const auditOf = ({ event }: TopicMessage) => ("auditId" in event ? event.auditId : null);
const isEnd = ({ event }: TopicMessage) =>
  (event.type === "audit.changed" && event.status !== "running") || (event.type === "job.changed" && event.state === "succeeded");
const byTopic = (list: readonly Sent[], key: string) => list.filter(({ topicKey }) => topicKey === key);
const longEnough = 10_000;

it("never sends more than four messages of a topic in any second", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (given) => {
      const { sent, waitingAfter } = await play(given);
      await waitingAfter(longEnough);
      for (const key of ["workspace", "other"]) {
        const times = byTopic(sent, key).map(({ at }) => at);
        for (const from of times) expect(times.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(4);
      }
    }),
    { numRuns: 150 },
  );
});

it("sends in the order of what was offered, each once, and waits for nothing when nothing is left", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (given) => {
      const { offered, sent, waitingAfter } = await play(given);
      expect(await waitingAfter(longEnough)).toBe(0);
      for (const key of ["workspace", "other"]) {
        const order = byTopic(sent, key).map(({ message }) => message.at);
        expect(order).toEqual(order.toSorted((a, b) => a - b));
        expect(new Set(order).size).toBe(order.length);
        expect(byTopic(offered, key).map(({ message }) => message.at)).toEqual(expect.arrayContaining(order));
      }
    }),
    { numRuns: 150 },
  );
});

it("sends the last of each kind and thing, and each audit's and job's end with nothing older after it", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (given) => {
      const { offered, sent, waitingAfter } = await play(given);
      await waitingAfter(longEnough);
      for (const key of ["workspace", "other"]) {
        const mine = byTopic(sent, key).map(({ message }) => message);
        const all = byTopic(offered, key).map(({ message }) => message);
        for (const [thing, told] of Map.groupBy(all, thingOf)) {
          // What comes after an audit's end tells nothing any more.
          const ended = all.find((message) => isEnd(message) && auditOf(message) !== null && auditOf(message) === auditOf(told[0] ?? message));
          const last = told.findLast((message) => isEnd(message) || ended === undefined || message.at < ended.at);
          if (last !== undefined) expect(mine.filter((message) => thingOf(message) === thing).at(-1)).toEqual(last);
        }
        for (const auditId of audits) {
          const ofAudit = mine.filter((message) => auditOf(message) === auditId);
          const end = ofAudit.findIndex(isEnd);
          if (end >= 0) expect(ofAudit.slice(end).every(isEnd)).toBe(true);
        }
      }
    }),
    { numRuns: 150 },
  );
});

it("drops what was true of a job before its end, when it comes later, and tells of one that is tried again", async () => {
  const time = virtualTime();
  const states: string[] = [];
  const coalescer = createCoalescer({
    now: time.now,
    wait: time.wait,
    send: (_, { event }) => void states.push(event.type === "job.changed" ? event.state : ""),
  });
  const offer = (state: "queued" | "running" | "failed", at: number) =>
    coalescer.offer(`job:${job}`, {
      type: "event",
      topic: `job:${job}`,
      id: null,
      at,
      event: { type: "job.changed", jobId: job, jobType: "x", state, progress: 0 },
    });
  offer("running", 10);
  offer("failed", 20);
  offer("queued", 15);
  await time.pass(2_000);
  offer("running", 19);
  await time.pass(2_000);
  expect(states).toEqual(["running", "failed"]);
  offer("queued", 30);
  expect(states).toEqual(["running", "failed", "queued"]);
});

it("lets so many different things wait and no more, without losing one", async () => {
  const time = virtualTime();
  const sent: string[] = [];
  const coalescer = createCoalescer({
    now: time.now,
    wait: time.wait,
    send: (_, { event }) => void sent.push(event.type === "member.changed" ? event.userId : ""),
  });
  const users = Array.from({ length: 300 }, () => newId("user"));
  for (const userId of users) coalescer.offer("workspace", { type: "event", topic: "workspace", id: null, at: 1, event: { type: "member.changed", userId } });
  expect(sent.length).toBe(100);
  await time.pass(60_000);
  expect(sent).toEqual(users);
});
