import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messageBytes, teamsMessage } from "../../../../../../shared/webhooks/kinds/teams/teams-message.ts";
import { everyText, longest, messages } from "../../../../../helpers/hostile-message.ts";

describe("a message for Teams", () => {
  it("keeps within 28 KB, whatever it is about, and knows no Markdown and no mentions", () => {
    fc.assert(
      fc.property(messages, (message) => {
        const sent = teamsMessage(message);
        expect(new TextEncoder().encode(sent).length).toBeLessThanOrEqual(messageBytes);
        expect(sent.isWellFormed()).toBe(true);
        expect(sent).not.toContain('"TextBlock"');
        expect(sent).not.toContain('"entities"');
        expect(sent).not.toContain("Action.Submit");
        for (const each of everyText(JSON.parse(sent))) expect(each).not.toBe("");
      }),
      { examples: [[longest]], numRuns: 50 },
    );
  });

  it("gives up examples before it gives up text", () => {
    const wide = Array.from({ length: 10 }, (_, index) => `https://shop.example/${index}${"漢".repeat(470)}`);
    const sent = teamsMessage({ ...longest, text: "漢".repeat(5_000), facts: [], examples: wide });
    expect(sent).toContain("漢".repeat(5_000));
    const kept = wide.filter((example) => sent.includes(example)).length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(10);
  });

  it("shortens the text of one that is too long without examples", () => {
    const sent = teamsMessage({ ...longest, text: "漢".repeat(10_000) });
    expect(sent).toContain("漢漢漢");
    expect(sent).toContain("…");
  });
});
