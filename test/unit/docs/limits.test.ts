import { describe, expect, it } from "vitest";
import page from "../../../docs/limits.md?raw";
import { concurrencyPolicies, limitPolicies } from "../../../shared/limits/index.ts";
import { dayMs, hourMs, limitNames, maxLimit, minuteMs } from "../../../shared/platform/index.ts";

const rows = [...page.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, name = "", cells = ""]) => [name, ...cells.split(" | ").slice(0, 4)]);

const words: ReadonlyMap<number, string> = new Map([
  [minuteMs, "1 minute"],
  [hourMs, "1 hour"],
  [dayMs, "1 day"],
]);

describe("docs/limits.md", () => {
  it("says of every limit what is enforced", () => {
    expect(rows).toEqual(
      limitNames.map((name) => {
        const { limit, windowMs, per, withoutLimiter } = limitPolicies[name];
        return [name, String(limit), words.get(windowMs), per === "ip" ? "address" : per, withoutLimiter === "local" ? "goes on" : "refuses"];
      }),
    );
  });

  it("says how much may be open at once, and how high a limit may be", () => {
    expect(page).toContain(`may have ${concurrencyPolicies.streams.limit} streams of events open at once`);
    expect(page).toContain(`${maxLimit.toLocaleString("en")} in a window is the most`);
  });
});
