import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderReportMarkdown } from "../../../../../shared/audits/index.ts";
import { code, link, prose } from "../../../../../shared/audits/report/markdown-text.ts";
import type { Report } from "../../../../../shared/audits/report/schemas.ts";
import { hostileReport, hostileText } from "../../../../helpers/hostile-report.ts";
import { sampleReport } from "../../../../helpers/sample-report.ts";

/** The limit of a comment on GitHub. */
const longestComment = 65_536;

describe("prose", () => {
  it.each([
    { kind: "a mention", text: "@team and a@b.example", shown: "@\u200bteam and a@\u200bb.example" },
    { kind: "the number of an issue", text: "see #12, o/r#3, GH-4 and !5", shown: "see \\#\u200b12, o/r\\#\u200b3, GH\u200b-4 and !\u200b5" },
    { kind: "a bare address", text: "http://evil.example www.evil.example", shown: "http:\u200b//evil.example www\u200b.evil.example" },
    { kind: "a link", text: "[x](y)", shown: "\\[x\\](y)" },
    { kind: "an image", text: "![x](y)", shown: "!\\[x\\](y)" },
    { kind: "HTML", text: "<img src=x>", shown: "\\<img src=x\\>" },
    { kind: "a comment that never ends", text: "<!--", shown: "\\<!--" },
    { kind: "an entity", text: "&lt;b&gt;", shown: "\\&lt;b\\&gt;" },
    { kind: "stress", text: "*a* _b_ ~c~", shown: "\\*a\\* \\_b\\_ \\~c\\~" },
    { kind: "code", text: "`a`", shown: "\\`a\\`" },
    { kind: "an escape", text: "\\*", shown: "\\\\\\*" },
    { kind: "a cell's end", text: "a | b \\| c", shown: "a \\| b \\\\\\| c" },
    { kind: "a formula", text: "$x$", shown: "\\$x\\$" },
    { kind: "a heading", text: "# a", shown: "\\# a" },
    { kind: "a list", text: "- a", shown: "\\- a" },
    { kind: "a numbered list", text: "12. a", shown: "12\\. a" },
    { kind: "a command to GitLab", text: "/close", shown: "\\/close" },
    { kind: "a commit", text: "at 0123456789abcdef", shown: "at 012345\u200b6789ab\u200bcdef" },
    { kind: "a short number", text: "123456", shown: "123456" },
    { kind: "a milestone", text: '%1 %"a" 5 %', shown: '%\u200b1 %\u200b"a" 5 %' },
    { kind: "a picture", text: ":smile: :+1: :100:", shown: ":\u200bsmile: :\u200b+1: :\u200b100:" },
    { kind: "a time", text: "10:30:00: late", shown: "10:30:00: late" },
    { kind: "a line end of any sort", text: "a\n\n# b\r\u2028c\u2029d\u0085e", shown: "a \\# b  c d e" },
  ])("shows $kind and nothing more", ({ text, shown }) => {
    expect(prose(text)).toBe(shown);
  });
});

describe("code", () => {
  it.each([
    { kind: "text", text: "a *b* @c", shown: "`a *b* @c`" },
    { kind: "text with backticks", text: "a``b`c", shown: "```a``b`c```" },
    { kind: "text between backticks", text: "`a`", shown: "`` `a` ``" },
    { kind: "text of several lines", text: "a\n```\nb", shown: "````a ``` b````" },
    { kind: "nothing", text: " ", shown: "`–`" },
  ])("holds $kind", ({ text, shown }) => {
    expect(code(text)).toBe(shown);
  });
});

describe("a link", () => {
  it.each([
    { kind: "a page", address: "https://a.example/b", shown: "[`b`](<https://a.example/b>)" },
    { kind: "an address with marks in it", address: "https://a.example/?a=1&copy;`|\\>", shown: "[`b`](<https://a.example/?a=1&amp;copy;%60%7C%5C%3E>)" },
    { kind: "nowhere, when it is too long", address: `https://a.example/${"b".repeat(300)}`, shown: "`b`" },
    { kind: "nowhere, when it would run code", address: "javascript:alert(1)", shown: "`b`" },
  ])("leads to $kind", ({ address, shown }) => {
    expect(link(address, "b")).toBe(shown);
  });
});

/** What Markdown is built of: escaped characters, code, ends of links to the site, other marks. */
const parts =
  /(?<escape>\\[!-/:-@[-`{-~])|(?<code>(?<!`)(`+)(?!`).*?(?<!`)\3(?!`))|(?<end>\]\(<https:\/\/shop\.example\/[^<>\s]*>\))|(?<mark>[*_[\]<>#|~&$\\`])/g;

/** Line by line, the code, the links and the other marks, without the text between them. */
const structure = (markdown: string): string[] =>
  markdown
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) =>
      Array.from(line.matchAll(parts), ({ groups: { code: span, end, mark } = {} }) =>
        span !== undefined ? " code" : end !== undefined ? " end" : (mark ?? ""),
      ).join(""),
    );

const outsideCode = (markdown: string): string =>
  markdown.replace(parts, (whole, _escape, codeSpan: string | undefined, _fence, end: string | undefined) =>
    codeSpan === undefined && end === undefined ? whole : "",
  );

describe("a report in Markdown", () => {
  it("has the scores, the worst findings with their pages, what to do, and what was not looked at", () => {
    const markdown = renderReportMarkdown(sampleReport);
    expect(markdown).toContain("## Site audit: [`shop.example`](<https://shop.example/>)");
    expect(markdown).toContain("**78 / 100 · Needs work** · Completed · 112 pages");
    expect(markdown).toContain("| Category | Score |\n| :-- | --: |\n| Indexability | 97 |");
    expect(markdown).toContain("#### Error: Links to pages that do not answer\n\n31 of 96 pages · Links · `broken-internal-link`\n\n- [`shop.example`]");
    expect(markdown).toContain("- and 27 more\n\n**How to fix it:** Point each link at");
    expect(markdown).toContain("- The whole site: robots.txt blocks 3 AI search bots");
    expect(markdown.indexOf("Pages without a title")).toBeLessThan(markdown.indexOf("Images without alternative text"));
    expect(markdown).toContain("### What this audit did not look at\n\n- The crawl stopped at its limit");
    expect(markdown).not.toContain("There is no room");
  });

  it("speaks Spanish", () => {
    const markdown = renderReportMarkdown({ ...sampleReport, language: "es" });
    expect(markdown).toContain("| Categoría | Puntuación |");
    expect(markdown).toContain("**Cómo corregirlo:**");
  });

  it("says that there is nothing to fix", () => {
    expect(renderReportMarkdown({ ...sampleReport, rules: [] })).toContain("Nothing to fix: every check that applied has passed.");
  });

  it("says of a failed audit only why", () => {
    const audit: Report["audit"] = { ...sampleReport.audit, status: "failed", scores: null, error: { code: "x", message: "Nothing answered." } };
    const markdown = renderReportMarkdown({ ...sampleReport, audit });
    expect(markdown).toContain("Nothing answered. Once this is solved, start the audit again.");
    expect(markdown).not.toContain("Findings");
  });

  it("keeps fetched text in its place, whatever it is", () => {
    // The name of a page is a link or, where its address is long, only code.
    const unlinked = (markdown: string): string[] => structure(markdown).map((line) => line.replace("[ code end", " code"));
    const harmless = unlinked(renderReportMarkdown(hostileReport("x")));
    fc.assert(
      fc.property(hostileText, (text) => {
        const markdown = renderReportMarkdown(hostileReport(text));
        expect(unlinked(markdown)).toEqual(harmless);
        expect(outsideCode(markdown)).not.toMatch(/@(?!\u200b)|#\d|GH-\d|:\/\/|www\./i);
      }),
      { numRuns: 200 },
    );
  });

  it("stays within a comment, and says how much there was no room for", () => {
    const [first] = sampleReport.rules;
    const rules = Array.from({ length: 90 }, () => first).filter((rule) => rule !== undefined);
    const report = { ...sampleReport, rules, notes: Array<string>(20).fill("@".repeat(1_000)) };
    const markdown = renderReportMarkdown(report);
    const shown = markdown.split("\n#### ").length - 1;
    const named = markdown.split("\n**Error: Links to pages that do not answer** · ").length - 1;
    expect(markdown.length).toBeLessThanOrEqual(longestComment);
    expect(shown).toBeGreaterThan(20);
    expect(shown + named).toBe(90);
    expect(markdown).toContain(
      `\n\nThere is no room for the details of ${named} problems that are only named here; the full report has them.\n\n### What this audit did not look at`,
    );
  });

  it("counts the problems that it cannot even name", () => {
    const [first] = sampleReport.rules;
    const rules = Array.from({ length: 1_000 }, () => first).filter((rule) => rule !== undefined);
    const markdown = renderReportMarkdown({ ...sampleReport, rules });
    expect(markdown.length).toBeLessThanOrEqual(longestComment);
    expect(markdown).toMatch(/There is no room for the rest: \d+ more problems/);
  });

  it.each([
    { kind: "long", long: "@".repeat(2_000) },
    { kind: "piled on one letter", long: `a${"\u0301".repeat(1_999)}` },
  ])("names every problem, and shows many whole, when a site's texts are $kind", ({ long }) => {
    const [reported] = sampleReport.rules;
    const [finding] = reported?.findings ?? [];
    if (reported === undefined || finding === undefined) throw new Error("the sample has no finding");
    const pageUrl = `https://shop.example/${"|".repeat(2_000)}`;
    const findings = Array.from({ length: 5 }, () => ({ ...finding, pageUrl, message: long, evidence: [long, `${long}b`, `${long}c`] }));
    const rules = Array.from({ length: 24 }, (_, i) => ({ ...reported, findings, rule: { ...reported.rule, id: `rule-${i}` } }));
    const markdown = renderReportMarkdown({ ...sampleReport, rules });
    expect(markdown.length).toBeLessThanOrEqual(longestComment);
    for (const { rule } of rules) expect(markdown).toContain(`\`${rule.id}\``);
    expect(markdown.split("\n#### ").length - 1).toBeGreaterThanOrEqual(4);
  });
});
