import { describe, expect, it } from "vitest";
import { decide, emptyLog, type Quota, type SlidingLog } from "../../../../shared/limits/index.ts";

const now = 1_700_000_000_000;
const quota = (name: string, limit: number, cost = 1): Quota => ({ name, limit, windowMs: 60_000, cost });

/** Decides one request after the other; the logs go from each to the next. */
function decideAll(...requests: readonly (readonly Quota[])[]) {
  let logs: ReadonlyMap<string, SlidingLog> = new Map();
  return requests.map((quotas) => {
    const decision = decide(quotas, (name) => logs.get(name) ?? emptyLog, now);
    logs = new Map([...logs, ...quotas.map(({ name }, at) => [name, decision.logs[at] ?? emptyLog] as const)]);
    return decision.verdict;
  });
}

describe("a decision about several quotas", () => {
  it("takes from all of them when all have enough", () => {
    const [verdict] = decideAll([quota("list", 5), quota("tokens", 100, 30)]);
    expect(verdict).toEqual({
      allowed: true,
      quotas: [
        { name: "list", limit: 5, windowMs: 60_000, remaining: 4, resetMs: 60_000 },
        { name: "tokens", limit: 100, windowMs: 60_000, remaining: 70, resetMs: 60_000 },
      ],
    });
  });

  it("takes from none of them when one has not enough, whichever it is", () => {
    const full = quota("tokens", 100, 80);
    for (const quotas of [
      [quota("list", 5), full],
      [full, quota("list", 5)],
    ]) {
      const [, refused, after] = decideAll(quotas, quotas, [quota("list", 5, 0), quota("tokens", 100, 0)]);
      expect(refused).toMatchObject({ allowed: false, retryAfterMs: 60_000 });
      expect(after?.quotas.map(({ remaining }) => remaining)).toEqual([4, 20]);
    }
  });

  it("says to wait for the slowest of them", () => {
    const quotas = [quota("list", 1), { ...quota("exports", 1), windowMs: 3_600_000 }];
    expect(decideAll(quotas, quotas)[1]?.retryAfterMs).toBe(3_600_000);
  });

  it("tells how much is left to a request that costs nothing, and lets it through although nothing is", () => {
    const [, asked] = decideAll([quota("list", 1)], [quota("list", 1, 0)]);
    expect(asked).toMatchObject({ allowed: true, quotas: [{ remaining: 0 }] });
  });

  it("never says that less than nothing is left, when the limit was lowered", () => {
    const [, refused] = decideAll([quota("list", 5, 4)], [quota("list", 2)]);
    expect(refused).toMatchObject({ allowed: false, quotas: [{ limit: 2, remaining: 0 }] });
  });

  it("lets a request through that counts against nothing", () => {
    expect(decideAll([])).toEqual([{ allowed: true, quotas: [] }]);
  });
});
