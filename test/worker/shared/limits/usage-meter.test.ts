import { describe, expect, it } from "vitest";
import { dayMs, hourMs, minuteMs, secondMs } from "../../../../shared/platform/index.ts";
import { hit, type LimiterBench, noon, quota, usage, withLimiter } from "../../../helpers/worker/limiter-bench.ts";

const refusal = { route: "DELETE /api/v1/audits/{auditId}", code: "forbidden" };
const day = { workspaceId: "wsp_1", userId: "usr_1", principalId: "key_1", day: "2026-11-22" };
const lastTold = ({ told }: LimiterBench) => told.at(-1);

/** Lets the alarm ring when it is wanted. */
async function ring(bench: LimiterBench): Promise<"kept" | "empty" | "failed"> {
  bench.now = Math.max(bench.now, bench.limiter.wakeAt() ?? bench.now);
  return await bench.limiter.work().catch(() => "failed" as const);
}

describe("a caller's usage", () => {
  it("is told within a minute: requests under any policy, refused ones, errors, audits", () =>
    withLimiter(async (bench) => {
      bench.limiter.hit(hit(quota("list", 2)));
      bench.limiter.hit(hit(quota("writes", 9), quota("list", 2)));
      bench.limiter.hit(hit(quota("list", 2)));
      bench.limiter.hit({ ...hit(quota("writes", 9)), refusedBefore: 4 });
      bench.limiter.note({ v: 1, usage, error: true });
      bench.limiter.note({ v: 1, usage, audit: true });
      bench.limiter.note({ v: 1, usage, limited: 2 });
      expect(bench.limiter.wakeAt()).toBe(noon + minuteMs);
      await ring(bench);
      expect(lastTold(bench)).toEqual({ counts: [{ ...day, requests: 10, errors: 1, limited: 7, audits: 1 }], refusals: [] });
    }));

  it("is told by workspace", () =>
    withLimiter(async (bench) => {
      bench.limiter.hit(hit(quota("list", 9)));
      bench.limiter.hit({ ...hit(quota("list", 9)), usage: { workspaceId: "wsp_2", userId: "usr_1" } });
      bench.limiter.hit(hit(quota("list", 9)));
      await ring(bench);
      expect(lastTold(bench)?.counts.map(({ workspaceId, requests }) => [workspaceId, requests])).toEqual(
        expect.arrayContaining([
          ["wsp_1", 2],
          ["wsp_2", 1],
        ]),
      );
    }));

  it("is told by day, and each day is whole however often it is told", () =>
    withLimiter(async (bench) => {
      bench.limiter.hit(hit(quota("list", 9)));
      await ring(bench);
      bench.now = noon + dayMs / 2 - 1;
      bench.limiter.hit(hit(quota("list", 9)));
      bench.now += 1;
      bench.limiter.hit(hit(quota("list", 9)));
      bench.reopen();
      await ring(bench);
      expect(lastTold(bench)?.counts).toEqual([
        { ...day, requests: 2, errors: 0, limited: 0, audits: 0 },
        { ...day, day: "2026-11-23", requests: 1, errors: 0, limited: 0, audits: 0 },
      ]);
    }));

  it("is kept until the day is over, and forgotten then", () =>
    withLimiter(async (bench) => {
      bench.limiter.hit(hit(quota("list", 9)));
      expect(await ring(bench)).toBe("kept");
      expect(bench.limiter.wakeAt()).toBe(noon + dayMs / 2 + hourMs);
      expect(await ring(bench)).toBe("empty");
    }));

  it("of refused requests is in memory at first, and reaches the database by the next row or alarm", () =>
    withLimiter(async (bench) => {
      bench.limiter.hit(hit(quota("list", 1)));
      for (let i = 0; i < 5; i++) bench.limiter.hit(hit(quota("list", 1)));
      await ring(bench);
      expect(lastTold(bench)?.counts).toMatchObject([{ requests: 6, limited: 5 }]);
    }));

  it("of requests that are refused right after it was told is told again, without another row", () =>
    withLimiter(async (bench) => {
      bench.now = noon + 30 * secondMs;
      bench.limiter.hit(hit(quota("list", 9)));
      bench.now += 55 * secondMs;
      bench.limiter.hit(hit(quota("writes", 1)));
      await ring(bench);
      bench.now += secondMs;
      expect(bench.rowsWritten(() => bench.limiter.hit(hit(quota("writes", 1))))).toBe(0);
      expect(bench.limiter.wakeAt()).toBe(bench.now + minuteMs);
      await ring(bench);
      expect(lastTold(bench)?.counts).toMatchObject([{ requests: 3, limited: 1 }]);
    }));

  it("loses nothing of what is counted while the database is told", () =>
    withLimiter(async (bench) => {
      bench.limiter.hit(hit(quota("list", 1)));
      bench.whileTelling = () => {
        bench.limiter.hit(hit(quota("list", 1)));
        bench.limiter.hit(hit(quota("list", 1)));
        bench.limiter.hit(hit(quota("writes", 1)));
        bench.limiter.note({ v: 1, usage, error: true, refusal });
      };
      await ring(bench);
      bench.whileTelling = () => {};
      expect(bench.limiter.wakeAt()).toBe(noon + 2 * minuteMs);
      await ring(bench);
      expect(lastTold(bench)?.counts).toMatchObject([{ requests: 4, limited: 1, errors: 1 }]);
    }));
});

describe("whoever is refused while everything else is being forgotten", () => {
  it("is counted all the same", () =>
    withLimiter(async (bench) => {
      bench.limiter.hit(hit(quota("list", 9)));
      bench.now += 2 * dayMs;
      bench.whileTelling = () => {
        for (let i = 0; i < 2; i++) bench.limiter.hit(hit(quota("list", 9, 10)));
      };
      expect(await bench.limiter.work()).toBe("kept");
      bench.whileTelling = () => {};
      await ring(bench);
      expect(lastTold(bench)?.counts).toMatchObject([{ day: "2026-11-24", requests: 2, limited: 2 }]);
    }));
});

describe("refusals", () => {
  it("are told once their minute is over, with how many there were of each kind", () =>
    withLimiter(async (bench) => {
      bench.now = noon + 50 * secondMs;
      bench.limiter.note({ v: 1, usage, error: true, refusal });
      bench.limiter.note({ v: 1, usage, error: true, refusal });
      bench.limiter.note({ v: 1, usage, error: true, refusal: { ...refusal, code: "conflict" } });
      bench.now = noon + 70 * secondMs;
      bench.limiter.note({ v: 1, usage, error: true, refusal });
      bench.reopen();
      bench.limiter.hit(hit(quota("list", 9)));
      bench.now = noon + 110 * secondMs;
      await bench.limiter.work();
      const of = { workspaceId: "wsp_1", userId: "usr_1", principalId: "key_1", ...refusal };
      expect(lastTold(bench)?.refusals).toEqual([
        { ...of, minute: noon, count: 2 },
        { ...of, code: "conflict", minute: noon, count: 1 },
      ]);
      expect(bench.limiter.wakeAt()).toBe(noon + 170 * secondMs);
      await ring(bench);
      expect(lastTold(bench)?.refusals).toEqual([{ ...of, minute: noon + minuteMs, count: 1 }]);
      expect(lastTold(bench)?.counts).toMatchObject([{ errors: 4 }]);
    }));

  it("cannot fill the storage: of more kinds than anybody needs, further ones are counted as errors", () =>
    withLimiter(async (bench) => {
      for (let i = 0; i < 510; i++) bench.limiter.note({ v: 1, usage, error: true, refusal: { route: `DELETE /${i}`, code: "forbidden" } });
      await ring(bench);
      expect(lastTold(bench)?.refusals).toHaveLength(500);
      expect(lastTold(bench)?.counts).toMatchObject([{ errors: 510 }]);
    }));
});

describe("a database that does not answer", () => {
  const doesNotAnswer = () => {
    throw new Error("no answer");
  };

  it("is asked again, each time later, and after eight times only once somebody comes again", () =>
    withLimiter(async (bench) => {
      bench.limiter.hit(hit(quota("list", 9)));
      bench.whileTelling = doesNotAnswer;
      const waits: number[] = [];
      while (bench.limiter.wakeAt() !== null && waits.length < 20) {
        expect(await ring(bench)).toBe("failed");
        waits.push((bench.limiter.wakeAt() ?? bench.now) - bench.now);
      }
      expect(waits).toHaveLength(8);
      expect(waits.slice(0, 7)).toEqual(waits.slice(0, 7).toSorted((a, b) => a - b));
      bench.reopen();
      expect(bench.limiter.wakeAt()).toBeNull();

      bench.limiter.hit(hit(quota("list", 9)));
      expect(bench.limiter.wakeAt()).toBe(bench.now + minuteMs);
      expect(await ring(bench)).toBe("failed");
      expect(bench.limiter.wakeAt()).toBeNull();

      bench.limiter.hit(hit(quota("list", 9)));
      bench.whileTelling = () => {};
      await ring(bench);
      expect(lastTold(bench)?.counts.reduce((sum, { requests }) => sum + requests, 0)).toBe(3);
      expect(bench.limiter.wakeAt()).not.toBeNull();
    }));

  it("makes nobody forget a day or a refusal, however long ago", () =>
    withLimiter(async (bench) => {
      bench.limiter.hit(hit(quota("list", 9)));
      bench.limiter.note({ v: 1, usage, error: true, refusal });
      bench.whileTelling = doesNotAnswer;
      bench.now += 3 * dayMs;
      expect(await ring(bench)).toBe("failed");
      bench.whileTelling = () => {};
      expect(await ring(bench)).toBe("empty");
      expect(lastTold(bench)).toMatchObject({ counts: [{ ...day, requests: 1, errors: 1 }], refusals: [{ ...refusal, count: 1 }] });
    }));
});
