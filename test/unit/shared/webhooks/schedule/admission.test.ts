import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyLog } from "../../../../../shared/limits/index.ts";
import { minuteMs, secondMs } from "../../../../../shared/platform/index.ts";
import { admit, mostUntold, type Situation } from "../../../../../shared/webhooks/schedule/admission.ts";
import { closedBreaker } from "../../../../../shared/webhooks/schedule/breaker.ts";
import { afterThrottled, throttleRoom } from "../../../../../shared/webhooks/schedule/throttle.ts";

const now = 1_800_000_000_000;
const situation = (changes: Partial<Situation> = {}): Situation => ({
  now,
  isEnabled: true,
  settings: { concurrency: 4, throttle: null },
  breaker: closedBreaker,
  holdUntil: 0,
  log: emptyLog,
  inFlight: 0,
  untold: 0,
  ...changes,
});
const open = { ...closedBreaker, since: now - minuteMs, openings: 1 };
const throttle = { limit: 3, windowMs: secondMs };
const threeOf = (at: number) => [1, 2, 3].reduce((log) => afterThrottled(log, throttle, at, at), emptyLog);

describe("what may go now", () => {
  it.each<[string, Partial<Situation>, ReturnType<typeof admit>]>([
    ["as many as may be at once, when nothing is in the way", {}, { room: 4, at: now }],
    ["the rest of them", { inFlight: 3 }, { room: 1, at: now }],
    ["nothing while as many are under way", { inFlight: 4 }, { room: 0, at: null }],
    ["nothing where more are under way since fewer may be", { inFlight: 9 }, { room: 0, at: null }],
    ["nothing of a disabled endpoint", { isEnabled: false }, { room: 0, at: null }],
    ["nothing while the database takes no reports", { untold: mostUntold }, { room: 0, at: null }],
    ["nothing before a hold ends", { holdUntil: now + 7 }, { room: 0, at: now + 7 }],
    ["nothing while the breaker is open", { breaker: { ...open, openUntil: now + 9 } }, { room: 0, at: now + 9 }],
    ["nothing before both end", { holdUntil: now + 7, breaker: { ...open, openUntil: now + 9 } }, { room: 0, at: now + 9 }],
    ["one probe of a breaker that was open", { breaker: { ...open, openUntil: now } }, { room: 1, at: now }],
    ["no second probe", { breaker: { ...open, openUntil: now }, inFlight: 1 }, { room: 0, at: null }],
    ["what the throttle leaves", { settings: { concurrency: 9, throttle }, inFlight: 1 }, { room: 2, at: now }],
    ["nothing before the throttle's window has moved on", { settings: { concurrency: 9, throttle }, log: threeOf(now - 400) }, { room: 0, at: now + 600 }],
    [
      "nothing before something ended, where all that the throttle lets through is under way",
      { settings: { concurrency: 9, throttle }, inFlight: 3 },
      { room: 0, at: null },
    ],
  ])("is %s", (_, changes, admission) => {
    expect(admit(situation(changes))).toEqual(admission);
  });
});

describe("a throttle", () => {
  it("never lets more attempts begin in any window than its limit, whenever they are taken and however long they take", () => {
    const attempt = fc.record({
      afterMs: fc.integer({ min: 0, max: 60 }),
      wanted: fc.integer({ min: 1, max: 4 }),
      waits: fc.integer({ min: 0, max: 80 }),
      takes: fc.integer({ min: 0, max: 250 }),
    });
    fc.assert(
      fc.property(
        fc.array(attempt, { maxLength: 80 }),
        fc.record({ limit: fc.integer({ min: 1, max: 6 }), windowMs: fc.integer({ min: 1, max: 200 }) }),
        (given, quota) => {
          let time = now;
          let log = emptyLog;
          let underWay: { readonly startedAt: number; readonly endsAt: number }[] = [];
          const begun: number[] = [];
          for (const { afterMs, wanted, waits, takes } of given) {
            time += afterMs;
            for (const { startedAt } of underWay.filter(({ endsAt }) => endsAt <= time)) log = afterThrottled(log, quota, startedAt, time);
            underWay = underWay.filter(({ endsAt }) => endsAt > time);
            const { room, at } = throttleRoom(log, quota, underWay.length, time);
            if (room === 0 && at !== null) {
              expect(throttleRoom(log, quota, underWay.length, at).room).toBeGreaterThan(0);
              expect(throttleRoom(log, quota, underWay.length, at - 1).room).toBe(0);
            }
            for (let count = Math.min(room, wanted); count > 0; count--) {
              begun.push(time + waits);
              underWay.push({ startedAt: time + waits, endsAt: time + waits + takes });
            }
          }
          for (const from of begun) expect(begun.filter((each) => each >= from && each < from + quota.windowMs).length).toBeLessThanOrEqual(quota.limit);
        },
      ),
      { numRuns: 500 },
    );
  });
});
