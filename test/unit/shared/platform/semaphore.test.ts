import { describe, expect, it } from "vitest";
import { createSemaphore } from "../../../../shared/platform/semaphore.ts";

/** Work that a test starts and ends by hand. */
function createWork(count: number) {
  const started: number[] = [];
  const works = Array.from({ length: count }, (_, i) => {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const work = () => {
      started.push(i);
      return promise;
    };
    return { work, resolve, reject };
  });
  return { started, works };
}

/** Lets everything that is ready to run, run. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("a semaphore", () => {
  it("runs as much at once as it has slots, and the rest in the order it came", async () => {
    const { run } = createSemaphore(2);
    const { started, works } = createWork(5);
    const results = Promise.all(works.map(({ work }) => run(work)));
    await settled();
    expect(started).toEqual([0, 1]);
    works[1]?.resolve(1);
    await settled();
    expect(started).toEqual([0, 1, 2]);
    works[0]?.resolve(0);
    works[2]?.resolve(2);
    await settled();
    expect(started).toEqual([0, 1, 2, 3, 4]);
    works[3]?.resolve(3);
    works[4]?.resolve(4);
    expect(await results).toEqual([0, 1, 2, 3, 4]);
  });

  it("passes a failure on and gives the slot back", async () => {
    const { run } = createSemaphore(1);
    await expect(run(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    await expect(
      run(() => {
        throw new Error("broken at once");
      }),
    ).rejects.toThrow("broken at once");
    expect(await run(async () => "next")).toBe("next");
  });

  it("lets nobody who comes later overtake one who waits", async () => {
    const { run } = createSemaphore(1);
    const { started, works } = createWork(3);
    const first = run(works[0]?.work ?? expect.unreachable());
    const second = run(works[1]?.work ?? expect.unreachable());
    works[0]?.resolve(0);
    // The latecomer arrives in the very turn in which the slot is handed on.
    const third = first.then(() => run(works[2]?.work ?? expect.unreachable()));
    await settled();
    expect(started).toEqual([0, 1]);
    works[1]?.resolve(1);
    works[2]?.resolve(2);
    expect(await Promise.all([second, third])).toEqual([1, 2]);
    expect(started).toEqual([0, 1, 2]);
  });

  it("never runs more than its slots, whatever the load", async () => {
    const { run } = createSemaphore(6);
    let running = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++running);
      await settled();
      running--;
    };
    await Promise.all(Array.from({ length: 100 }, () => run(work)));
    expect(most).toBe(6);
  });

  it.each([0, -1, 1.5, Number.NaN])("cannot have %d slots", (slots) => {
    expect(() => createSemaphore(slots)).toThrow(new RangeError(`A semaphore needs at least one slot, not ${slots}`));
  });
});
