import { describe, expect, it } from "vitest";
import { progressEvents } from "../../../../workers/api/progress-events.ts";

/** Events of an audit that shows these values in turn, one a second, and ends with the last; each with its time in seconds. */
async function eventsOf(shown: readonly unknown[], { ends = true } = {}): Promise<[number, string][]> {
  let second = 0;
  const seen: [number, string][] = [];
  const source = {
    read: async () => ({ progress: shown[Math.min(second, shown.length - 1)], ended: ends && second >= shown.length - 1 }),
    result: async () => ({ id: "aud" }),
    now: () => second * 1_000,
    sleep: async (ms: number) => {
      second += ms / 1_000;
    },
  };
  for await (const text of progressEvents(source)) seen.push([second, text.trimEnd()]);
  return seen;
}

describe("the events of an audit", () => {
  it("are a change each, then the result", async () => {
    expect(await eventsOf([{ fetched: 1 }, { fetched: 1 }, { fetched: 2 }, { fetched: 2 }])).toEqual([
      [0, "retry: 2000"],
      [0, 'event: progress\ndata: {"fetched":1}'],
      [2, 'event: progress\ndata: {"fetched":2}'],
      [3, 'event: done\ndata: {"id":"aud"}'],
    ]);
  });

  it("are comments while nothing changes, counted from the last thing said", async () => {
    const shown = Array.from({ length: 50 }, (_, second) => (second < 10 ? "a" : "b"));
    expect((await eventsOf(shown)).map(([second, text]) => [second, text.split("\n")[0]])).toEqual([
      [0, "retry: 2000"],
      [0, "event: progress"],
      [10, "event: progress"],
      [25, ": still here"],
      [40, ": still here"],
      [49, "event: done"],
    ]);
  });

  it("stop after five minutes, so that the reader connects again", async () => {
    const events = await eventsOf(["a", "b"], { ends: false });
    expect(events.at(-1)).toEqual([286, ": still here"]);
    expect(events.map(([, text]) => text)).not.toContainEqual(expect.stringContaining("done"));
  });

  it("keep a line break inside a value from ending the event", async () => {
    expect((await eventsOf([{ url: "a\n\nevent: done" }]))[1]).toEqual([0, 'event: progress\ndata: {"url":"a\\n\\nevent: done"}']);
  });
});
