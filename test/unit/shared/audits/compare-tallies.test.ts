import { describe, expect, it } from "vitest";
import { compareTallies, failingSince, lastChecked, type PastTally } from "../../../../shared/audits/compare-tallies.ts";
import type { Severity } from "../../../../shared/audits/rules/rule.ts";

const rule = (id: string, severity: Severity = "error") => ({ id, severity });
/** Of one rule: pages checked and failing; null where there was no audit, nothing where the audit does not know the rule. */
type Seen = readonly [checked: number, failing: number] | "unknown";
const talliesOf = (seen: Seen) => (seen === "unknown" ? {} : { r: { checked: seen[0], failing: seen[1] } });
const beforeOf = (seen: Seen, hasSameOptions = true) => ({ tallies: talliesOf(seen), hasSameOptions });

describe("a rule", () => {
  it.each<{ before: Seen | null; now: Seen; is: "opened" | "fixed" | "as it was" }>([
    { before: null, now: [10, 1], is: "opened" },
    { before: null, now: [10, 0], is: "as it was" },
    { before: null, now: "unknown", is: "as it was" },
    { before: [10, 0], now: [10, 1], is: "opened" },
    { before: [0, 0], now: [10, 1], is: "opened" },
    { before: "unknown", now: [10, 1], is: "opened" },
    { before: [10, 2], now: [10, 1], is: "as it was" },
    { before: [10, 1], now: [10, 10], is: "as it was" },
    { before: [10, 0], now: [10, 0], is: "as it was" },
    { before: [10, 1], now: [10, 0], is: "fixed" },
    { before: [1, 1], now: [1, 0], is: "fixed" },
    { before: [10, 1], now: [0, 0], is: "as it was" },
    { before: [10, 1], now: "unknown", is: "as it was" },
  ])("of which $before is followed by $now is $is", ({ before, now, is }) => {
    const changes = compareTallies(before === null ? null : beforeOf(before), talliesOf(now), [rule("r")]);
    expect(changes).toEqual({ opened: is === "opened" ? ["r"] : [], fixed: is === "fixed" ? ["r"] : [] });
  });

  it.each<{ before: Seen; now: Seen; is: "opened" | "as it was" }>([
    { before: [10, 1], now: [1, 1], is: "as it was" },
    { before: [10, 1], now: [1, 0], is: "as it was" },
    { before: [10, 0], now: [1, 1], is: "opened" },
    { before: [0, 0], now: [1, 1], is: "opened" },
    { before: "unknown", now: [1, 1], is: "opened" },
  ])("of which $before is followed by $now of an audit with other options is $is", ({ before, now, is }) => {
    const changes = compareTallies(beforeOf(before, false), talliesOf(now), [rule("r")]);
    expect(changes).toEqual({ opened: is === "opened" ? ["r"] : [], fixed: [] });
  });

  it.each<{ severity: Severity; counts: boolean }>([
    { severity: "error", counts: true },
    { severity: "warning", counts: true },
    { severity: "info", counts: false },
  ])("of severity $severity opens and fixes findings: $counts", ({ severity, counts }) => {
    const [clean, failing] = [
      [5, 0],
      [5, 5],
    ] as const;
    expect(compareTallies(beforeOf(clean), talliesOf(failing), [rule("r", severity)]).opened).toEqual(counts ? ["r"] : []);
    expect(compareTallies(beforeOf(failing), talliesOf(clean), [rule("r", severity)]).fixed).toEqual(counts ? ["r"] : []);
  });
});

it.each<{ past: readonly Seen[]; now: Seen; is: "opened" | "fixed" | "as it was" }>([
  {
    past: [
      [0, 0],
      [10, 1],
    ],
    now: [10, 1],
    is: "as it was",
  },
  { past: ["unknown", [10, 1]], now: [10, 1], is: "as it was" },
  { past: ["unknown", [0, 0], [10, 1], [10, 0]], now: [10, 0], is: "fixed" },
  {
    past: [
      [0, 0],
      [10, 0],
      [10, 1],
    ],
    now: [10, 1],
    is: "opened",
  },
  { past: [[0, 0], "unknown"], now: [10, 1], is: "opened" },
])("an audit that did not check a rule is not what the next is compared with: $past, then $now, is $is", ({ past, now, is }) => {
  const changes = compareTallies({ tallies: lastChecked(past.map(talliesOf)), hasSameOptions: true }, talliesOf(now), [rule("r")]);
  expect(changes).toEqual({ opened: is === "opened" ? ["r"] : [], fixed: is === "fixed" ? ["r"] : [] });
});

it("changes are in the order of the catalogue, and of its rules alone", () => {
  const tally = (failing: number) => ({ checked: 3, failing });
  const before = { a: tally(1), b: tally(0), c: tally(2), retired: tally(1) };
  const now = { retired: tally(0), c: tally(0), d: tally(1), b: tally(1), a: tally(0), gone: tally(2) };
  expect(
    compareTallies(
      { tallies: before, hasSameOptions: true },
      now,
      ["d", "c", "b", "a"].map((id) => rule(id)),
    ),
  ).toEqual({ opened: ["d", "b"], fixed: ["c", "a"] });
});

describe("a rule has failed since", () => {
  const failed = (at: number): PastTally => ({ at, checked: 10, failing: 2 });
  const passed = (at: number): PastTally => ({ at, checked: 10, failing: 0 });
  const unchecked = (at: number): PastTally => ({ at, checked: 0, failing: 0 });
  const unknown = (at: number): PastTally => ({ at, checked: null, failing: null });
  it.each<{ past: readonly PastTally[]; since: number | null; why: string }>([
    { past: [], since: null, why: "never, when there was no audit" },
    { past: [passed(9)], since: null, why: "never, when the last audit found nothing" },
    { past: [failed(9)], since: 9, why: "the only audit" },
    { past: [failed(9), failed(8), passed(7), failed(6)], since: 8, why: "the first of the last row" },
    { past: [failed(9), unchecked(8), unknown(7), failed(6), passed(5)], since: 6, why: "before audits that did not check it" },
    { past: [unchecked(9), failed(8)], since: 8, why: "an audit before one that did not check it" },
    { past: [unchecked(9), passed(8), failed(7)], since: null, why: "never, when the last that checked it found nothing" },
  ])("$why", ({ past, since }) => {
    expect(failingSince(past)).toBe(since);
  });
});
