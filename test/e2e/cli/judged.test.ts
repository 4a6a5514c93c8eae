import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BaselineFile } from "../../../cli/baseline/baseline-file.ts";
import { Report } from "../../../shared/audits/index.ts";
import { startSite } from "../../helpers/node/local-site.ts";
import type { SiteRoutes } from "../../helpers/node/site-route.ts";
import { mentha } from "./run-mentha.ts";

const cleanUps: (() => Promise<unknown>)[] = [];
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mentha-judged-"));
  cleanUps.push(() => rm(folder, { recursive: true }));
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});
const inFolder = (name: string): string => join(folder, name);

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8">${title}</head><body><h1>Shop</h1>${body}</body></html>`;

/** A site of two pages, of which one has no title. */
const shop: SiteRoutes = {
  "/": page("<title>A small shop for tea</title>", '<a href="/tea">Our tea</a>'),
  "/tea": page("", '<a href="/">Home</a>'),
};

/** Serves the site on a port of its own, as staging and production have hosts of their own. */
async function serve(routes: SiteRoutes): Promise<string> {
  const site = await startSite(routes);
  cleanUps.push(() => site.close());
  return `${site.url}/`;
}

describe("mentha audit, from this machine, with a budget", () => {
  it("ends with 1 and says each limit that was missed, with the numbers and where the limit stands", async () => {
    const asks = { minScore: 100, minScores: { content: 100 }, rules: { "title-missing": { maxFindings: 0 } }, minPages: 3, maxFailedPages: 0 };
    await writeFile(inFolder("budget.json"), JSON.stringify(asks));
    const { code, stdout, stderr } = await mentha(["audit", await serve(shop), "--budget", inFolder("budget.json")]);
    expect(code).toBe(1);
    expect(stdout).toContain("Fix these first");
    const file = inFolder("budget.json");
    expect(stderr.match(/^Budget missed: .*$/gm)).toEqual([
      expect.stringMatching(`The score is \\d+; minScore in ${file} asks for 100.`),
      expect.stringMatching(`The score for content is \\d+; minScores.content in ${file} asks for 100.`),
      `Budget missed: 2 pages answered with success; minPages in ${file} asks for 3.`,
      `Budget missed: There is 1 finding of title-missing; rules.title-missing in ${file} allows 0.`,
    ]);
  });

  it("ends with 2 for a budget that is wrong, before the site is asked for anything", async () => {
    const site = await startSite(shop);
    cleanUps.push(() => site.close());
    await writeFile(inFolder("budget.json"), '{ "minScor": 1 }');
    expect(await mentha(["audit", site.url, "--budget", inFolder("budget.json")])).toMatchObject({
      code: 2,
      stdout: "",
      stderr: `mentha: ${inFolder("budget.json")}: "minScor" is not known. Did you mean "minScore"?\nSee npx mentha audit --help\n`,
    });
    expect(site.requests).toEqual([]);
  });
});

describe("mentha audit, from this machine, with a baseline", () => {
  it("passes what was known on another host, fails on a new flaw and names it, and tells what is gone", async () => {
    const file = inFolder("baseline.json");
    const made = await mentha(["audit", await serve(shop), "--write-baseline", file]);
    expect(made).toMatchObject({ code: 0, stderr: expect.stringMatching(/The baseline is in .*baseline\.json: \d+ findings\n/) });
    const { rules } = BaselineFile.parse(JSON.parse(await readFile(file, "utf8")));
    expect(rules["title-missing"]).toEqual(["/tea"]);

    const same = await mentha(["audit", await serve(shop), "--baseline", file, "--max-errors", "0"]);
    expect(same).toMatchObject({ code: 0, stderr: expect.stringMatching(/: 0 new, \d+ known\.\nThe budget was met\.\n$/) });

    const worse = { "/": page("", '<a href="/tea">Our tea</a>'), "/tea": page("<title>Green and black tea</title>", '<a href="/">Home</a>') };
    const later = await mentha(["audit", await serve(worse), "--baseline", file, "--write-baseline", file]);
    expect(later.code).toBe(1);
    expect(later.stderr).toMatch(/: \d+ new, \d+ known\. .* no longer found: .* not looked at this time\.\n/);
    expect(later.stderr).toMatch(/ {2}New error: [^\n]*title[^\n]*\n {6}\/\n/i);
    expect(later.stderr).toMatch(/Failed: There (is 1|are \d+) new errors?; --baseline allows 0\.\n/);
    expect(BaselineFile.parse(JSON.parse(await readFile(file, "utf8"))).rules["title-missing"]).toEqual(["/"]);
  });
});

describe("mentha audit, from this machine, with several files", () => {
  it("writes each report in the format of its name, and text to standard output", async () => {
    const names = ["report.json", "report.sarif", "report.junit.xml", "report.html", "report.md", "report.csv", "report.txt"];
    const { code, stdout, stderr } = await mentha(["audit", await serve(shop), ...names.flatMap((name) => ["--out", inFolder(name)])]);
    expect(code).toBe(0);
    expect(stdout).toContain("Fix these first");
    const texts = await Promise.all(names.map((name) => readFile(inFolder(name), "utf8")));
    const [json = "", sarif = "", junit = "", html = "", markdown = "", csv = "", text = ""] = texts;
    expect(Report.parse(JSON.parse(json)).pages.total).toBe(2);
    expect(JSON.parse(sarif)).toMatchObject({ version: "2.1.0", runs: [{ results: expect.any(Array) }] });
    expect(junit).toMatch(/^<\?xml [\s\S]*<\/testsuites>\s*$/);
    expect(html).toMatch(/^<!doctype html>[\s\S]*<\/html>\s*$/);
    expect(markdown).toMatch(/^#+ /);
    expect(csv).toContain("title-missing");
    expect(text).toBe(stdout);
    for (const name of names) expect(stderr).toContain(`The report is in ${inFolder(name)}\n`);
  });
});
