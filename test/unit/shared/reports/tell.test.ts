import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { languages } from "../../../../shared/platform/index.ts";
import type { SiteContent } from "../../../../shared/reports/content/content.ts";
import { renderMarkdown } from "../../../../shared/reports/text/markdown.ts";
import { plain } from "../../../../shared/reports/text/plain.ts";
import { reportLines } from "../../../../shared/reports/text/report-lines.ts";
import { mostDetailed, tell } from "../../../../shared/reports/text/tell.ts";
import { anyReport } from "../../../helpers/unit/arbitrary-report.ts";
import { sampleReport, sampleSite } from "../../../helpers/unit/sample-report.ts";

const publicUrl = "https://mentha.example";
const turning = /[\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029]/u;

/** Every text in a value. */
function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}

describe("a report in words", () => {
  it.each(languages)("is made of any data in %s, and nothing in it turns the line or hides", (language) => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const story = tell(report, language);
        for (const text of texts(story)) {
          expect(text).not.toMatch(turning);
          expect(text.isWellFormed()).toBe(true);
        }
        for (const { name } of story.projects) expect(name).not.toBe("");
        expect(reportLines(report, language).every((line) => line !== "" && !turning.test(line))).toBe(true);
      }),
    );
  });

  it.each(languages)("has no HTML of others in its Markdown in %s, and no link but to sites and reports", (language) => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const markdown = renderMarkdown(report, language, publicUrl);
        // From the left, as a reader does: what is escaped begins no code.
        const outsideCode = markdown.replace(/\\[\s\S]|(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, "").replace(/\(<https?:\/\/[^<>\s]*>\)/g, "");
        expect(outsideCode).not.toContain("<");
        expect(outsideCode).not.toMatch(/\]\([^)]*javascript:/);
      }),
    );
  });

  it.each([
    ["en", ["84 of 100, +5 since November 14, 2026", "Better: 1 problem fixed", "Worse: 1 new problem", "What to fix first", "How to fix it:"]],
    [
      "es",
      ["84 de 100, +5 desde el 14 de noviembre de 2026", "Mejor: 1 problema corregido", "Peor: 1 problema nuevo", "Qué corregir primero", "Cómo corregirlo:"],
    ],
  ] as const)("says in %s what changed and what to do", (language, expected) => {
    const markdown = renderMarkdown(sampleReport(), language, publicUrl);
    for (const text of expected) expect(markdown).toContain(text);
    expect(markdown).toContain(`(<${publicUrl}/api/v1/audits/aud_01kaq3v8e0000000000000000a/report.html>)`);
  });

  const notes = (site: Partial<SiteContent>) => tell(sampleReport([sampleSite(site)]), "en").projects[0]?.sites[0];

  it("says when there was no audit, and what the last one was", () => {
    expect(notes({ now: null, comparison: "none", change: null })).toMatchObject({
      headline: "No audit was completed in this time.",
      notes: ["The last one was on November 14, 2026, with 79 of 100."],
    });
  });

  it.each([
    ["other-rules", "Rules were changed since November 14, 2026"],
    ["other-options", "did not look at the same pages"],
    ["first", "first audit of this site"],
  ] as const)("says why there is no change for %s", (comparison, says) => {
    const site = notes({ comparison, change: null });
    expect(site?.headline).toBe("84 of 100");
    expect(site?.notes.join(" ")).toContain(says);
  });

  it("says that a project has no sites, and that there are no projects", () => {
    expect(tell(sampleReport([]), "en").projects[0]?.note).toContain("no sites yet");
    const none = { ...sampleReport(), content: { projects: [], projectsLeftOut: 0, sitesLeftOut: 0 } };
    expect(tell(none, "en").summary.join(" ")).toContain("no projects yet");
  });

  it("tells the first sites in full, and counts of all", () => {
    const story = tell(sampleReport(Array.from({ length: mostDetailed + 1 }, () => sampleSite())), "en");
    expect(story.projects[0]?.sites.map(({ isBrief }) => isBrief).indexOf(true)).toBe(mostDetailed);
    expect(story.omissions[0]).toContain(`first ${mostDetailed} sites`);
  });

  it("shows a rule that was retired by its id", () => {
    const site = notes({ top: [{ ruleId: "long-gone", severity: "error", pages: 1, checked: 2 }] });
    expect(site?.fixFirst).toMatchObject([{ title: "long-gone", fix: "", reach: "1 of 2 pages" }]);
  });
});

describe("a name on one line", () => {
  it.each([
    ["a\u202eb\nc", 80, "a b c"],
    ["abcdef", 4, "abc…"],
    ["👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 2, "👩‍👩‍👧…"],
    ["\u200b\u00ad", 80, ""],
  ])("%j in %i characters is %j", (text, most, shown) => {
    expect(plain(text, most)).toBe(shown);
  });
});
