import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeRobots, isAllowed, matchingRule, parseRobots, robotsProblems } from "../../../../../shared/audits/robots/index.ts";
import { toOctets } from "../../../../../shared/audits/robots/octets.ts";
import { Work } from "../../../../../shared/audits/robots/work.ts";

const pattern = fc.array(fc.constantFrom("a", "b", "/", "*", "$", "?", "%2F"), { maxLength: 8 }).map((parts) => `/${parts.join("")}`);
const path = fc.array(fc.constantFrom("a", "b", "/", "$", "?", "%2F"), { maxLength: 10 }).map((parts) => `/${parts.join("")}`);
const agent = fc.constantFrom("Foobot", "Barbot", "Foobot-Images");
const line = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(fc.constant("User-agent"), fc.oneof(agent, fc.constant("*"))) },
  {
    weight: 6,
    arbitrary: fc.tuple(fc.constantFrom("Allow", "Disallow"), fc.oneof({ weight: 9, arbitrary: pattern }, { weight: 1, arbitrary: fc.constant("") })),
  },
  { weight: 1, arbitrary: fc.constantFrom<[string, string]>(["Sitemap", "https://example.com/s.xml"], ["Crawl-delay", "1"], ["Foo", "bar"]) },
);
type Line = readonly [key: string, value: string];
const file = fc.array(line, { maxLength: 14 });
const agents = fc.uniqueArray(agent, { maxLength: 2 });
const write = (lines: readonly Line[]): string => lines.map(([key, value]) => `${key}: ${value}`).join("\n");
const decided = (body: string, names: readonly string[], asked: string) => isAllowed(parseRobots(body), names, `https://example.com${asked}`);

/** RFC 9309, 2.2, word for word and without haste: every group, every rule, a regular expression for each path. */
function expected(lines: readonly Line[], names: readonly string[], asked: string): boolean {
  const groups: { names: string[]; rules: { allow: boolean; path: string }[] }[] = [];
  for (const [key, value] of lines) {
    const last = groups.at(-1);
    if (key === "User-agent" && (last === undefined || last.rules.length > 0)) groups.push({ names: [value], rules: [] });
    else if (key === "User-agent") last?.names.push(value);
    else if (key.endsWith("llow")) last?.rules.push({ allow: key === "Allow", path: value });
  }
  const own = groups.filter((group) => group.names.some((name) => names.includes(name)));
  const rules = (own.length > 0 ? own : groups.filter((group) => group.names.includes("*"))).flatMap((group) => group.rules);
  const matching = rules.filter((rule) => rule.path !== "" && asExpression(rule.path).test(asked));
  const longest = matching.reduce((most, rule) => Math.max(most, rule.path.length), 0);
  const deciding = matching.filter((rule) => rule.path.length === longest);
  return deciding.length === 0 || deciding.some((rule) => rule.allow);
}

function asExpression(rule: string): RegExp {
  const body = rule
    .replace(/\$$/, "")
    .replace(/[/.?$]/g, "\\$&")
    .replaceAll("*", ".*");
  return new RegExp(`^${body}${rule.endsWith("$") ? "$" : ""}`, "s");
}

describe("a robots.txt", () => {
  it("is answered as RFC 9309 says", () => {
    fc.assert(
      fc.property(file, agents, path, (lines, names, asked) => {
        expect(decided(write(lines), names, asked)).toBe(expected(lines, names, asked));
      }),
      { numRuns: 3_000 },
    );
  });

  it("of any octets can be read, and no octet is lost", () => {
    const snippet = fc.constantFrom(
      ...["user-agent:", "disallow", ":/", "*", "\n", "\r", "#"].map((text) => new TextEncoder().encode(text)),
      Uint8Array.of(0xef, 0xbb, 0xbf),
    );
    const octets = fc.array(fc.oneof(snippet, fc.uint8Array({ maxLength: 6 }))).map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));
    fc.assert(
      fc.property(octets, agents, path, (bytes, names, asked) => {
        const text = decodeRobots(bytes);
        expect(toOctets(text)).toBe(String.fromCharCode(...bytes));
        const robots = parseRobots(text);
        expect(isAllowed(robots, names, asked)).toBe(matchingRule(robots, names, asked)?.allow ?? true);
        for (const problem of robotsProblems(robots)) expect(problem.text.isWellFormed()).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("takes no more steps than it has rules, each as long as itself and the path", () => {
    const long = fc.array(fc.constantFrom("a", "aa", "b", "*", "/"), { maxLength: 60 }).map((parts) => `/${parts.join("")}`);
    const rules = fc.array(fc.tuple(fc.constantFrom("Allow", "Disallow"), long), { maxLength: 60 });
    const near = fc.tuple(fc.nat(400), fc.constantFrom("", "b", "/")).map(([length, end]) => `/${"a".repeat(length)}${end}`);
    fc.assert(
      fc.property(rules, near, (given, asked) => {
        const work = new Work();
        isAllowed(parseRobots(`User-agent: *\n${write(given)}`), [], asked, work);
        const most = given.reduce((sum, [, rule]) => sum + 8 + rule.length + asked.length, 100 + asked.length);
        expect(work.steps).toBeLessThanOrEqual(most);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    { what: "a byte order mark before it", change: (lines: readonly Line[]) => `\uFEFF${write(lines)}` },
    { what: "line ends of Windows", change: (lines: readonly Line[]) => write(lines).replaceAll("\n", "\r\n") },
    { what: "line ends of old Macs", change: (lines: readonly Line[]) => write(lines).replaceAll("\n", "\r") },
    { what: "a line end after it", change: (lines: readonly Line[]) => `${write(lines)}\n` },
    { what: "tabs and spaces", change: (lines: readonly Line[]) => lines.map(([key, value]) => `\t${key} :\t ${value}  `).join("\n") },
    { what: "comments behind its lines", change: (lines: readonly Line[]) => lines.map(([key, value]) => `${key}: ${value}# x: y`).join("\n") },
    { what: "names in upper case", change: (lines: readonly Line[]) => lines.map(([key, value]) => `${key.toUpperCase()}: ${value}`).join("\n") },
  ])("says the same with $what, down to its problems", ({ change }) => {
    fc.assert(
      fc.property(file, agents, path, (lines, names, asked) => {
        const changed = parseRobots(change(lines));
        const plain = parseRobots(write(lines));
        expect(matchingRule(changed, names, asked)).toEqual(matchingRule(plain, names, asked));
        const brief = (robots: typeof plain) => robotsProblems(robots).map(({ line: number, kind }) => ({ number, kind }));
        expect(brief(changed)).toEqual(brief(plain));
      }),
      { numRuns: 200 },
    );
  });

  const others: readonly Line[] = [
    ["User-agent", "Otherbot"],
    ["Disallow", "/"],
    ["Allow", "/*/a"],
  ];
  it.each([
    { what: "a group for another crawler at its end", change: (lines: readonly Line[]) => write([...lines, ["Disallow", ""], ...others]) },
    { what: "a group for another crawler before it", change: (lines: readonly Line[]) => write([...others, ...lines]) },
    { what: "blank lines and comments between its lines", change: (lines: readonly Line[]) => write(lines).replaceAll("\n", "\n\n# x\n") },
    { what: "lines between that nobody understands", change: (lines: readonly Line[]) => write(lines).replaceAll("\n", "\nnot a rule\nFoo: bar\n") },
    { what: "every rule twice", change: (lines: readonly Line[]) => write(lines.flatMap((each) => [each, each])) },
  ])("says the same with $what", ({ change }) => {
    fc.assert(
      fc.property(file, agents, path, (lines, names, asked) => {
        expect(decided(change(lines), names, asked)).toBe(decided(write(lines), names, asked));
      }),
      { numRuns: 200 },
    );
  });

  it("says the same whatever the order of its groups and of their rules", () => {
    const group = fc.tuple(
      fc.constantFrom("*", "Foobot", "Barbot"),
      fc.array(fc.tuple(fc.constantFrom("Allow", "Disallow"), pattern), { minLength: 1, maxLength: 4 }),
    );
    const shuffled = fc.array(group, { maxLength: 5 }).chain((groups) =>
      fc.tuple(
        fc.constant(groups),
        fc
          .shuffledSubarray(groups, { minLength: groups.length })
          .chain((all) =>
            fc.tuple(
              ...all.map(([name, rules]) => fc.shuffledSubarray(rules, { minLength: rules.length }).map((mixed): (typeof all)[number] => [name, mixed])),
            ),
          ),
      ),
    );
    const text = (groups: readonly (readonly [string, readonly Line[]])[]) =>
      write(groups.flatMap(([name, rules]): Line[] => [["User-agent", name], ...rules]));
    fc.assert(
      fc.property(shuffled, agents, path, ([given, mixed], names, asked) => {
        expect(decided(text(mixed), names, asked)).toBe(decided(text(given), names, asked));
      }),
      { numRuns: 300 },
    );
  });
});
