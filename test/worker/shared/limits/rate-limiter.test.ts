import { describe, expect, it } from "vitest";
import { dayMs, minuteMs, secondMs } from "../../../../shared/platform/index.ts";
import { bareHit, hit, type LimiterBench, noon, quota, streamOf, withLimiter } from "../../../helpers/worker/limiter-bench.ts";

describe("a caller's limits", () => {
  it("hold on after the object was thrown out of memory", () =>
    withLimiter((bench) => {
      for (let i = 0; i < 3; i++) expect(bench.limiter.hit(hit(quota("list", 3))).allowed).toBe(true);
      bench.now += 10 * secondMs;
      bench.reopen();
      expect(bench.limiter.hit(hit(quota("list", 3)))).toEqual({
        allowed: false,
        quotas: [{ name: "list", limit: 3, windowMs: minuteMs, remaining: 0, resetMs: 50 * secondMs }],
        retryAfterMs: 50 * secondMs,
      });
      bench.now += 50 * secondMs;
      expect(bench.limiter.hit(hit(quota("list", 3))).allowed).toBe(true);
    }));

  it("take from all policies of a request, or from none", () =>
    withLimiter((bench) => {
      const both = hit(quota("list", 5), quota("tokens", 100, 80));
      expect(bench.limiter.hit(both).allowed).toBe(true);
      expect(bench.limiter.hit(both).allowed).toBe(false);
      bench.reopen();
      const left = bench.limiter.hit(hit(quota("list", 5, 0), quota("tokens", 100, 0))).quotas;
      expect(left.map(({ remaining }) => remaining)).toEqual([4, 20]);
    }));

  it("are as they were when a write is rolled back", () =>
    withLimiter((bench) => {
      bench.limiter.hit(hit(quota("list", 3)));
      bench.isRolledBack = true;
      expect(() => bench.limiter.hit(hit(quota("list", 3), quota("more", 3)))).toThrow("rolled back");
      bench.isRolledBack = false;
      const left = () => bench.limiter.hit(bareHit(quota("list", 3, 0), quota("more", 3, 0))).quotas.map(({ remaining }) => remaining);
      expect(left()).toEqual([2, 3]);
      bench.reopen();
      expect(left()).toEqual([2, 3]);
    }));
});

describe("requests that come at once", () => {
  const left = (bench: LimiterBench, ...names: readonly string[]) =>
    bench.limiter.hit(bareHit(...names.map((name) => quota(name, 9, 0)))).quotas.map(({ remaining }) => remaining);

  it("count each other before anything is stored, and share one row a policy", () =>
    withLimiter(async (bench) => {
      bench.limiter.hit(hit(quota("list", 3)));
      expect(bench.rowsWritten(() => expect([1, 2, 3].map(() => bench.atOnce.hit(hit(quota("list", 3))).allowed)).toEqual([true, true, false]))).toBe(0);
      expect(bench.atOnce.isAhead).toBe(true);
      expect(bench.rowsWritten(() => bench.atOnce.write())).toBe(1);
      expect(bench.atOnce.isAhead).toBe(false);
      expect(bench.rowsWritten(() => bench.atOnce.write())).toBe(0);
      bench.reopen();
      expect(left(bench, "list")).toEqual([6]);
      await bench.limiter.work();
      expect(bench.told.at(-1)?.counts).toMatchObject([{ requests: 4, limited: 1 }]);
    }));

  it("have taken nothing, and are counted all the same, when their write is rolled back", () =>
    withLimiter(async (bench) => {
      bench.limiter.hit(hit(quota("list", 9), quota("more", 9)));
      bench.atOnce.hit(hit(quota("list", 9)));
      bench.atOnce.hit(hit(quota("list", 9), quota("more", 9)));
      bench.isRolledBack = true;
      expect(() => bench.atOnce.write()).toThrow("rolled back");
      bench.isRolledBack = false;
      expect(left(bench, "list", "more")).toEqual([8, 8]);
      bench.reopen();
      expect(left(bench, "list", "more")).toEqual([8, 8]);
      await bench.limiter.work();
      expect(bench.told.at(-1)?.counts).toMatchObject([{ requests: 3 }]);
    }));

  it("are stored before the database is told of them", () =>
    withLimiter(async (bench) => {
      bench.atOnce.hit(hit(quota("list", 9)));
      bench.whileTelling = () => {
        bench.reopen();
        expect(left(bench, "list")).toEqual([8]);
      };
      await bench.atOnce.work();
      expect(bench.told.at(-1)?.counts).toMatchObject([{ requests: 1 }]);
    }));

  it("are not forgotten with what lapsed when they come while everything else is being forgotten", () =>
    withLimiter(async (bench) => {
      bench.limiter.hit(hit(quota("list", 9)));
      bench.now += 2 * dayMs;
      bench.whileTelling = () => void bench.atOnce.hit(hit(quota("list", 9)));
      expect(await bench.atOnce.work()).toBe("kept");
      bench.reopen();
      expect(left(bench, "list")).toEqual([8]);
    }));

  it("are forgotten with the rest", () =>
    withLimiter((bench) => {
      bench.atOnce.hit(hit(quota("list", 9)));
      bench.atOnce.forget();
      expect(bench.rowsWritten(() => bench.atOnce.write())).toBe(0);
      expect(left(bench, "list")).toEqual([9]);
    }));
});

describe("what a request costs", () => {
  it.each([
    ["a request under one policy", hit(quota("list", 9)), 1],
    ["a request under two policies", hit(quota("list", 9), quota("more", 9)), 2],
    ["a request whose usage is not counted", bareHit(quota("list", 9)), 1],
    ["a request that brings what isolates refused", { ...hit(quota("list", 9)), refusedBefore: 7 }, 1],
    ["a question that takes nothing", bareHit(quota("list", 9, 0)), 0],
    ["a refused request whose usage is not counted", bareHit(quota("list", 1)), 0],
  ])("%s", (_, request, rows) =>
    withLimiter((bench) => {
      bench.limiter.hit(hit(quota("list", 9), quota("more", 9)));
      expect(bench.rowsWritten(() => bench.limiter.hit(request))).toBe(rows);
    }),
  );

  it("is one row in ten seconds for whoever is refused, however fast they ask", () =>
    withLimiter((bench) => {
      bench.limiter.hit(hit(quota("list", 1)));
      const rows = bench.rowsWritten(() => {
        for (let i = 0; i < 300; i++, bench.now += 100) bench.limiter.hit(hit(quota("list", 1)));
      });
      expect(rows).toBe(2);
    }));

  it("is one row for what is counted after the answer, and for what is opened or ended", () =>
    withLimiter((bench) => {
      bench.limiter.hit(hit(quota("list", 9)));
      const outcome = { v: 1, usage: { workspaceId: "wsp_1", userId: "usr_1" }, error: true, refusal: { route: "DELETE /x", code: "forbidden" } } as const;
      expect(bench.rowsWritten(() => bench.limiter.note(outcome))).toBe(1);
      expect(bench.rowsWritten(() => bench.limiter.acquire(streamOf(1)))).toBe(1);
      expect(bench.rowsWritten(() => bench.limiter.acquire(streamOf(1)))).toBe(0);
      expect(bench.rowsWritten(() => bench.limiter.release("nobody's"))).toBe(0);
    }));
});

describe("what a caller has open", () => {
  it("is never more than the limit, and ends when they say so", () =>
    withLimiter((bench) => {
      const first = bench.limiter.acquire(streamOf(2));
      bench.now += 1_000;
      bench.limiter.acquire(streamOf(2));
      bench.reopen();
      expect(bench.limiter.acquire(streamOf(2))).toEqual({ lease: null, retryAfterMs: minuteMs - 1_000 });
      bench.limiter.release(first.lease ?? "");
      bench.reopen();
      expect(bench.limiter.acquire(streamOf(2)).lease).not.toBeNull();
      expect(bench.limiter.acquire(streamOf(2)).lease).toBeNull();
    }));

  it("ends by itself", () =>
    withLimiter((bench) => {
      bench.limiter.acquire(streamOf(1));
      bench.now += minuteMs - 1;
      expect(bench.limiter.acquire(streamOf(1))).toEqual({ lease: null, retryAfterMs: 1 });
      bench.now += 1;
      expect(bench.limiter.acquire(streamOf(1)).lease).not.toBeNull();
    }));
});

describe("what is kept of an address", () => {
  it("is wanted to be forgotten when its last window is over, and is then", () =>
    withLimiter(async (bench) => {
      bench.limiter.hit(bareHit(quota("list", 9)));
      bench.now += 20 * secondMs;
      bench.limiter.hit(bareHit(quota("public", 9)));
      expect(bench.limiter.wakeAt()).toBe(noon + 80 * secondMs);
      bench.now = noon + 80 * secondMs - 1;
      expect(await bench.limiter.work()).toBe("kept");
      bench.now += 1;
      expect(await bench.limiter.work()).toBe("empty");
      expect(bench.told).toEqual([]);
    }, null));

  it("holds no usage, whatever the request says", () =>
    withLimiter(async (bench) => {
      bench.limiter.hit(hit(quota("list", 9)));
      bench.limiter.note({ v: 1, usage: { workspaceId: "wsp_1", userId: "usr_1" }, error: true });
      bench.now += minuteMs;
      expect(await bench.limiter.work()).toBe("empty");
      expect(bench.told).toEqual([]);
    }, null));

  it("includes what it has open", () =>
    withLimiter(async (bench) => {
      bench.limiter.acquire(streamOf(1));
      expect(bench.limiter.wakeAt()).toBe(noon + minuteMs);
      expect(await bench.limiter.work()).toBe("kept");
      bench.now += minuteMs;
      expect(await bench.limiter.work()).toBe("empty");
    }, null));
});
