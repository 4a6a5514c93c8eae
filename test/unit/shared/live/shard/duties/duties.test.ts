import { describe, expect, it } from "vitest";
import { createDuties, type Duty } from "../../../../../../shared/live/shard/duties/duties.ts";
import { initialState, type ShardState, type StateStore } from "../../../../../../shared/live/shard/shard-state.ts";
import { minuteMs, secondMs } from "../../../../../../shared/platform/index.ts";

function bench(...duties: readonly Duty[]) {
  const retries: ShardState["retries"] = {};
  let current: ShardState = { ...initialState, place: { workspaceId: "wsp_1", shard: 0 }, retries };
  const store: StateStore = {
    get current() {
      return current;
    },
    save(change) {
      current = { ...current, ...change };
    },
  };
  const faults: string[] = [];
  const clock = { now: 1_000_000 };
  const open = () => createDuties(duties, { store, now: () => clock.now, random: () => 0, fault: (what) => void faults.push(what) });
  return { clock, faults, open, state: () => current };
}

const failing = (name: string, at: number): Duty => ({
  name,
  at: () => at,
  run() {
    throw new Error("no");
  },
});

describe("duties", () => {
  it("are done when they are due, and the next one says when that is again", async () => {
    const done: string[] = [];
    const times = new Map<string, number | null>([
      ["early", 900_000],
      ["late", 2_000_000],
      ["never", null],
    ]);
    const duties = [...times.keys()].map(
      (name): Duty => ({
        name,
        at: () => times.get(name) ?? null,
        run() {
          done.push(name);
          times.set(name, null);
        },
      }),
    );
    const { clock, open } = bench(...duties);
    const work = open();
    expect(work.wakeAt()).toBe(900_000);
    await work.work();
    expect(done).toEqual(["early"]);
    expect(work.wakeAt()).toBe(2_000_000);
    clock.now = 2_000_000;
    await work.work();
    expect(done).toEqual(["early", "late"]);
    expect(work.wakeAt()).toBeNull();
  });

  it("that fail keep the others from nothing, and wait longer each time, also for who opens them anew", async () => {
    let others = 0;
    const other: Duty = { name: "other", at: () => 0, run: () => void others++ };
    const { clock, faults, open, state } = bench(failing("report", 0), other);
    const waits: number[] = [];
    for (let failures = 0; failures < 8; failures++) {
      await open().work();
      await open().work();
      const notBefore = state().retries.report?.notBefore ?? 0;
      waits.push(notBefore - clock.now);
      clock.now = notBefore;
    }
    expect(others).toBe(16);
    expect(faults).toHaveLength(8);
    expect(waits).toEqual([10, 20, 40, 80, 160, 300, 300, 300].map((seconds) => seconds * secondMs));
  });

  it("that failed and then did not are as if they never had", async () => {
    let isBroken = true;
    const duty: Duty = {
      name: "report",
      at: () => 0,
      run() {
        if (isBroken) throw new Error("no");
      },
    };
    const { clock, open, state } = bench(duty);
    await open().work();
    isBroken = false;
    clock.now += minuteMs;
    await open().work();
    expect(state().retries).toEqual({});
  });
});
