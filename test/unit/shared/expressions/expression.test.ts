import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Budget, checkExpression, evaluate } from "../../../../shared/expressions/index.ts";

const finding = {
  id: "evt_1",
  type: "finding.opened",
  timestamp: "2026-11-22T12:00:00.000Z",
  data: { ruleId: "title-missing", severity: "error", pages: 12, score: 81.26, site: { origin: "https://shop.example" }, examples: ["/a", "/b", "/c", "/b"] },
};

describe("An expression", () => {
  it.each([
    ["a comparison", "type = 'finding.opened'", true],
    ["a number and a text", "data.pages > 10 and data.severity = 'error'", true],
    ["what is not there", "data.nothing.at.all = 1", false],
    ["one of a list", "type in ['audit.failed', 'job.failed']", false],
    ["a part of a text", "$contains(data.site.origin, 'shop.')", true],
    ["a part of a text, said the other way", "data.site.origin.$contains('shop.')", true],
    ["how many", "$count(data.examples[$ != '/a']) = 3", true],
    ["a division", "data.pages / 4 = 3 and 7 % 4 = 3", true],
    ["a name in backticks", "data.`site`.origin = 'https://shop.example' /* the shop */", true],
    ["a default", "(data.owner ?? data.team ?: 'nobody') = 'nobody'", true],
    ["the time", "$toMillis(timestamp) > 1700000000000", true],
    ["whether something is there", "$exists(data.examples) and $not($exists(data.missing))", true],
  ])("filters by %s", async (_, text, expected) => {
    expect(checkExpression(text)).toBeNull();
    expect(await evaluate(text, finding)).toBe(expected);
  });

  it.each([
    ["an object", "{'text': data.ruleId & ' on ' & data.site.origin, 'n': data.pages}", { text: "title-missing on https://shop.example", n: 12 }],
    ["a list in order", "data.examples^(>$)", ["/c", "/b", "/b", "/a"]],
    ["what differs", "$distinct(data.examples)", ["/a", "/b", "/c"]],
    ["objects that differ, whatever the order of their keys", "$distinct([{'a': 1, 'b': 2}, {'b': 2, 'a': 1}])", [{ a: 1, b: 2 }]],
    ["a list of objects", "data.examples[[0..1]].{'path': $}", [{ path: "/a" }, { path: "/b" }]],
    ["a mapping", "$map(data.examples, function($path, $i){ $i & $path })", ["0/a", "1/b", "2/c", "3/b"]],
    ["a mapping by a function's last step", "(function($l){ $map($l, function($x){ $x * 2 }) })([1, 2])", [2, 4]],
    ["one that is mapped", "$map(data.examples[0], $uppercase)", "/A"],
    ["a filter", "$filter(data.examples, function($path){ $path > '/a' })", ["/b", "/c", "/b"]],
    ["a sum by hand", "$reduce([1..5], function($a, $b){ $a + $b })", 15],
    ["a sum from something", "$reduce([1..5], function($a, $b){ $a + $b }, 100)", 115],
    ["the only one", "$single(data.examples, function($path){ $path = '/c' })", "/c"],
    ["entries", "$each(data.site, function($value, $key){ $key & '=' & $value })", "origin=https://shop.example"],
    ["some entries", "$sift(data, function($value, $key){ $key = 'pages' })", { pages: 12 }],
    ["entries apart", "$spread({'a': 1, 'b': 2})", [{ a: 1 }, { b: 2 }]],
    ["groups", "data.examples{$: $count($)}", { "/a": 1, "/b": 2, "/c": 1 }],
    ["a list in a text", "$join(data.examples, ', ')", "/a, /b, /c, /b"],
    ["parts", "$split('a-b-c', '-')", ["a", "b", "c"]],
    ["a few parts", "$split('a-b-c', '-', 2)", ["a", "b"]],
    ["another word", "$replace('aXbXc', 'X', '$0', 1)", "a$0bXc"],
    ["a width", "$pad('ab', 5, '12') & $pad('ab', -4)", "ab121  ab"],
    ["a sorted list", "$sort([3, 10, 2])", [2, 3, 10]],
    ["a list sorted by a function", "$sort(['bbb', 'a', 'cc'], function($a, $b){ $length($a) > $length($b) })", ["a", "cc", "bbb"]],
    ["a number in its form", "$formatNumber(12345.678, '#,##0.00') & ' ' & $formatInteger(2026, 'I')", "12,345.68 MMXXVI"],
    ["a day", "$fromMillis(0, '[F], [D] [MNn] [Y0001]') & $fromMillis(0, '[H01]:[m01]', '+0100')", "thursday, 1 January 197001:00"],
    ["everything below", "**.origin", "https://shop.example"],
    ["a function of its own", "($f := function($n){ $n < 2 ? 1 : $n * $f($n - 1) }; $f(20))", 2432902008176640000],
    ["a function that ends in itself", "($f := function($n, $s){ $n = 0 ? $s : $f($n - 1, $s + $n) }; $f(500, 0))", 125250],
    ["functions one after another", "data.examples ~> $map($uppercase) ~> $join('')", "/A/B/C/B"],
    ["a composed function", "($f := $uppercase ~> $length; $f('abc'))", 3],
  ])("makes %s", async (_, text, expected) => {
    expect(checkExpression(text)).toBeNull();
    expect(await evaluate(text, finding)).toEqual(expected);
  });

  it.each([
    ["type = ", /before end of expression|end of expression/],
    ["type = 'x", /no closing quotation mark \(at character 7\)/],
    ["$upper(type)", /There is no function or variable \$upper \(at character 6\)/],
    ["type ~ 'x'", /\(at character \d+\)/],
  ])("that is wrong says what is wrong, and where: %s", async (text, says) => {
    expect(checkExpression(text)).toMatch(says);
    await expect(evaluate(text, finding)).rejects.toMatchObject({ code: "invalid", retryable: false, message: expect.stringMatching(says) });
  });

  it("that fails says so each time", async () => {
    const failed = { code: "invalid", retryable: false, message: expect.stringMatching(/"\+".*must evaluate to a number.*\(at character 6\)/) };
    await expect(evaluate("type + 1", finding)).rejects.toMatchObject(failed);
    await expect(evaluate("type + 1", finding)).rejects.toMatchObject(failed);
  });

  it("counts each evaluation by itself, also those at the same time", async () => {
    const text = "$sum([1..1000].($ * 2))";
    expect(await Promise.all(Array.from({ length: 30 }, () => evaluate(text, {})))).toEqual(Array(30).fill(1_001_000));
  });

  it("takes no more steps than it was granted", async () => {
    const text = "$sum([1..300].($ * 2))";
    const most = "The expression takes more than 500 steps.";
    expect(await evaluate(text, {}, { steps: 2_000 })).toBe(90_300);
    await expect(evaluate(text, {}, { steps: 500 })).rejects.toMatchObject({ code: "invalid", retryable: false, message: most });
  });

  it("does less with large values when it has fewer steps", async () => {
    const text = "($l := [1..9000]; $count($l) + $count($l) + $count($l))";
    expect(await evaluate(text, {})).toBe(27_000);
    await expect(evaluate(text, {}, { steps: 500 })).rejects.toMatchObject({ code: "invalid", message: expect.stringContaining("too much") });
  });

  it("shares what it may do with others that it is evaluated together with", async () => {
    const together = new Budget(2_000);
    const text = "$sum([1..300].($ * 2))";
    expect(await evaluate(text, {}, { together })).toBe(90_300);
    expect(together.isSpent).toBe(false);
    await expect(evaluate(text, {}, { together })).rejects.toMatchObject({ code: "invalid" });
    expect(together.isSpent).toBe(true);
    await expect(evaluate("1", {}, { together })).rejects.toMatchObject({ code: "invalid" });
  });

  it("sees the input of its own evaluation alone, and leaves it as it was", async () => {
    const input = { list: [] as unknown[] };
    expect(await Promise.all([1, 2, 3].map((n) => evaluate("n", { n })))).toEqual([1, 2, 3]);
    await evaluate("list{'a': 1}", input);
    expect(input).toEqual({ list: [] });
  });

  it("takes nothing of the input for its own functions", async () => {
    const lambda = { _jsonata_lambda: true, arguments: [], body: { type: "string", value: "run" } };
    await expect(evaluate("f()", { f: lambda })).rejects.toMatchObject({ code: "invalid" });
    expect(await evaluate("f", { f: JSON.parse('{"__proto__": {"a": 1}, "b": 2}') })).toEqual({ b: 2 });
  });

  it("goes on after a thousand others", async () => {
    for (let n = 0; n < 1_000; n += 1) expect(checkExpression(`n = ${n}`)).toBeNull();
    expect(await evaluate("n = 1", { n: 1 })).toBe(true);
  });
});

const json = fc
  .jsonValue({ maxDepth: 4 })
  .map((value): unknown => JSON.parse(JSON.stringify(value), (key, part: unknown) => (key === "__proto__" ? undefined : part)));

describe("Any JSON", () => {
  it("goes through unchanged", async () => {
    await fc.assert(
      fc.asyncProperty(json, async (value) => {
        expect(await evaluate("{'given': $$}", { value })).toEqual({ given: { value } });
      }),
    );
  });

  it("keeps its texts through splitting and joining, and its order through sorting", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.stringMatching(/^[a-z]{0,8}$/), { minLength: 2, maxLength: 20 }), async (words) => {
        expect(await evaluate("$split($join(words, ','), ',')", { words })).toEqual(words);
        expect(await evaluate("$sort(words)", { words })).toEqual([...words].sort());
        expect(await evaluate("$distinct(words)", { words: [...words, ...words] })).toEqual([...new Set(words)]);
      }),
    );
  });

  it("as an expression ends in a value or an error that says what is wrong", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(..."()[]{}.$?:;,+-*/%&<>=!~^@#|'\"`ab1 ".split(""), "??", "$f", ":=", "function($x)", "in", ".."), { maxLength: 40 }),
        async (parts) => {
          const text = parts.join("");
          const problem = checkExpression(text);
          const outcome = await evaluate(text, finding).then(
            () => null,
            (error: unknown) => error,
          );
          if (problem !== null) expect(outcome).toMatchObject({ code: "invalid", message: problem });
          else if (outcome !== null) expect(outcome).toMatchObject({ code: "invalid", retryable: false });
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
