import { describe, expect, it } from "vitest";
import { suspect, type VersionedTally } from "../../../../../shared/audits/regression/suspect.ts";

const rules = [
  { id: "advice", category: "content", severity: "info" },
  { id: "slow", category: "performance", severity: "warning" },
  { id: "broken", category: "indexability", severity: "error" },
  { id: "untitled", category: "content", severity: "error" },
  { id: "hidden", category: "indexability", severity: "info", gravest: "error" },
  { id: "listed", category: "sitemaps", severity: "error" },
] as const;

const tally = (failing: number, { checked = 100, version = 1 } = {}): VersionedTally => ({ version, checked, failing });
const suspected = (before: Record<string, VersionedTally>, now: Record<string, VersionedTally>) => suspect(before, now, rules);

describe("what seems to be worse", () => {
  it("is every rule that fails where it did not, errors first", () => {
    const before = { slow: tally(0), broken: tally(0), untitled: tally(0) };
    expect(suspected(before, { slow: tally(1), broken: tally(1), untitled: tally(0) })).toEqual(["broken", "slow"]);
  });

  it.each([
    { what: "fails as before", before: { slow: tally(3) }, now: { slow: tally(3) } },
    { what: "fails less", before: { broken: tally(3) }, now: { broken: tally(1) } },
    { what: "only informs", before: { advice: tally(0) }, now: { advice: tally(100) } },
    { what: "was not checked before", before: { broken: tally(0, { checked: 0 }) }, now: { broken: tally(9) } },
    { what: "nobody knew before", before: {}, now: { broken: tally(9) } },
    { what: "is not checked any more", before: { broken: tally(0) }, now: {} },
    { what: "judges otherwise now", before: { broken: tally(0) }, now: { broken: tally(9, { version: 2 }) } },
    { what: "speaks of sitemaps", before: { listed: tally(0) }, now: { listed: tally(9) } },
  ] satisfies { what: string; before: Record<string, VersionedTally>; now: Record<string, VersionedTally> }[])("is no rule that $what", ({ before, now }) => {
    expect(suspected(before, now)).toEqual([]);
  });

  it("is a rule that failed before on fewer pages, once the score fell by 5 points", () => {
    const before = { broken: tally(10), untitled: tally(0) };
    // Each of the two weighs half: 95 before, then 91 and 90.
    expect(suspected(before, { broken: tally(18), untitled: tally(0) })).toEqual([]);
    expect(suspected(before, { broken: tally(20), untitled: tally(0) })).toEqual(["broken"]);
  });

  it("is judged by the share of pages, not by how many they are", () => {
    expect(suspected({ broken: tally(10) }, { broken: tally(20, { checked: 200 }) })).toEqual([]);
    expect(suspected({ broken: tally(10), untitled: tally(0) }, { broken: tally(10), untitled: tally(12) })).toEqual(["untitled"]);
  });

  it("is a rule that mostly informs, of which some findings are grave, when there are more of them", () => {
    expect(suspected({ hidden: tally(3), slow: tally(0) }, { hidden: tally(4), slow: tally(1) })).toEqual(["hidden", "slow"]);
    expect(suspected({ hidden: tally(3) }, { hidden: tally(3) })).toEqual([]);
  });

  it("is nothing when the score fell only by a rule that is new or judges otherwise", () => {
    expect(suspected({ slow: tally(10) }, { slow: tally(11), broken: tally(100) })).toEqual([]);
    const before = { slow: tally(10), broken: tally(1) };
    expect(suspected(before, { slow: tally(11), broken: tally(100, { version: 2 }) })).toEqual([]);
  });
});
