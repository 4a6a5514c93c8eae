import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mostWaiting } from "../../../../shared/schedules/place-run.ts";
import { mostMadeUpFor, planTick } from "../../../../shared/schedules/plan-tick.ts";
import { startTimeOf } from "../../../../shared/schedules/times/start-time.ts";
import { timesOf } from "../../../../shared/schedules/times/time-plan.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const start = Date.parse("2026-03-28T00:00Z");

const hourly = {
  id: "sch_a",
  cron: "0 * * * *",
  everyMs: null,
  anchorAt: start,
  timeZone: "UTC",
  untilAt: null,
  jitterMs: 0,
  nextOccurrence: start + hourMs,
  missed: "latest",
  overlap: "skip",
  unfinished: { running: 0, waiting: 0 },
  refusal: null,
} as const;

const hours = (runs: readonly { readonly occurrence: number }[]): number[] => runs.map(({ occurrence }) => (occurrence - start) / hourMs);

describe("a tick", () => {
  it("runs what is due, and plans the next time", () => {
    const tick = planTick(hourly, start + hourMs + minuteMs);
    expect(tick).toEqual({
      runs: [{ occurrence: start + hourMs, state: "due", reason: null }],
      next: { nextOccurrence: start + 2 * hourMs, nextAt: start + 2 * hourMs },
    });
  });

  it.each([
    ["skip", 5, 1, [5]],
    ["skip", 5, 45, []],
    ["latest", 5, 45, [5]],
    ["all", 5, 45, [1, 2, 3, 4, 5]],
  ] as const)("that is late makes up for times as told: %s, %d hours and %d minutes later", (missed, late, minutes, expected) => {
    const tick = planTick({ ...hourly, missed, overlap: "allow" }, start + late * hourMs + minutes * minuteMs);
    expect(hours(tick.runs)).toEqual(expected);
    expect(tick.next.nextOccurrence).toBe(start + 6 * hourMs);
  });

  it("makes up for a hundred at most, the latest", () => {
    const tick = planTick({ ...hourly, missed: "all", overlap: "allow" }, start + 5_000 * hourMs);
    expect(hours(tick.runs)).toEqual(Array.from({ length: 100 }, (_, index) => 4_901 + index));
  });

  it.each([
    ["skip", { running: 1, waiting: 0 }, "skipped"],
    ["skip", { running: 0, waiting: 1 }, "skipped"],
    ["queue", { running: 1, waiting: 0 }, "waiting"],
    ["queue", { running: 0, waiting: 1 }, "waiting"],
    ["queue", { running: 1, waiting: 19 }, "waiting"],
    ["queue", { running: 1, waiting: 20 }, "skipped"],
    ["allow", { running: 9, waiting: 0 }, "due"],
  ] as const)("while the run before is not over, told to %s, with %j, is %s", (overlap, unfinished, expected) => {
    const [run] = planTick({ ...hourly, overlap, unfinished }, start + hourMs).runs;
    expect(run?.state).toBe(expected);
    expect(run?.reason === null).toBe(expected !== "skipped");
  });

  it("has one of several start, and the others wait", () => {
    const { runs } = planTick({ ...hourly, missed: "all", overlap: "queue" }, start + 23 * hourMs);
    expect(runs.map(({ state }) => state)).toEqual(["due", ...Array.from({ length: 20 }, () => "waiting"), "skipped", "skipped"]);
  });

  it("starts nothing where nothing may be, and says why", () => {
    const tick = planTick({ ...hourly, refusal: "The workspace was suspended." }, start + hourMs);
    expect(tick.runs).toEqual([{ occurrence: start + hourMs, state: "skipped", reason: "The workspace was suspended." }]);
  });

  it("waits for what is put off", () => {
    const jittered = { ...hourly, jitterMs: 50 * minuteMs };
    const at = startTimeOf(jittered, timesOf(jittered), jittered.nextOccurrence);
    expect(at).toBeGreaterThan(jittered.nextOccurrence);
    expect(planTick(jittered, at - 1)).toEqual({ runs: [], next: { nextOccurrence: jittered.nextOccurrence, nextAt: at } });
    expect(hours(planTick(jittered, at).runs)).toEqual([1]);
  });

  it("plans nothing from the end on", () => {
    const tick = planTick({ ...hourly, untilAt: start + 2 * hourMs }, start + hourMs);
    expect(hours(tick.runs)).toEqual([1]);
    expect(tick.next).toEqual({ nextOccurrence: null, nextAt: null });
  });
});

const crons = ["*/5 * * * *", "0 * * * *", "30 2 * * *", "0,30 2 * * *", "0 9 * * MON", "15 1,2,3 * * *", "*/20 2-4 * * *"];
const Plan = fc
  .record({
    when: fc.oneof(
      fc.record({ cron: fc.constantFrom(...crons), everyMs: fc.constant(null) }),
      fc.record({ cron: fc.constant(null), everyMs: fc.integer({ min: 5, max: 3_000 }).map((minutes) => minutes * minuteMs) }),
    ),
    timeZone: fc.constantFrom("UTC", "Europe/Madrid", "Australia/Lord_Howe", "America/New_York"),
    jitterMs: fc.oneof(fc.constant(0), fc.integer({ min: 1_000, max: hourMs })),
    untilAt: fc.oneof(fc.constant(null), fc.integer({ min: start, max: start + 60 * 24 * hourMs })),
    id: fc.string({ minLength: 1, maxLength: 8 }),
    anchorAt: fc.integer({ min: start - 10 * hourMs, max: start }),
  })
  .map(({ when, ...rest }) => ({ ...when, ...rest }));
const Policies = fc.record({
  missed: fc.constantFrom("skip" as const, "latest" as const, "all" as const),
  overlap: fc.constantFrom("skip" as const, "queue" as const, "allow" as const),
  refusal: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constant("No.") }),
  unfinished: fc.record({ running: fc.nat({ max: 2 }), waiting: fc.nat({ max: mostWaiting }) }),
});

describe("ticks, whenever they come", () => {
  it("account for every time once, in order, and look ahead", () => {
    // Each gap is the time since the tick before: mostly a minute, sometimes a pause of hours or days.
    const Gaps = fc.array(fc.oneof(fc.constant(minuteMs), fc.integer({ min: 1, max: hourMs }), fc.integer({ min: hourMs, max: 4 * 24 * hourMs })), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(Plan, Policies, Gaps, (plan, policies, gaps) => {
        const next = timesOf(plan);
        let planned = next(start);
        let now = start;
        let last = start;
        for (const gap of gaps) {
          now += gap;
          if (planned === null) return;
          const tick = planTick({ ...plan, ...policies, nextOccurrence: planned }, now);
          const to = tick.next.nextOccurrence;
          // What came since the last tick is exactly what lies before the next time.
          const came: number[] = [];
          for (let time: number | null = planned; time !== null && (to === null ? time <= now : time < to); time = next(time)) came.push(time);
          if (came.length > 0) expect(startTimeOf(plan, next, came.at(-1) ?? 0)).toBeLessThanOrEqual(now);
          const occurrences = tick.runs.map(({ occurrence }) => occurrence);
          expect(occurrences).toEqual(came.slice(came.length - occurrences.length));
          expect(occurrences.length).toBeLessThanOrEqual(policies.missed === "all" ? mostMadeUpFor : 1);
          if (policies.missed === "all") expect(occurrences).toHaveLength(Math.min(came.length, mostMadeUpFor));
          if (policies.missed === "latest") expect(occurrences).toHaveLength(Math.min(came.length, 1));
          for (const run of tick.runs) expect(run.reason === null).toBe(run.state !== "skipped");
          expect(occurrences.every((time) => time > last)).toBe(true);
          last = came.at(-1) ?? last;
          if (to === null) expect(tick.next.nextAt).toBeNull();
          else {
            expect(tick.next.nextAt).toBeGreaterThan(now);
            expect(tick.next.nextAt).toBe(startTimeOf(plan, next, to));
          }
          planned = to;
        }
      }),
      { numRuns: 100 },
    );
  });

  it("never put a time off behind the next one, or behind the end", () => {
    fc.assert(
      fc.property(Plan, (plan) => {
        const next = timesOf(plan);
        let time = next(start);
        for (let looked = 0; time !== null && looked < 20; looked++) {
          const at = startTimeOf(plan, next, time);
          const following = next(time);
          expect(at).toBeGreaterThanOrEqual(time);
          expect(at - time).toBeLessThanOrEqual(plan.jitterMs);
          if (following !== null) expect(at).toBeLessThan(following);
          if (plan.untilAt !== null) expect(at).toBeLessThan(plan.untilAt);
          expect(startTimeOf(plan, next, time)).toBe(at);
          time = following;
        }
      }),
    );
  });

  it("start one at most of runs that must not overlap", () => {
    fc.assert(
      fc.property(Plan, Policies, fc.integer({ min: hourMs, max: 20 * 24 * hourMs }), (plan, policies, late) => {
        const planned = timesOf(plan)(start);
        if (planned === null) return;
        const { runs } = planTick({ ...plan, ...policies, nextOccurrence: planned }, start + late);
        const { running, waiting } = policies.unfinished;
        const of = (state: string) => runs.filter((run) => run.state === state).length;
        if (policies.refusal !== null) expect(of("skipped")).toBe(runs.length);
        else if (policies.overlap === "allow") expect(of("due")).toBe(runs.length);
        else expect(of("due")).toBe(running + waiting === 0 ? Math.min(1, runs.length) : 0);
        expect(waiting + of("waiting")).toBeLessThanOrEqual(Math.max(mostWaiting, waiting));
        if (policies.overlap !== "queue") expect(of("waiting")).toBe(0);
      }),
      { numRuns: 150 },
    );
  });
});
