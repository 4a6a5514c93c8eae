import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayMs, minuteMs } from "../../../../shared/platform/index.ts";
import { snapshotExpiresMs } from "../../../../shared/presence/index.ts";
import { inMinute, keptMinutesMs, type Minute, minuteAt, peaksOf, peaksToday, seriesOf } from "../../../../shared/presence/totals/minutes.ts";

const start = Date.UTC(2026, 10, 22, 23, 0);
const said = fc.array(fc.record({ after: fc.integer({ min: 0, max: 40 * minuteMs }), users: fc.integer({ min: 0, max: 50 }) }), { maxLength: 60 });

/** Records what was said, as the object does, and what was the truth at each time. */
function record(numbers: readonly { after: number; users: number }[]): { minutes: Minute[]; points: { at: number; users: number }[]; end: number } {
  const minutes: Minute[] = [];
  const points: { at: number; users: number }[] = [];
  let now = start;
  for (const { after, users } of numbers) {
    now += after;
    points.push({ at: now, users });
    const minute = inMinute(minutes.at(-1), { users, active: 0, connections: users }, now);
    if (minutes.at(-1)?.at === minute.at) minutes.pop();
    minutes.push(minute);
  }
  return { minutes, points, end: now };
}

describe("the series", () => {
  it("has one point for each minute of a day of which anything is known, and each is what was said last before its end, or nobody once that expired", () => {
    fc.assert(
      fc.property(said, fc.boolean(), (numbers, knownBefore) => {
        const { minutes, points, end } = record(numbers);
        const series = seriesOf(minutes, end, { knownBefore });
        const dayAgo = minuteAt(end) - keptMinutesMs + minuteMs;
        const first = knownBefore ? dayAgo : Math.max(dayAgo, minutes[0]?.at ?? end + minuteMs);
        const expected = Array.from({ length: Math.max(0, (minuteAt(end) - first) / minuteMs + 1) }, (_, nth) => first + nth * minuteMs);
        expect(series.map(({ at }) => at)).toEqual(expected);
        for (const { at, users } of series) {
          const last = points.findLast((point) => point.at < at + minuteMs);
          const holds = last !== undefined && at < minuteAt(last.at) + snapshotExpiresMs;
          expect(users).toBe(holds ? last.users : 0);
        }
      }),
    );
  });
});

describe("peaks", () => {
  it("are never more than what was said, and the highest of it", () => {
    fc.assert(
      fc.property(said, (numbers) => {
        const { minutes, points } = record(numbers);
        const { users } = peaksOf(minutes);
        expect(users.count).toBe(Math.max(0, ...points.map((point) => point.users)));
        if (users.count > 0) expect(points.some((point) => minuteAt(point.at) === users.at && point.users === users.count)).toBe(true);
      }),
    );
  });

  it("of today are of today, and of who was still there at midnight", () => {
    const midnight = start + 60 * minuteMs;
    expect(midnight % dayMs).toBe(0);
    const before: Minute = { at: midnight - minuteMs, users: 7, active: 0, connections: 9, mostUsers: 20, mostConnections: 30 };
    const after: Minute = { at: midnight + 5 * minuteMs, users: 3, active: 0, connections: 3, mostUsers: 4, mostConnections: 4 };
    expect(peaksToday([before, after], midnight + dayMs / 2)).toEqual({ users: { count: 7, at: midnight }, connections: { count: 9, at: midnight } });
    const early = { ...before, at: midnight - snapshotExpiresMs };
    expect(peaksToday([early, after], midnight + dayMs / 2).users).toEqual({ count: 4, at: after.at });
    expect(peaksToday([], midnight).users).toEqual({ count: 0, at: null });
  });
});
