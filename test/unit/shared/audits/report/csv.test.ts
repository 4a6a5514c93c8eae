import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csv } from "../../../../../shared/audits/report/csv.ts";
import type { Finding } from "../../../../../shared/audits/schemas.ts";
import type { Language } from "../../../../../shared/platform/index.ts";
import { hostileText } from "../../../../helpers/hostile-report.ts";
import { sampleReport } from "../../../../helpers/sample-report.ts";

/** The rows of a CSV file as RFC 4180 has them; throws for one that does not keep to it. */
function readCsv(file: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /"((?:[^"]|"")*)"(,|\r\n)/y;
  while (cell.lastIndex < file.length) {
    const at = cell.lastIndex;
    const [, text = "", end] = cell.exec(file) ?? [];
    if (end === undefined) throw new Error(`no cell at ${at}: ${file.slice(at, at + 40)}`);
    row.push(text.replaceAll('""', '"'));
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

/** The cells as a spreadsheet takes them that is set to `separator`: only a quote that begins a cell quotes. */
function readLoosely(file: string, separator: string): string[] {
  const plain = `[^${separator}\\r\\n]*`;
  const cells = new RegExp(`(?<=^|[${separator}\\r\\n])(?:"((?:[^"]|"")*)"(${plain})|(${plain}))`, "g");
  return Array.from(file.matchAll(cells), ([, quoted, after = "", bare = ""]) => (quoted === undefined ? bare : quoted.replaceAll('""', '"') + after));
}

async function write(batches: readonly (readonly Finding[])[], language: Language = "en"): Promise<string> {
  let file = "";
  const source = (async function* () {
    yield* batches;
  })();
  for await (const part of csv(source, language)) file += part;
  return file;
}

const read = async (findings: readonly Finding[], language?: Language): Promise<string[][]> => readCsv((await write([findings], language)).slice(1));

const findings = sampleReport.rules.flatMap((reported) => reported.findings);
const [first, ...others] = findings;
if (first === undefined) throw new Error("the sample has no finding");

const evidenceOf = async (finding: Finding): Promise<string | undefined> => (await read([finding]))[1]?.[8];

describe("findings as CSV", () => {
  it("are one row each, below the headings, however they arrive", async () => {
    const file = await write([[first], [], others]);
    const [headings, ...rows] = readCsv(file.slice(1));
    expect(headings).toHaveLength(13);
    expect(rows.map((row) => row.length)).toEqual(findings.map(() => 13));
    expect(rows.map((row) => row.at(-1))).toEqual(findings.map(({ id }) => id));
    expect(rows[0]?.slice(0, 9)).toEqual([
      "Error",
      "Links",
      "broken-internal-link",
      "1",
      "Links to pages of your site that do not work",
      "https://shop.example/",
      "This page links to 2 addresses that answer with an error.",
      "2",
      "https://shop.example/collections/summer-2021\nhttps://shop.example/team/anna",
    ]);
  });

  it("begin with the mark by which Excel knows UTF-8", async () => {
    const bytes = new TextEncoder().encode(await write([], "es"));
    expect([...bytes.slice(0, 4)]).toEqual([0xef, 0xbb, 0xbf, '"'.charCodeAt(0)]);
  });

  it("have headings and texts of their language, and the rule's id in every language", async () => {
    const [headings, row] = await read([first], "es");
    expect(headings?.slice(0, 3)).toEqual(["Gravedad", "Categoría", "Regla"]);
    expect(row?.slice(0, 3)).toEqual(["Error", "Enlaces", "broken-internal-link"]);
  });

  it("of the whole site say so, and those of a rule that no longer exists have its id for a title", async () => {
    const [, row] = await read([{ ...first, pageUrl: null, ruleId: "long-gone" }]);
    expect([row?.[4], row?.[5], row?.[9], row?.[11]]).toEqual(["long-gone", "The whole site", "", ""]);
  });

  it("hold no more evidence than a cell of Excel, and say how much is left out", async () => {
    const cell = (await evidenceOf({ ...first, evidence: Array<string>(20).fill("x".repeat(2_100)), evidenceTotal: 99 })) ?? "";
    expect(cell.length).toBeLessThanOrEqual(32_767);
    expect(cell).toMatch(/x{2100}\nand 84 more$/);
  });

  it.each([
    { text: "=1+1", cell: "'=1+1" },
    { text: "+1", cell: "'+1" },
    { text: "-1", cell: "'-1" },
    { text: "@SUM(A1)", cell: "'@SUM(A1)" },
    { text: "\t=1", cell: "' =1" },
    { text: "  =1", cell: "'  =1" },
    { text: "＝1", cell: "'＝1" },
    { text: "a;=1", cell: "a;'=1" },
    { text: 'b;"=cmd|x', cell: `b;'"=cmd|x` },
    { text: 'b; " "=1', cell: `b;' " "=1` },
    { text: "a|=1,-1", cell: "a|'=1,'-1" },
    { text: "a\r=1", cell: "a =1" },
    { text: "a = 1 - 2", cell: "a = 1 - 2" },
    { text: "https://a.example/?b=-1", cell: "https://a.example/?b=-1" },
  ])("run nothing: $text becomes $cell", async ({ text, cell }) => {
    const [, row] = await read([{ ...first, message: text, evidence: ["x", text] }]);
    expect([row?.[6], row?.[8]]).toEqual([cell, `x\n${cell}`]);
  });

  it.each([",", ";", "\t", "|"])("begin no cell like a formula for a program that separates them by %j", async (separator) => {
    const texts = [",", ";", "\t", "|"].flatMap((mark) => ["", '"', '""', ' " '].map((between) => `b${mark}${between}=cmd|'/C calc'!A0${mark}c`));
    const file = await write([texts.map((text) => ({ ...first, message: text, evidence: [`a${separator}`, '"=1', text], evidenceTotal: 3 }))]);
    for (const cell of [...readLoosely(file.slice(1), separator), ...file.slice(1).split(/[,;\t|\r\n]/)]) expect(cell).not.toMatch(/^[\s"]*[-=+@＝]/);
  });

  it("keep every cell in its place, and begin none like a formula, whatever was fetched", async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, fc.constantFrom("", "=", "\t@", " +", "＝"), async (text, start) => {
        const fetched = start + text;
        const file = await write([[{ ...first, pageUrl: fetched, message: fetched, evidence: [fetched, fetched], evidenceTotal: 2 }, first]]);
        const rows = readCsv(file.slice(1));
        expect(rows.map((row) => row.length)).toEqual([13, 13, 13]);
        expect(rows[1]?.at(-1)).toBe(first.id);
        for (const part of rows.flat().flatMap((cell) => cell.split(/[;\t\r\n]/))) expect(part).not.toMatch(/^\s*[-=+@＝]/);
      }),
    );
  });
});
