import schema from "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json" with { type: "json" };
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { listRules } from "../../../../../shared/audits/index.ts";
import { sarif } from "../../../../../shared/audits/report/sarif.ts";
import { sarifPlaces } from "../../../../../shared/audits/report/sarif-location.ts";
import type { Report } from "../../../../../shared/audits/report/schemas.ts";
import type { Finding } from "../../../../../shared/audits/schemas.ts";
import { hostileReport, hostileText } from "../../../../helpers/hostile-report.ts";
import { sampleReport } from "../../../../helpers/sample-report.ts";

/** The schema of the standard. Relative references are checked below: zod would have them absolute. */
const SarifSchema = z.fromJSONSchema(JSON.parse(JSON.stringify(schema), (key, value) => (key === "format" && value === "uri-reference" ? undefined : value)));

const Text = z.object({ text: z.string() });
const Result = z.object({
  ruleId: z.string(),
  ruleIndex: z.number(),
  level: z.string(),
  message: Text,
  locations: z
    .array(z.object({ physicalLocation: z.object({ artifactLocation: z.object({ uri: z.string(), uriBaseId: z.string() }), region: z.unknown() }) }))
    .length(1),
  partialFingerprints: z.object({ primaryLocationLineHash: z.string() }),
});
const Log = z.object({
  version: z.literal("2.1.0"),
  runs: z
    .array(
      z.object({
        tool: z.object({ driver: z.looseObject({ name: z.string(), rules: z.array(z.looseObject({ id: z.string() })) }) }),
        automationDetails: z.object({ id: z.string() }),
        results: z.array(Result),
        originalUriBaseIds: z.record(z.string(), z.object({ uri: z.string() })),
        invocations: z.array(
          z.looseObject({ executionSuccessful: z.boolean(), toolExecutionNotifications: z.array(z.object({ level: z.string(), message: Text })) }),
        ),
      }),
    )
    .length(1),
});

const findingsOf = (report: Report): Finding[] => report.rules.flatMap(({ findings }) => findings);

async function write(report: Report, batches: Iterable<readonly Finding[]>): Promise<unknown> {
  let file = "";
  const source = (async function* () {
    yield* batches;
  })();
  for await (const part of sarif(report, source)) file += part;
  return JSON.parse(file);
}

/** The one run of a report's SARIF, which is first checked against the schema of the standard. */
async function runOf(report: Report, batches: Iterable<readonly Finding[]> = [findingsOf(report)]) {
  const log = await write(report, batches);
  expect(SarifSchema.safeParse(log).error).toBeUndefined();
  const [run] = Log.parse(log).runs;
  if (run === undefined) throw new Error("there is no run");
  return run;
}

const [first] = findingsOf(sampleReport);
if (first === undefined) throw new Error("the sample has no finding");
const placeOf = (result: z.infer<typeof Result> | undefined) => result?.locations[0]?.physicalLocation.artifactLocation;

describe("the schema", () => {
  it("would notice a fault", () => {
    expect(
      SarifSchema.safeParse({ version: "2.1.0", runs: [{ tool: { driver: { name: "x" } }, results: [{ message: { text: "a" }, level: "bad" }] }] }).success,
    ).toBe(false);
  });
});

describe("a report as SARIF", () => {
  it.each(["en", "es"] as const)("keeps to the standard, in %s", async (language) => {
    const { tool, results } = await runOf({ ...sampleReport, language });
    expect(tool.driver).toMatchObject({ name: "Mentha", version: "0.1.0" });
    expect(results).toHaveLength(findingsOf(sampleReport).length);
  });

  it("describes every rule as GitHub asks for it, and each result names its own", async () => {
    const { tool, results } = await runOf(sampleReport);
    const { rules } = tool.driver;
    expect(rules.map(({ id }) => id)).toEqual(listRules("en").map(({ id }) => id));
    const rule = listRules("en").find(({ id }) => id === "broken-internal-link");
    expect(rules.find(({ id }) => id === "broken-internal-link")).toEqual({
      id: "broken-internal-link",
      shortDescription: { text: rule?.title },
      fullDescription: { text: rule?.why },
      help: {
        text: `Why it matters: ${rule?.why}\n\nHow to fix it: ${rule?.fix}`,
        markdown: `**Why it matters**\n\n${rule?.why}\n\n**How to fix it**\n\n${rule?.fix}`,
      },
      helpUri: rule?.sources[0]?.url,
      defaultConfiguration: { level: "error" },
      properties: { tags: ["links"], "problem.severity": "error" },
    });
    for (const { ruleId, ruleIndex } of results) expect(rules[ruleIndex]?.id).toBe(ruleId);
  });

  it("knows a rule that was withdrawn", async () => {
    const [reported] = sampleReport.rules;
    if (reported === undefined) throw new Error("the sample has no rule");
    const rule = { ...reported.rule, id: "long-gone", title: "long-gone", why: "", fix: "", sources: [] };
    const { tool, results } = await runOf({ ...sampleReport, rules: [{ ...reported, rule }] }, [[{ ...first, ruleId: "long-gone" }]]);
    expect(tool.driver.rules[results[0]?.ruleIndex ?? 0]).toMatchObject({ id: "long-gone", help: { text: "long-gone" } });
  });

  it.each([
    { severity: "error" as const, level: "error" },
    { severity: "warning" as const, level: "warning" },
    { severity: "info" as const, level: "note" },
  ])("calls $severity $level", async ({ severity, level }) => {
    expect((await runOf(sampleReport, [[{ ...first, severity }]])).results[0]?.level).toBe(level);
  });

  it("says what was found, where, and with which evidence", async () => {
    const { results } = await runOf(sampleReport, [[{ ...first, evidence: ["a", "b"], evidenceTotal: 9 }]]);
    expect(results[0]?.message.text).toBe(`${first.message}\nPage: https://shop.example/\n– a\n– b\nand 7 more`);
  });

  it("names no link and no placeholder that was fetched", async () => {
    const { results } = await runOf(sampleReport, [[{ ...first, pageUrl: null, message: "[x](http://evil.example) {0} [y] (z)", evidence: [] }]]);
    expect(results[0]?.message.text).toBe("[x]\u200b(http://evil.example) {{0}} [y] (z)");
  });

  it("names no link, however many backslashes were fetched", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom("\\", "[", "]", "(", ")", "x"), { maxLength: 12 }), async (marks) => {
        const message = `[click${marks.join("")}](https://evil.example)`;
        const { results } = await runOf(sampleReport, [[{ ...first, message, evidence: [message] }]]);
        expect(results[0]?.message.text).not.toContain("](");
      }),
      { numRuns: 25 },
    );
  });

  it("puts what concerns the whole site on the start page", async () => {
    const audit = { ...sampleReport.audit, url: "https://shop.example/en/" };
    const { results, originalUriBaseIds } = await runOf({ ...sampleReport, audit }, [[{ ...first, pageUrl: null }]]);
    expect(placeOf(results[0])).toEqual({ uri: "en/", uriBaseId: "SITE" });
    expect(originalUriBaseIds).toEqual({ SITE: { uri: "https://shop.example/" } });
  });

  it("knows a finding again in another audit of the site, also on another host", async () => {
    const printsOf = async (origin: string) => {
      const audit = { ...sampleReport.audit, id: "aud_x", url: `${origin}/` };
      const found = [
        { ...first, pageUrl: `${origin}/a?b` },
        { ...first, pageUrl: `${origin}/a?c` },
        { ...first, pageUrl: `${origin}/a?b`, ruleId: "title-missing" },
        { ...first, pageUrl: null },
      ];
      return (await runOf({ ...sampleReport, audit }, [found])).results.map(({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash);
    };
    const prints = await printsOf("https://shop.example");
    expect(await printsOf("http://127.0.0.1:3000")).toEqual(prints);
    expect(new Set(prints).size).toBe(4);
    expect(prints[0]).toMatch(/^[0-9a-f]{64}:1$/);
  });

  it("is one kind of analysis for each site", async () => {
    expect((await runOf(sampleReport)).automationDetails.id).toBe(`mentha/shop.example/${sampleReport.audit.id}`);
  });

  it("stops at 5,000 results, reads no further, and says so", async () => {
    let read = 0;
    const batches = (function* () {
      for (; read < 100; read++) yield Array<Finding>(2_000).fill(first);
    })();
    const rules = sampleReport.rules.map((reported) => ({ ...reported, findingsTotal: 3_000 }));
    const { results, invocations } = await runOf({ ...sampleReport, rules }, batches);
    expect(results).toHaveLength(5_000);
    expect(read).toBe(2);
    const cut = { level: "warning", message: { text: "Only the 5,000 worst of 21,000 findings are here; the CSV report has all of them." } };
    expect(invocations[0]?.toolExecutionNotifications).toContainEqual(cut);
  });

  it("of an audit that failed says that it did not succeed, and why", async () => {
    const audit: Report["audit"] = {
      ...sampleReport.audit,
      status: "failed",
      finishedAt: null,
      startedAt: null,
      error: { code: "x", message: "Nothing answered." },
    };
    const { invocations, results } = await runOf({ ...sampleReport, audit, rules: [] }, []);
    expect(results).toEqual([]);
    expect(invocations[0]).toMatchObject({
      executionSuccessful: false,
      toolExecutionNotifications: [{ level: "error", message: { text: "Nothing answered." } }, ...noteShapes],
    });
  });

  it("keeps to the standard, whatever was fetched", async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const { results } = await runOf(hostileReport(text));
        for (const { message } of results) {
          expect(message.text.isWellFormed()).toBe(true);
          expect(message.text).not.toContain("](");
          expect(message.text.replace(/\{\{|\}\}/g, "")).not.toMatch(/[{}]/);
        }
      }),
      { numRuns: 25 },
    );
  });
});

const noteShapes = sampleReport.notes.map((text) => ({ level: "note", message: { text } }));

describe("a page's place", () => {
  it.each([
    { page: "https://a.example/", uri: "/" },
    { page: "https://a.example/?b=1", uri: "/?b=1" },
    { page: "https://a.example/docs/", uri: "docs/" },
    { page: "https://a.example/docs?b=c:d", uri: "docs?b=c:d" },
    { page: "https://a.example/b:c/d", uri: "./b:c/d" },
    { page: "https://a.example//b", uri: ".//b" },
    { page: "https://a.example/a|b[c]?{d}%zz", uri: "a%7Cb%5Bc%5D?%7Bd%7D%25zz" },
  ])("of $page is $uri", ({ page, uri }) => {
    const places = sarifPlaces("https://a.example/start");
    expect(places.locate(page)).toEqual({ uri, uriBaseId: "SITE" });
  });

  it("on another origin of the site has a base of its own", () => {
    const places = sarifPlaces("http://a.example/");
    const bases = [places.locate("https://a.example/b"), places.locate("https://www.a.example/b"), places.locate("https://a.example/c")].map(
      ({ uriBaseId }) => uriBaseId,
    );
    expect(bases).toEqual(["SITE2", "SITE3", "SITE2"]);
    expect(places.bases()).toEqual({ SITE: { uri: "http://a.example/" }, SITE2: { uri: "https://a.example/" }, SITE3: { uri: "https://www.a.example/" } });
  });

  it("is never empty nor absolute, keeps to RFC 3986, and leads back to the page", () => {
    fc.assert(
      fc.property(fc.webPath(), hostileText, fc.boolean(), (path, text, hasQuery) => {
        const page = new URL(`https://a.example/${text.replace(/[?#]/g, "")}${path}${hasQuery ? `?${text}` : ""}`);
        page.hash = "";
        const { uri } = sarifPlaces("https://a.example/").locate(page.href);
        expect(uri).toMatch(/^(?![a-z][a-z\d+.-]*:|\/\/)(?:[\w.~!$&'()*+,;=:@/?-]|%[\da-f]{2})+$/i);
        const same = (address: string) => decodeURIComponent(address.replace(/%(?![\da-f]{2})/gi, "%25").replace(/%(?=[89a-f])/gi, "%25"));
        expect(same(new URL(uri, "https://a.example/").href)).toBe(same(page.href));
      }),
    );
  });
});
