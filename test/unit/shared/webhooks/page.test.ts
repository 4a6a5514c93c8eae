import { describe, expect, it } from "vitest";
import page from "../../../../docs/webhooks.md?raw";
import { checkExpression, evaluate } from "../../../../shared/expressions/index.ts";
import { hourMs, minuteMs, secondMs } from "../../../../shared/platform/index.ts";
import { catalogue } from "../../../../shared/webhooks/catalogue/catalogue.ts";
import { failureKinds } from "../../../../shared/webhooks/kinds/kind.ts";
import { nextAttemptAt } from "../../../../shared/webhooks/schedule/retry-policy.ts";

const expressions = [...page.matchAll(/```jsonata\n([\s\S]*?)\n```/g)].map(([, text = ""]) => text);
const units = { second: secondMs, minute: minuteMs, hour: hourMs } as const;
const isUnit = (text: string): text is keyof typeof units => Object.hasOwn(units, text);

/** `5 minutes` in ms. */
function duration(text: string): number {
  const [, count, unit = ""] = /^([\d.]+) (\w+?)s?$/.exec(text) ?? [];
  return isUnit(unit) ? Number(count) * units[unit] : Number.NaN;
}

/** In ms, after each failed attempt. */
function waits(retry: "schedule" | "few"): number[] {
  const found: number[] = [];
  for (;;) {
    const result = { failure: "status", retry } as const;
    const at = nextAttemptAt({ now: 0, tries: found.length + 1, result, status: null, afterUnknownMs: 0, random: () => 0.5 });
    if (at === null) return found;
    found.push(at);
  }
}

describe("docs/webhooks.md", () => {
  const rows = [...page.matchAll(/^\| (\d+) \| (\d+ \w+) \| ([\d.]+ \w+) \|$/gm)];

  it("says when an attempt is made again", () => {
    const expected = waits("schedule");
    expect(rows.map(([, attempt, wait = ""]) => [Number(attempt), duration(wait)])).toEqual(expected.map((ms, index) => [index + 2, ms]));
    let sum = 0;
    for (const [index, [, , , since = ""]] of rows.entries()) {
      sum += expected[index] ?? 0;
      expect(Math.abs(duration(since) / sum - 1)).toBeLessThan(0.02);
    }
  });

  it("says how often it is where a receiver refuses", () => {
    expect(waits("few")).toHaveLength(2);
    expect(page).toContain("| any other 4xx | three attempts in all |");
  });

  it("names every reason for a failure", () => {
    const [, table = ""] = page.split("| `failure` | Why |");
    expect([...(table.split("\n\n")[0] ?? "").matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)).toEqual(failureKinds);
  });

  it.each(expressions)("shows an expression that may be stored, and makes something of an event: %s", async (text) => {
    const { example } = catalogue["audit.completed"];
    expect(checkExpression(text)).toBeNull();
    const event = { id: "evt_1", type: "audit.completed", version: 1, timestamp: "2027-03-31T14:05:07Z", workspaceId: "wsp_1" };
    const low = { ...example, scores: { ...example.scores, overall: 70 } };
    expect(await evaluate(text, { ...event, data: low })).not.toBeUndefined();
    expect(await evaluate(text, { ...event, data: low })).not.toBe(false);
  });
});
