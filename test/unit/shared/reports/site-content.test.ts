import { describe, expect, it } from "vitest";
import { type SiteAudit, type SiteHistory, siteContent } from "../../../../shared/reports/content/site-content.ts";

const rules = [
  { id: "a", severity: "warning" },
  { id: "b", severity: "error" },
  { id: "c", severity: "info" },
] as const;
const tally = (failing: number, checked = 10, version = 1) => ({ version, checked, failing });
const audit = (score: number | null, tallies: SiteAudit["tallies"]): SiteAudit => ({
  auditId: "aud_1",
  url: "https://shop.example/",
  finishedAt: 1,
  score,
  pages: 10,
  tallies,
});
const told = (history: Partial<SiteHistory>) =>
  siteContent({ siteId: "sit_1", origin: "https://shop.example", now: null, past: [], hasSameOptions: true, muted: new Set(), ...history }, rules);
const ids = (lines: readonly { readonly ruleId: string }[]) => lines.map(({ ruleId }) => ruleId);

describe("what a report says of a site", () => {
  it("compares the scores of two audits by the same rules", () => {
    const now = audit(84, { a: tally(0), b: tally(2) });
    const before = audit(79, { a: tally(3), b: tally(0) });
    expect(told({ now, past: [before] })).toMatchObject({
      comparison: "same",
      change: 5,
      better: { total: 1, rules: [{ ruleId: "a", pagesBefore: 3 }] },
      worse: { total: 1, rules: [{ ruleId: "b", pages: 2, checked: 10 }] },
      top: [{ ruleId: "b" }],
    });
  });

  it("gives no change where a rule that both checked was changed", () => {
    const found = told({ now: audit(84, { a: tally(0, 10, 2) }), past: [audit(79, { a: tally(0, 10, 1) })] });
    expect(found).toMatchObject({ comparison: "other-rules", change: null, before: { score: 79 } });
  });

  it("compares by the same rules when one of another version had nothing to check", () => {
    expect(told({ now: audit(84, { a: tally(0, 0, 2) }), past: [audit(79, { a: tally(0, 10, 1) })] })).toMatchObject({ comparison: "same", change: 5 });
  });

  it("counts nothing as fixed, and gives no change, where the audit before looked at something else", () => {
    const found = told({ now: audit(84, { a: tally(0), b: tally(1) }), past: [audit(79, { a: tally(3), b: tally(0) })], hasSameOptions: false });
    expect(found).toMatchObject({ comparison: "other-options", change: null, better: { total: 0 }, worse: { total: 1 } });
  });

  it("does not call new what a first audit finds", () => {
    expect(told({ now: audit(84, { b: tally(1) }) })).toMatchObject({ comparison: "first", worse: { total: 0 }, top: [{ ruleId: "b" }] });
  });

  it("says that there was no audit, and which was the last", () => {
    expect(told({ past: [audit(79, {})] })).toMatchObject({ comparison: "none", now: null, before: { score: 79 }, top: [] });
  });

  it("leaves out what is muted for the whole site, and says how many rules that are", () => {
    const found = told({ now: audit(84, { a: tally(1), b: tally(1) }), past: [audit(79, { a: tally(0), b: tally(0) })], muted: new Set(["b"]) });
    expect([ids(found.top), ids(found.worse.rules), found.worse.total, found.muted]).toEqual([["a"], ["a"], 1, 1]);
  });

  it("puts errors first, then what most pages fail, and never what only informs", () => {
    const many = [...rules, { id: "d", severity: "warning" }, { id: "e", severity: "warning" }] as const;
    const tallies = { a: tally(2), b: tally(1), c: tally(9), d: tally(5), e: tally(2) };
    const found = siteContent({ siteId: "sit_1", origin: "https://x.example", now: audit(1, tallies), past: [], hasSameOptions: true, muted: new Set() }, many);
    expect(ids(found.top)).toEqual(["b", "d", "a", "e"]);
  });

  it("lists at most five to fix first and twenty that changed, and counts the rest", () => {
    const many = Array.from({ length: 30 }, (_, index) => ({ id: `rule-${index}`, severity: "error" as const }));
    const all = (failing: number) => Object.fromEntries(many.map(({ id }) => [id, tally(failing)]));
    const history = { siteId: "sit_1", origin: "https://x.example", hasSameOptions: true, muted: new Set<string>() };
    const worse = siteContent({ ...history, now: audit(1, all(1)), past: [audit(1, all(0))] }, many);
    expect([worse.top.length, worse.worse.total, worse.worse.rules.length]).toEqual([5, 30, 20]);
    const better = siteContent({ ...history, now: audit(1, all(0)), past: [audit(1, all(1))] }, many);
    expect([better.better.total, better.better.rules.length]).toEqual([30, 20]);
  });

  it("remembers what an older audit said of a rule that the last one did not check", () => {
    const past = [audit(79, { a: tally(0, 0) }), audit(70, { a: tally(4) })];
    expect(told({ now: audit(84, { a: tally(0) }), past }).better.rules).toMatchObject([{ ruleId: "a", pagesBefore: 4 }]);
  });
});
