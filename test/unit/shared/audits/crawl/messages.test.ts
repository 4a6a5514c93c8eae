import { describe, expect, it } from "vitest";
import { type CrawlState, initialState } from "../../../../../shared/audits/crawl/crawl-state.ts";
import { AnalysisMessage, type CrawlTask, toMessages } from "../../../../../shared/audits/crawl/messages.ts";

const options = { maxPages: 9, maxDepth: null, include: [], exclude: [], rate: null, userAgent: "u".repeat(300), respectRobots: true, headerNames: [] };
const stateWith = (sealedHeaders: string | null): CrawlState =>
  initialState({ v: 1, auditId: `aud_${"0".repeat(26)}`, workspaceId: "w", url: "https://example.com/", options, sealedHeaders }, 0);
const tasks = (count: number, attempt = 1, url = "https://example.com/"): CrawlTask[] =>
  Array.from({ length: count }, (_, id) => ({ id, kind: "page", url: `${url}${id}`, attempt }));
const shape = (batches: readonly (readonly AnalysisMessage[])[]) => batches.map((batch) => batch.map((message) => message.tasks.length));

describe("messages", () => {
  it.each([
    { count: 0, expected: [] },
    { count: 1, expected: [[1]] },
    { count: 12, expected: [[12]] },
    { count: 30, expected: [[12, 12, 6]] },
  ])("for $count tasks are $expected", ({ count, expected }) => {
    expect(shape(toMessages(stateWith(null), tasks(count)))).toEqual(expected);
  });

  it("carry a task alone that was out before: it may be what killed its consumer", () => {
    expect(shape(toMessages(stateWith(null), [...tasks(2), ...tasks(3, 2)]))).toEqual([[2, 1, 1, 1]]);
  });

  it("stay below 128 KB each and 256 KB together, with the longest addresses and headers, and can be read", () => {
    const batches = toMessages(stateWith("s".repeat(22_000)), [...tasks(96, 1, `https://example.com/${"x".repeat(2_000)}`), ...tasks(40, 2)]);
    expect(batches.flat().flatMap((message) => message.tasks)).toHaveLength(136);
    expect(batches.length).toBeGreaterThan(1);
    for (const batch of batches) {
      expect(batch.length).toBeLessThanOrEqual(100);
      expect(JSON.stringify(batch).length).toBeLessThan(256_000);
      for (const message of batch) {
        expect(JSON.stringify(message).length).toBeLessThan(128_000);
        expect(AnalysisMessage.parse(message)).toEqual(message);
      }
    }
  });
});
