import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayMs, hourMs, minuteMs, newId, secondMs } from "../../../../../shared/platform/index.ts";
import type { AttemptReport, Offer, TakenAttempt } from "../../../../../shared/webhooks/schedule/endpoint.ts";
import {
  failure,
  offerAndTake,
  offersOf,
  reportOf,
  type ScheduleBench,
  type Sent,
  takeAll,
  unstorable,
  withSchedule,
} from "../../../../helpers/worker/schedule-bench.ts";

const idsOf = (things: readonly { readonly deliveryId: string }[]): string[] => things.map(({ deliveryId }) => deliveryId);
const inOrder = (ids: readonly string[]): string[] => [...ids].toSorted();
const rows = ({ sql }: ScheduleBench) => sql.exec<{ id: string; state: string }>("SELECT id, state FROM delivery").toArray();
const leasedIn = ({ sql }: ScheduleBench) => Number(sql.exec("SELECT count(*) AS n FROM delivery WHERE state = 'leased'").one().n);

/** Reports, and sends and writes what follows. */
async function report(bench: ScheduleBench, ...reports: readonly AttemptReport[]): Promise<void> {
  bench.schedule.report(reports);
  await bench.schedule.dispatch();
  await bench.schedule.tell();
}

describe("a delivery", () => {
  it("is leased, taken once, and told of", () =>
    withSchedule({}, async (bench) => {
      const [offer, ...rest] = offersOf(bench, 1);
      bench.schedule.offer(
        bench.settings,
        [offer, ...rest].filter((each) => each !== undefined),
      );
      await bench.schedule.dispatch();
      const [message] = bench.sent();
      expect(message).toMatchObject({ webhookId: bench.settings.webhookId, deliveryIds: [offer?.deliveryId], lane: "slow" });
      const lease = message?.lease ?? "";
      const [attempt] = bench.schedule.take(lease);
      expect(attempt).toEqual({ deliveryId: offer?.deliveryId, attempt: 1, mayHaveArrived: false });
      expect(bench.schedule.take(lease)).toEqual([]);
      expect(bench.schedule.take("another")).toEqual([]);
      if (attempt !== undefined) await report(bench, reportOf(bench, attempt), reportOf(bench, attempt, { result: failure }));
      expect(bench.told).toMatchObject([{ deliveryId: offer?.deliveryId, attempt: 1, outcome: "succeeded", state: "succeeded", nextAttemptAt: null }]);
      expect(bench.schedule.health()).toEqual({ breaker: "closed", opensAt: null, failingSince: null, waiting: 0, inFlight: 0 });
    }));

  it("that was offered before is not sent a second time, until an hour after it was over", () =>
    withSchedule({}, async (bench) => {
      const offers = offersOf(bench, 1);
      const [attempt] = await offerAndTake(bench, offers);
      expect(await offerAndTake(bench, offers)).toEqual([]);
      if (attempt !== undefined) await report(bench, reportOf(bench, attempt));
      bench.now += hourMs - 1;
      await bench.ring();
      bench.reopen();
      expect(await offerAndTake(bench, offers)).toEqual([]);
      while ((await bench.wait()) > 0);
      expect(rows(bench)).toEqual([]);
      expect(await bench.schedule.work()).toBe("empty");
    }));

  it("that somebody asks for again is sent again, with the next attempt's number", () =>
    withSchedule({}, async (bench) => {
      const [offer] = offersOf(bench, 1);
      if (offer === undefined) return;
      const [first] = await offerAndTake(bench, [offer]);
      if (first !== undefined) await report(bench, reportOf(bench, first));
      const [second] = await offerAndTake(bench, [{ ...offer, round: 1 }]);
      expect(second).toMatchObject({ attempt: 2 });
      // While that one is under way.
      bench.schedule.offer(bench.settings, [{ ...offer, round: 2 }]);
      if (second !== undefined) await report(bench, reportOf(bench, second));
      const [third] = takeAll(bench);
      expect(third).toMatchObject({ attempt: 3 });
      if (third !== undefined) await report(bench, reportOf(bench, third));
      expect(bench.told.map(({ round }) => round)).toEqual([0, 1, 2]);
      expect(bench.sent()).toEqual([]);
    }));

  it.each<[string, Partial<AttemptReport>, boolean]>([
    ["was delivered", {}, true],
    ["ended without an answer", { status: null, result: { ...failure, failure: "timeout", retry: "never" } }, true],
    ["failed with 503", { status: 503, result: { ...failure, retry: "never" } }, true],
    ["was answered with what nobody understands", { result: { ...failure, failure: "rejected", retry: "never" } }, true],
    ["was refused", { status: 400, result: { ...failure, retry: "never" } }, false],
  ])("that %s may have arrived when somebody asks for it again: %o, %s", (_, changes, mayHaveArrived) =>
    withSchedule({}, async (bench) => {
      const [offer] = offersOf(bench, 1);
      if (offer === undefined) return;
      const [first] = await offerAndTake(bench, [offer]);
      if (first !== undefined) await report(bench, reportOf(bench, first, changes));
      expect(await offerAndTake(bench, [{ ...offer, round: 1 }])).toMatchObject([{ attempt: 2, mayHaveArrived }]);
    }),
  );

  it.each<[string, Partial<AttemptReport>, Partial<Record<"state" | "outcome" | "failure", string>>, number | null]>([
    ["failed", { result: failure }, { state: "pending", outcome: "failed", failure: "status" }, 5 * secondMs],
    ["failed and asks for time", { result: { ...failure, retryAfterMs: minuteMs } }, { state: "pending" }, minuteMs],
    ["failed for good", { result: { ...failure, retry: "never" } }, { state: "failed", outcome: "failed" }, null],
    ["ended it all", { result: { ...failure, failure: "gone", retry: "never", disables: true } }, { state: "failed", failure: "gone" }, null],
  ])("whose attempt %s is tried again when it should be", (_, changes, told, waits) =>
    withSchedule({}, async (bench) => {
      const [attempt] = await offerAndTake(bench, offersOf(bench, 1));
      if (attempt !== undefined) await report(bench, reportOf(bench, attempt, changes));
      expect(bench.told).toMatchObject([{ ...told, nextAttemptAt: waits === null ? null : bench.now + waits }]);
      if (waits === null) return;
      bench.now += waits - 1;
      await bench.ring();
      expect(bench.sent()).toEqual([]);
      bench.now += 1;
      await bench.ring();
      expect(takeAll(bench)).toMatchObject([{ attempt: 2, mayHaveArrived: false }]);
    }),
  );

  it("whose sender vanished is tried again, and may have arrived; whose message vanished has not been tried", () =>
    withSchedule({ afterUnknownMs: 5 * minuteMs }, async (bench) => {
      bench.schedule.offer(bench.settings, offersOf(bench, 1));
      await bench.schedule.dispatch();
      expect(bench.sent()).toHaveLength(1);
      bench.reopen();
      await bench.wait();
      const [again] = takeAll(bench);
      expect(again).toMatchObject({ attempt: 1, mayHaveArrived: false });
      const takenAt = bench.now;
      bench.reopen();
      await bench.wait();
      expect(bench.now).toBe(takenAt + 30 * secondMs);
      await bench.schedule.tell();
      expect(bench.told).toMatchObject([{ attempt: 1, outcome: "unknown", failure: "lost", state: "pending", nextAttemptAt: bench.now + 5 * minuteMs }]);
      bench.now += 5 * minuteMs;
      await bench.ring();
      expect(takeAll(bench)).toMatchObject([{ attempt: 2, mayHaveArrived: true }]);
      // What the first came to is told too late.
      if (again !== undefined) await report(bench, reportOf(bench, again));
      expect(bench.told).toHaveLength(1);
    }));

  it("of a lease that ended is not given to whoever comes late", () =>
    withSchedule({}, async (bench) => {
      bench.schedule.offer(bench.settings, offersOf(bench, 1));
      await bench.schedule.dispatch();
      const [message] = bench.sent();
      bench.now = message?.leaseUntil ?? 0;
      expect(bench.schedule.take(message?.lease ?? "")).toEqual([]);
    }));

  it("that is gone, or whose endpoint is, leaves the schedule without an attempt", () =>
    withSchedule({}, async (bench) => {
      const [attempt] = await offerAndTake(bench, offersOf(bench, 1));
      if (attempt !== undefined) await report(bench, reportOf(bench, attempt, { result: { is: "dropped" } }));
      expect(bench.told).toEqual([]);
      expect(rows(bench)).toMatchObject([{ state: "done" }]);
    }));

  it("that was taken and not made is made at once by somebody else, with the same number, and nothing is counted", () =>
    withSchedule({ concurrency: 1, throttle: { limit: 1, windowMs: minuteMs } }, async (bench) => {
      const [attempt] = await offerAndTake(bench, offersOf(bench, 1));
      if (attempt !== undefined) await report(bench, reportOf(bench, attempt, { status: null, result: { is: "unmade" } }));
      expect([bench.told, bench.schedule.health().failingSince]).toEqual([[], null]);
      expect(takeAll(bench)).toEqual([{ deliveryId: attempt?.deliveryId, attempt: 1, mayHaveArrived: false }]);
    }));

  it("of a suspended workspace waits with all the others, and is not counted", () =>
    withSchedule({ concurrency: 1 }, async (bench) => {
      const [attempt] = await offerAndTake(bench, offersOf(bench, 2));
      if (attempt !== undefined) await report(bench, reportOf(bench, attempt, { result: { is: "held" } }));
      expect([bench.told, bench.sent(), leasedIn(bench)]).toEqual([[], [], 0]);
      await bench.wait();
      expect(takeAll(bench)).toMatchObject([{ attempt: 1 }]);
    }));
});

describe("an endpoint", () => {
  it("is never sent more at once than it takes, and the rest as soon as there is room", () =>
    withSchedule({ concurrency: 3 }, async (bench) => {
      const attempts = await offerAndTake(bench, offersOf(bench, 10));
      expect(attempts).toHaveLength(3);
      let done = 0;
      for (let running = attempts; running.length > 0; running = [...running, ...takeAll(bench)]) {
        expect(running.length).toBeLessThanOrEqual(3);
        const [next] = running.splice(0, 1);
        if (next !== undefined) await report(bench, reportOf(bench, next));
        done += 1;
      }
      expect(done).toBe(10);
    }));

  it("that says when to come again is left alone until then, with everything", () =>
    withSchedule({ concurrency: 1 }, async (bench) => {
      const [attempt] = await offerAndTake(bench, offersOf(bench, 3));
      if (attempt !== undefined) await report(bench, reportOf(bench, attempt, { result: { ...failure, retryAfterMs: hourMs } }));
      expect(bench.sent()).toEqual([]);
      const asked = bench.now + hourMs;
      while (bench.now < asked) await bench.wait();
      expect(bench.now).toBe(asked);
      expect(bench.sent()).toHaveLength(1);
    }));

  it("that fails is asked by one probe at a time once the breaker opened, and what waits is not counted", () =>
    withSchedule({ concurrency: 5 }, async (bench) => {
      let attempts = await offerAndTake(bench, offersOf(bench, 30));
      for (let failures = 0; failures < 10; failures += 5) {
        await report(bench, ...attempts.map((attempt) => reportOf(bench, attempt, { result: { ...failure, retry: "never" } })));
        attempts = takeAll(bench);
      }
      expect(bench.schedule.health()).toMatchObject({ breaker: "open", opensAt: bench.now + minuteMs, waiting: 20, inFlight: 0 });
      bench.reopen();
      await bench.wait();
      expect(bench.schedule.health()).toMatchObject({ breaker: "half-open", inFlight: 1 });
      const [probe] = takeAll(bench);
      expect(probe).toMatchObject({ attempt: 1 });
      if (probe !== undefined) await report(bench, reportOf(bench, probe));
      expect(bench.schedule.health()).toMatchObject({ breaker: "closed", inFlight: 5, failingSince: null });
    }));

  it("with a throttle is never asked more often in any window", () =>
    withSchedule({ concurrency: 4, throttle: { limit: 5, windowMs: secondMs } }, async (bench) => {
      const begun: number[] = [];
      bench.schedule.offer(bench.settings, offersOf(bench, 40));
      await bench.schedule.dispatch();
      for (let steps = 0; begun.length < 40; steps++) {
        expect(steps).toBeLessThan(400);
        const attempts = takeAll(bench);
        begun.push(...attempts.map(() => bench.now));
        const startedAt = bench.now;
        bench.now += 30;
        await report(bench, ...attempts.map((attempt) => reportOf({ now: startedAt }, attempt)));
        if (bench.schedule.health().inFlight === 0) await bench.wait();
      }
      for (const from of begun) expect(begun.filter((at) => at >= from && at < from + secondMs).length).toBeLessThanOrEqual(5);
      // Exact means that nothing is held back either: eight windows of five, the last of which need not pass.
      expect((begun.at(-1) ?? 0) - (begun[0] ?? 0)).toBeLessThanOrEqual(8 * secondMs);
    }));

  it("that answers has its messages in the fast queue, and in the slow one after an answer that came late", () =>
    withSchedule({ concurrency: 1 }, async (bench) => {
      const lanes: Sent["lane"][] = [];
      bench.schedule.offer(bench.settings, offersOf(bench, 5));
      await bench.schedule.dispatch();
      for (const [ms, status] of [
        [5, null],
        [5, 200],
        [3_000, 200],
        [5, 200],
        [15_000, null],
      ] as const) {
        const [message] = bench.sent();
        if (message === undefined) throw new Error("nothing was sent");
        lanes.push(message.lane);
        const result = status === null ? ({ ...failure, retry: "never" } as const) : ({ is: "delivered" } as const);
        await report(bench, ...bench.schedule.take(message.lease).map((attempt) => reportOf(bench, attempt, { ms, status, result })));
      }
      expect(lanes).toEqual(["slow", "slow", "fast", "slow", "fast"]);
    }));

  it("that was disabled is sent nothing, also of what was leased, and goes on once it is enabled", () =>
    withSchedule({ concurrency: 2 }, async (bench) => {
      bench.schedule.offer(bench.settings, offersOf(bench, 4));
      await bench.schedule.dispatch();
      const leases = bench.sent();
      bench.schedule.configure({ ...bench.settings, version: 2, isEnabled: false });
      expect(leases.flatMap(({ lease }) => bench.schedule.take(lease))).toEqual([]);
      // Somebody who does not know yet.
      expect(await offerAndTake(bench, offersOf(bench, 1))).toEqual([]);
      bench.reopen();
      await bench.ring();
      expect(bench.sent()).toEqual([]);
      expect(bench.schedule.wakeAt()).toBeNull();
      bench.schedule.configure({ ...bench.settings, version: 3 });
      await bench.schedule.dispatch();
      expect(takeAll(bench)).toHaveLength(2);
    }));

  it("that is gone is disabled, until somebody changed it", () =>
    withSchedule({ concurrency: 1 }, async (bench) => {
      const [attempt] = await offerAndTake(bench, offersOf(bench, 2));
      const result = { ...failure, failure: "gone", retry: "never", disables: true } as const;
      if (attempt !== undefined) await report(bench, reportOf(bench, attempt, { status: 410, result }));
      expect(bench.standing).toEqual(["disable gone"]);
      expect([bench.sent(), bench.schedule.wakeAt()]).toEqual([[], expect.any(Number)]);
      expect(await offerAndTake(bench, offersOf(bench, 1))).toEqual([]);
      bench.schedule.configure({ ...bench.settings, version: 3 });
      await bench.schedule.dispatch();
      expect(takeAll(bench)).toHaveLength(1);
    }));

  it("that fails for days is warned of twice, then disabled", () =>
    withSchedule({ concurrency: 1 }, async (bench) => {
      const start = bench.now;
      const days = (): number => (bench.now - start) / dayMs;
      const seen: string[] = [];
      bench.schedule.offer(bench.settings, offersOf(bench, 1));
      await bench.schedule.dispatch();
      for (let steps = 0; bench.standing.length < 3 && steps < 500; steps++) {
        for (const attempt of takeAll(bench)) await report(bench, reportOf(bench, attempt, { result: failure }));
        if (rows(bench).every(({ state }) => state === "done")) bench.schedule.offer(bench.settings, offersOf(bench, 1));
        await bench.schedule.dispatch();
        await bench.wait();
        while (seen.length < bench.standing.length) seen.push(`${bench.standing[seen.length]} on day ${days().toFixed(1)}`);
      }
      expect(seen).toEqual(["warn 1 on day 1.0", "warn 2 on day 3.0", "disable failing on day 5.0"]);
    }));

  it("that was disabled for its failures and is enabled again has failed since then only", () =>
    withSchedule({ concurrency: 1 }, async (bench) => {
      const fail = async (attempts: readonly TakenAttempt[]): Promise<void> => {
        for (const attempt of attempts) await report(bench, reportOf(bench, attempt, { result: { ...failure, retry: "never" } }));
      };
      await fail(await offerAndTake(bench, offersOf(bench, 1)));
      bench.now += 5 * dayMs;
      await fail(await offerAndTake(bench, offersOf(bench, 1)));
      expect(bench.standing.at(-1)).toBe("disable failing");
      bench.schedule.configure({ ...bench.settings, version: 2, isEnabled: false });
      bench.schedule.configure({ ...bench.settings, version: 3 });
      expect(bench.schedule.health().failingSince).toBeNull();
      bench.reopen();
      const before = bench.standing.length;
      bench.schedule.offer({ ...bench.settings, version: 3 }, offersOf(bench, 1));
      await bench.schedule.dispatch();
      await fail(takeAll(bench));
      expect(bench.schedule.health().failingSince).toBe(bench.now);
      expect(bench.standing).toHaveLength(before);
    }));

  it("is asked at once for what comes alone, and for what comes meanwhile together", () =>
    withSchedule({ concurrency: 3 }, async (bench) => {
      expect(bench.schedule.gather()).toBeNull();
      bench.schedule.offer(bench.settings, offersOf(bench, 1));
      expect(bench.schedule.gather()).toBe(0);
      await bench.schedule.dispatch();
      expect(bench.sent()).toHaveLength(1);
      bench.schedule.offer(bench.settings, offersOf(bench, 5));
      expect(bench.schedule.gather()).toBeGreaterThan(0);
      // Whoever gathers dispatches, unless they vanish: then the alarm does, also the one that was set meanwhile.
      expect(bench.schedule.wakeAt()).toBeGreaterThan(bench.now);
      expect(bench.schedule.wakeAt()).toBeLessThanOrEqual(bench.now + 10 * secondMs);
      const survivor = bench.schedule;
      bench.reopen();
      expect(bench.schedule.wakeAt()).toBe(bench.now);
      await survivor.dispatch();
      expect(bench.sent()).toMatchObject([{ deliveryIds: [expect.any(String), expect.any(String)] }]);
      expect(survivor.gather()).toBeNull();
    }));

  it("is forgotten when nobody offers anything: what comes late raises nothing", () =>
    withSchedule({}, async (bench) => {
      bench.schedule.configure(bench.settings);
      bench.schedule.report([reportOf(bench, { deliveryId: newId("delivery"), attempt: 1, mayHaveArrived: false })]);
      expect(bench.schedule.take("lease-1")).toEqual([]);
      await bench.schedule.dispatch();
      await bench.schedule.tell();
      expect(await bench.schedule.work()).toBe("empty");
      expect(bench.schedule.wakeAt()).toBeNull();
      expect(bench.sql.exec("SELECT name FROM sqlite_master WHERE name IN ('endpoint', 'delivery', 'report')").toArray()).toEqual([]);
    }));
});

describe("the order of a subject", () => {
  const subjects = (bench: ScheduleBench, ...names: readonly string[]): Offer[] =>
    offersOf(bench, names.length).map((offer, at) => ({ ...offer, subject: names[at] ?? "" }));

  it("is kept: what comes later waits until the first is over, whatever becomes of it", () =>
    withSchedule({ ordering: "per-subject", concurrency: 10 }, async (bench) => {
      const [a1, a2, b1, a3] = subjects(bench, "a", "a", "b", "a");
      if (a1 === undefined || a2 === undefined || b1 === undefined || a3 === undefined) return;
      const [first, ...others] = await offerAndTake(bench, [a3, b1, a1, a2]);
      expect(inOrder(idsOf([first, ...others].filter((each) => each !== undefined)))).toEqual(inOrder([a1.deliveryId, b1.deliveryId]));
      const attemptOf = (id: string, attempts: readonly (TakenAttempt | undefined)[]): TakenAttempt =>
        attempts.find((each) => each?.deliveryId === id) ?? { deliveryId: id, attempt: 0, mayHaveArrived: false };
      await report(bench, reportOf(bench, attemptOf(a1.deliveryId, [first, ...others]), { result: failure }));
      expect(bench.sent()).toEqual([]);
      bench.now += 5 * secondMs;
      await bench.ring();
      const retried = takeAll(bench);
      expect(idsOf(retried)).toEqual([a1.deliveryId]);
      await report(bench, reportOf(bench, attemptOf(a1.deliveryId, retried), { result: { ...failure, retry: "never" } }));
      const next = takeAll(bench);
      expect(idsOf(next)).toEqual([a2.deliveryId]);
      await report(bench, reportOf(bench, attemptOf(a2.deliveryId, next)));
      expect(idsOf(takeAll(bench))).toEqual([a3.deliveryId]);
    }));

  it("lets nothing go that may need a ticket before the database knows the ticket", () =>
    withSchedule({ ordering: "per-subject" }, async (bench) => {
      const [first, second] = subjects(bench, "a", "a");
      if (first === undefined || second === undefined) return;
      const [attempt] = await offerAndTake(bench, [first]);
      bench.broken.database = true;
      const ticket = { ticketId: "1", ticketKey: "SHOP-1", url: "https://jira.test/1", state: "open" } as const;
      if (attempt !== undefined) await report(bench, reportOf(bench, attempt, { result: { is: "delivered", ticket } }));
      bench.reopen();
      expect(await offerAndTake(bench, [second])).toEqual([]);
      bench.broken.database = false;
      bench.reopen();
      await bench.ring();
      expect(bench.told).toMatchObject([{ ticket }]);
      expect(idsOf(takeAll(bench))).toEqual([second.deliveryId]);
    }));

  it("is kept from when somebody asks for it, and no longer than they do", () =>
    withSchedule({ concurrency: 1 }, async (bench) => {
      const offers = subjects(bench, "a", "a", "b", "b", "a");
      const [attempt] = await offerAndTake(bench, offers);
      bench.schedule.configure({ ...bench.settings, version: 2, ordering: "per-subject", concurrency: 9 });
      await bench.schedule.dispatch();
      expect(takeAll(bench)).toHaveLength(1);
      if (attempt !== undefined) await report(bench, reportOf(bench, attempt));
      expect(takeAll(bench)).toHaveLength(1);
      bench.schedule.configure({ ...bench.settings, version: 3, concurrency: 9 });
      await bench.schedule.dispatch();
      expect(takeAll(bench)).toHaveLength(2);
    }));
});

it("ten thousand offers that come at once are ten thousand deliveries, each made once", () =>
  withSchedule({ concurrency: 40 }, async (bench) => {
    const offers = offersOf(bench, 10_000);
    bench.schedule.offer(bench.settings, offers);
    bench.schedule.offer(bench.settings, offers);
    await bench.schedule.dispatch();
    const made: string[] = [];
    for (let attempts = takeAll(bench); attempts.length > 0; attempts = takeAll(bench)) {
      made.push(...idsOf(attempts));
      await report(bench, ...attempts.map((attempt) => reportOf(bench, attempt)));
    }
    expect(inOrder(made)).toEqual(inOrder(idsOf(offers)));
    expect(bench.told).toHaveLength(10_000);
  }));

describe("when something goes wrong", () => {
  it("what the queue did not take is tried again a little later, and told of once", () =>
    withSchedule({}, async (bench) => {
      bench.broken.queue = true;
      bench.schedule.offer(bench.settings, offersOf(bench, 2));
      expect(await bench.schedule.dispatch()).toBe("failed");
      expect(leasedIn(bench)).toBe(0);
      expect(bench.schedule.wakeAt()).toBeGreaterThanOrEqual(bench.now + secondMs);
      for (let alarms = 0; alarms < 6; alarms++) expect(await bench.wait()).toBe(1);
      expect(bench.faults).toEqual(["deliveries were not sent"]);
      bench.broken.queue = false;
      await bench.wait();
      expect(takeAll(bench)).toMatchObject([{ attempt: 1 }, { attempt: 1 }]);
    }));

  it("reports are kept for the database, and nothing is attempted a second time for it", () =>
    withSchedule({}, async (bench) => {
      const attempts = await offerAndTake(bench, offersOf(bench, 3));
      bench.broken.database = true;
      await report(bench, ...attempts.map((attempt) => reportOf(bench, attempt)));
      for (let alarms = 0; alarms < 6; alarms++) expect(await bench.wait()).toBe(1);
      // Longer than what is over is remembered: whoever finds it pending in the database offers it again.
      bench.now += 2 * hourMs;
      expect(await bench.ring()).toBe(1);
      expect(rows(bench)).toHaveLength(3);
      expect(bench.faults).toEqual(["deliveries were not written"]);
      bench.reopen();
      Object.assign(bench.broken, { database: false, answers: true });
      await bench.ring();
      bench.broken.answers = false;
      await bench.wait();
      expect(bench.told.map(({ deliveryId }) => deliveryId)).toEqual([...idsOf(attempts), ...idsOf(attempts)]);
      expect([bench.schedule.hasNews, bench.sent()]).toEqual([false, []]);
    }));

  it("nothing more goes out once a thousand reports wait for the database, and everything goes on when it takes them", () =>
    withSchedule({ concurrency: 100 }, async (bench) => {
      bench.broken.database = true;
      bench.schedule.offer(bench.settings, offersOf(bench, 1_100));
      await bench.schedule.dispatch();
      for (let attempts = takeAll(bench); attempts.length > 0; attempts = takeAll(bench))
        await report(bench, ...attempts.map((attempt) => reportOf(bench, attempt)));
      expect(bench.schedule.health()).toMatchObject({ waiting: 100, inFlight: 0 });
      bench.broken.database = false;
      await bench.wait();
      expect(bench.told).toHaveLength(1_000);
      expect(takeAll(bench)).toHaveLength(100);
    }));

  it("a report that the database never takes keeps nothing else waiting: what became of the delivery is stored, and the attempt in the log", () =>
    withSchedule({ concurrency: 3 }, async (bench) => {
      const [first, second, third] = await offerAndTake(bench, offersOf(bench, 3));
      if (first === undefined || second === undefined || third === undefined) return;
      await report(bench, reportOf(bench, first), reportOf(bench, second, { responseBody: unstorable }), reportOf(bench, third));
      expect(bench.told).toEqual([]);
      for (let alarms = 0; alarms < 200 && bench.schedule.hasNews; alarms++) await bench.wait();
      expect(idsOf(bench.told)).toEqual(idsOf([first, third]));
      expect(bench.standings).toEqual([`${second.deliveryId} succeeded`]);
      expect(bench.faults).toEqual(["deliveries were not written", "an attempt was not stored"]);
      expect(bench.schedule.hasNews).toBe(false);
    }));

  it("a database that is away for an hour is told everything afterwards, and nothing is given up", () =>
    withSchedule({ concurrency: 3 }, async (bench) => {
      const attempts = await offerAndTake(bench, offersOf(bench, 3));
      bench.broken.database = true;
      await report(bench, ...attempts.map((attempt) => reportOf(bench, attempt)));
      const back = bench.now + hourMs;
      while (bench.now < back) await bench.wait();
      expect(bench.told).toEqual([]);
      bench.broken.database = false;
      await bench.wait();
      expect(idsOf(bench.told)).toEqual(idsOf(attempts));
      expect(bench.faults).toEqual(["deliveries were not written"]);
    }));

  it("what receivers write that no database keeps is kept all the same, and no more than 20 KB of it", () =>
    withSchedule({}, async (bench) => {
      const [attempt] = await offerAndTake(bench, offersOf(bench, 1));
      const responseBody = `\0\ud800${"x".repeat(50_000)}`;
      if (attempt !== undefined) await report(bench, reportOf(bench, attempt, { responseBody, responseHeaders: { "x-odd": "\0" } }));
      expect(bench.told[0]?.responseBody).toHaveLength(20_480);
      expect(bench.told[0]?.responseBody.slice(0, 3)).toBe("\ufffd\ufffdx");
      expect(bench.told[0]?.responseHeaders).toEqual({ "x-odd": "\ufffd" });
    }));
});

describe("with a hundred thousand deliveries that wait", () => {
  it.each(["none", "per-subject"] as const)("sending, taking, reporting and looking ahead read few rows (order: %s)", (ordering) =>
    withSchedule({ ordering }, async (bench) => {
      bench.schedule.offer({ ...bench.settings, ordering: "none" }, offersOf(bench, 1));
      // Half of them of one subject, the others of two thousand.
      bench.sql.exec(
        `WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 100000)
         INSERT INTO delivery (id, state, due_at, round, tries, attempt, may_have_arrived, subject, position)
         SELECT 'dlv_' || n, 'waiting', ?, 0, 0, 0, 0, iif(n % 2, 'one', 'other ' || (n % 4000)), printf('%09d', n) FROM number`,
        bench.now,
      );
      bench.schedule.configure({ ...bench.settings, version: 2 });
      await bench.schedule.dispatch();
      const attempts = takeAll(bench);
      let read = 0;
      const exec = bench.sql.exec.bind(bench.sql);
      const cursors: { readonly rowsRead: number }[] = [];
      Object.defineProperty(bench.sql, "exec", {
        configurable: true,
        value: (...call: Parameters<typeof exec>) => {
          const cursor = exec(...call);
          cursors.push(cursor);
          return cursor;
        },
      });
      bench.schedule.offer(bench.settings, offersOf(bench, 1, { subject: "one", order: "z" }));
      await report(bench, ...attempts.map((attempt) => reportOf(bench, attempt)));
      takeAll(bench);
      await bench.schedule.work();
      bench.schedule.wakeAt();
      Reflect.deleteProperty(bench.sql, "exec");
      for (const { rowsRead } of cursors) read += rowsRead;
      expect(attempts).toHaveLength(4);
      expect(cursors.length).toBeGreaterThan(10);
      expect(read).toBeLessThan(500);
    }),
  );
});

const fates = ["delivered", "delivered", "twice", "failed", "refused", "hold", "late", "lost", "untaken", "held", "unmade"] as const;
type Fate = (typeof fates)[number];
const accidents = ["none", "none", "none", "evicted", "queue", "database", "answers", "rollback"] as const;

interface Model {
  readonly offers: ReadonlyMap<string, Offer>;
  readonly begun: number[];
  /** Subjects with what was taken of them last. */
  readonly lastOf: Map<string, string>;
  readonly live: Map<string, number>;
  readonly over: Set<string>;
}

/** What a consumer makes of an attempt, and when it says so. */
function answersTo(bench: ScheduleBench, fate: Fate, attempt: TakenAttempt): { now: AttemptReport[]; later: AttemptReport[] } {
  const good = reportOf(bench, attempt);
  if (fate === "twice") return { now: [good, good], later: [] };
  if (fate === "failed") return { now: [reportOf(bench, attempt, { status: 500, result: failure })], later: [] };
  if (fate === "refused") return { now: [reportOf(bench, attempt, { result: { ...failure, retry: "never" } })], later: [] };
  if (fate === "hold") return { now: [reportOf(bench, attempt, { result: { ...failure, retryAfterMs: minuteMs } })], later: [] };
  if (fate === "held") return { now: [reportOf(bench, attempt, { result: { is: "held" } })], later: [] };
  if (fate === "unmade") return { now: [reportOf(bench, attempt, { status: null, result: { is: "unmade" } })], later: [] };
  if (fate === "late") return { now: [], later: [good] };
  return fate === "lost" ? { now: [], later: [] } : { now: [good], later: [] };
}

/** Has the model know which deliveries are over, and which leases are not any more. */
function notice(bench: ScheduleBench, model: Model): void {
  for (const { id, state } of rows(bench)) {
    if (state !== "leased") model.live.delete(id);
    if (state === "done") model.over.add(id);
  }
}

/** Takes what was sent and checks what may never be. */
function takeAndCheck(bench: ScheduleBench, model: Model, messages: readonly Sent[]): TakenAttempt[] {
  return messages.flatMap(({ lease }) => {
    const taken = bench.schedule.take(lease);
    expect(bench.schedule.take(lease)).toEqual([]);
    for (const { deliveryId } of taken) {
      expect(model.over.has(deliveryId), "a delivery that is over is taken").toBe(false);
      expect(model.live.get(deliveryId) ?? 0, "two leases of one delivery are alive").toBeLessThanOrEqual(bench.now);
      const end = bench.sql.exec<{ due_at: number }>("SELECT due_at FROM delivery WHERE id = ?", deliveryId).one().due_at;
      model.live.set(deliveryId, end);
      model.begun.push(bench.now);
      const { subject = "", order = "" } = model.offers.get(deliveryId) ?? {};
      if (bench.settings.ordering === "per-subject") {
        expect(order >= (model.lastOf.get(subject) ?? ""), "a subject goes backwards").toBe(true);
        const before = [...model.offers.values()].filter((offer) => offer.subject === subject && offer.order < order);
        expect(
          before.every((offer) => model.over.has(offer.deliveryId)),
          "something earlier of the subject is not over",
        ).toBe(true);
        model.lastOf.set(subject, order);
      }
    }
    return taken;
  });
}

it("every delivery ends, once at a time, within all bounds and in order, whatever happens to consumers, queue, database and memory", async () => {
  const run = fc.record({
    ordering: fc.constantFrom("none", "per-subject"),
    concurrency: fc.integer({ min: 1, max: 8 }),
    throttle: fc.option(fc.record({ limit: fc.integer({ min: 1, max: 6 }), windowMs: fc.integer({ min: 10, max: 90_000 }) })),
    subjects: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 30 }),
    fates: fc.array(fc.constantFrom(...fates), { minLength: 1, maxLength: 60 }),
    accidents: fc.array(fc.constantFrom(...accidents), { maxLength: 40 }),
  });
  // All attempts are lost but those in the air when misfortune ends, so that an alarm gives one up.
  const neverAWord: typeof run extends fc.Arbitrary<infer Run> ? Run : never = {
    ordering: "per-subject",
    concurrency: 1,
    throttle: { limit: 2, windowMs: 13_611 },
    subjects: [0, 1, 0],
    fates: ["late"],
    accidents: [],
  };
  await fc.assert(
    fc.asyncProperty(run, ({ subjects, fates: drawn, accidents: planned, ...settings }) =>
      withSchedule(settings, async (bench) => {
        const offers = offersOf(bench, subjects.length).map((offer, at) => ({ ...offer, subject: `s${subjects[at]}` }));
        const model: Model = {
          offers: new Map(offers.map((offer) => [offer.deliveryId, offer])),
          begun: [],
          lastOf: new Map(),
          live: new Map(),
          over: new Set(),
        };
        const late: AttemptReport[] = [];
        const told = new Map<string, string>();
        let heard = 0;
        let met = 0;
        let version = 1;
        bench.schedule.offer(bench.settings, offers);
        for (let steps = 0; told.size < offers.length || bench.schedule.hasNews; steps++) {
          expect(steps, "it does not end").toBeLessThan(4_000);
          const accident = planned[steps] ?? "none";
          if (accident === "evicted") bench.reopen();
          Object.assign(bench.broken, { queue: accident === "queue", database: accident === "database", answers: accident === "answers" });
          await bench.ring();
          await bench.schedule.dispatch();
          // An alarm may have given up the last attempt of one whose consumer never said a word, and the next of its subject goes at once.
          notice(bench, model);
          expect(leasedIn(bench)).toBeLessThanOrEqual(bench.settings.concurrency);
          const now: AttemptReport[] = [];
          // Misfortune has an end: afterwards everything is answered.
          const fate = () => (steps < planned.length + 30 ? (drawn[met++ % drawn.length] ?? "delivered") : "delivered");
          for (const message of bench.sent()) {
            const fatesOfMessage = message.deliveryIds.map(fate);
            if (fatesOfMessage.includes("untaken")) continue;
            for (const [at, attempt] of takeAndCheck(bench, model, [message]).entries()) {
              const fateOfOne = fatesOfMessage[at] ?? "delivered";
              // Whoever takes an attempt and does not make it asks nothing of the receiver.
              if (fateOfOne === "unmade") model.begun.splice(model.begun.lastIndexOf(bench.now), 1);
              const answers = answersTo(bench, fateOfOne, attempt);
              now.push(...answers.now);
              late.push(...answers.later);
            }
          }
          bench.now += 7;
          bench.broken.transactions = accident === "rollback";
          const reports = steps % 5 === 4 ? [...now, ...late.splice(0)] : now;
          try {
            bench.schedule.report(reports);
          } catch {
            late.push(...reports);
          }
          bench.broken.transactions = false;
          notice(bench, model);
          await bench.schedule.tell();
          for (; heard < bench.told.length; heard++) {
            const { deliveryId = "", state = "" } = bench.told[heard] ?? {};
            if (state !== "pending") told.set(deliveryId, state);
          }
          // What failed for days is disabled, until somebody enables it again.
          if (bench.standing.splice(0).some((step) => step.startsWith("disable"))) bench.schedule.configure({ ...bench.settings, version: ++version });
          // As the sweep does with what the database still believes to be pending.
          const pending = offers.filter(({ deliveryId }) => !told.has(deliveryId));
          if (steps % 11 === 10) bench.schedule.offer(bench.settings, pending);
          bench.now = Math.max(bench.now, bench.schedule.wakeAt() ?? 0);
        }
        expect([...told.values()].every((state) => state === "succeeded" || state === "failed")).toBe(true);
        const { throttle } = bench.settings;
        if (throttle === null) return;
        for (const from of model.begun)
          expect(model.begun.filter((at) => at >= from && at < from + throttle.windowMs).length).toBeLessThanOrEqual(throttle.limit);
      }),
    ),
    { numRuns: 60, examples: [[neverAWord]] },
  );
}, 120_000);
