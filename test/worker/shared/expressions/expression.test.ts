import { describe, expect, it } from "vitest";
import { checkExpression, evaluate } from "../../../../shared/expressions/index.ts";

describe("In a Worker, an expression", () => {
  it("makes what it makes elsewhere", async () => {
    const text = "{'text': $uppercase(type) & $formatNumber(n, '#,##0.0'), 'items': $sort($map(list, function($n){ $n * 2 }))}";
    expect(checkExpression(text)).toBeNull();
    expect(await evaluate(text, { type: "a", n: 1234.56, list: [3, 1, 2] })).toEqual({ text: "A1,234.6", items: [2, 4, 6] });
  });

  it.each([
    ["a loop without end", "($f := function($n){ $f($n + 1) }; $f(0))", /20000 steps/],
    ["a deep recursion", "($f := function($n){ 1 + $f($n + 1) }; $f(0))", /too deeply/],
    ["a text that doubles", "($f := function($t, $n){ $n = 0 ? $t : $f($t & $t, $n - 1) }; $f('aaaaaaaaaa', 60))", /100000 characters/],
    ["a range that never ends", "[9007199254740992..9007199254740994]", /range begins and ends/],
    ["a tree that is copied", `${"(".repeat(60)}a${" ?? b)".repeat(60)}`, /may nest 3 deep/],
    ["a long row of signs", `${"-".repeat(3_900)}a`, /nests/],
    ["a regular expression", "$contains('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /^(a+)+$/)", /Regular expressions/],
  ])("ends with an error that aims at %s", async (_, text, says) => {
    await expect(evaluate(text, {})).rejects.toMatchObject({ code: "invalid", retryable: false, message: expect.stringMatching(says) });
  });
});
