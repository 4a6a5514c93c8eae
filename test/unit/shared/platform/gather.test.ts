import { describe, expect, it } from "vitest";
import { createGather } from "../../../../shared/platform/gather.ts";

/** A gather whose time is over when the test says so; notes what is done together. */
function gathering(work?: (items: readonly string[]) => Promise<PromiseSettledResult<string>[]>) {
  const groups: (readonly string[])[] = [];
  const over: (() => void)[] = [];
  const done = async (items: readonly string[]): Promise<PromiseSettledResult<string>[]> => {
    groups.push(items);
    return items.map((item) => (item === "bad" ? { status: "rejected", reason: new Error("bad") } : { status: "fulfilled", value: `${item}!` }));
  };
  const gather = createGather<string, string>({ work: work ?? done, longestMs: 10, wait: () => new Promise<void>((resolve) => over.push(resolve)) });
  const endWaits = (): void => {
    for (const end of over.splice(0)) end();
  };
  return { gather, groups, endWaits };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("what is gathered", () => {
  it("is done together, once nobody is left who may add something", async () => {
    const { gather, groups } = gathering();
    const all = await Promise.all(["a", "b", "c"].map((item) => gather.run(() => gather.add(item))));
    expect(all).toEqual(["a!", "b!", "c!"]);
    expect(groups).toEqual([["a", "b", "c"]]);
  });

  it("waits for nobody when it is alone", async () => {
    const { gather, groups } = gathering();
    expect(await gather.run(() => gather.add("a"))).toBe("a!");
    expect(groups).toEqual([["a"]]);
  });

  it("does not wait for who has nothing to add, or failed before", async () => {
    const { gather, groups } = gathering();
    const added = gather.run(() => gather.add("a"));
    const failed = gather.run(() => turn().then(() => Promise.reject(new Error("before"))));
    await expect(failed).rejects.toThrow("before");
    expect(await added).toBe("a!");
    expect(groups).toEqual([["a"]]);
  });

  it("goes without who comes too late, whose turn is the next", async () => {
    const { gather, groups, endWaits } = gathering();
    const late = Promise.withResolvers<void>();
    const first = gather.run(() => gather.add("a"));
    const second = gather.run(() => late.promise.then(() => gather.add("b")));
    await turn();
    expect(groups).toEqual([]);
    endWaits();
    expect(await first).toBe("a!");
    late.resolve();
    expect(await second).toBe("b!");
    endWaits();
    await turn();
    expect(groups).toEqual([["a"], ["b"]]);
  });

  it("fails one by one, and all of it when it fails as a whole", async () => {
    const one = gathering().gather;
    const settled = await Promise.allSettled(["a", "bad", "c"].map((item) => one.run(() => one.add(item))));
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    const { gather } = gathering(() => Promise.reject(new Error("gone")));
    const whole = await Promise.allSettled(["a", "b"].map((item) => gather.run(() => gather.add(item))));
    expect(whole.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });

  it("may be added again by who was told to wait", async () => {
    const { gather, groups } = gathering();
    const twice = gather.run(async () => [await gather.add("a"), await gather.add("b")]);
    expect(await twice).toEqual(["a!", "b!"]);
    expect(groups).toEqual([["a"], ["b"]]);
  });
});
