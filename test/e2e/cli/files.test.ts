import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readBaseline } from "../../../cli/baseline/baseline-file.ts";
import { jsonFault } from "../../../cli/files/json-fault.ts";
import { checkReplaceable, replaceText } from "../../../cli/files/writing.ts";
import { readGoals } from "../../../cli/goals.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mentha-files-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function fileWith(text: string, name = "given.json"): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

describe("JSON that is none", () => {
  it.each<[text: string, line: number, column: number, expected: string]>([
    ["", 1, 1, "a value"],
    ["{", 1, 2, "a name in double quotes or }"],
    ['{ "a": b }', 1, 8, "a value"],
    ['{ "a" 1 }', 1, 7, "a colon"],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3, "a comma or }"],
    ['{ "a": 1, }', 1, 11, "a name in double quotes (there is no comma after the last one)"],
    ["{ a: 1 }", 1, 3, "a name in double quotes or }"],
    ["{ 'a': 1 }", 1, 3, "a name in double quotes or }"],
    ["[1 2]", 1, 4, "a comma or ]"],
    ["[", 1, 2, "a value or ]"],
    ["[1}", 1, 3, "a comma or ]"],
    ['{"a": 1]', 1, 8, "a comma or }"],
    ["{} {}", 1, 4, "nothing more"],
    ['{ "a": "x\n" }', 1, 8, "a value"],
    ["// why\n{}", 1, 1, "a value; JSON has no comments"],
    ['{ "a": 01 }', 1, 8, "a value"],
    ["<<<<<<< ours\n{}", 1, 1, "a value"],
  ])("is placed: %j", (text, line, column, expected) => {
    expect(() => void JSON.parse(text)).toThrow();
    expect(jsonFault(text)).toEqual({ line, column, expected });
  });

  it("is told from JSON as JSON.parse tells it, whatever is cut off or put in", () => {
    const isJson = (text: string): boolean => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    const broken = fc.tuple(fc.json(), fc.nat(), fc.constantFrom("", ",", "}", "]", '"', ":", "1", " ", "\\")).map(([text, at, more]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + more + text.slice(place + (at % 2));
    });
    fc.assert(
      fc.property(fc.oneof(fc.json(), broken), (text) => (jsonFault(text) === undefined) === isJson(text)),
      { numRuns: 2_000 },
    );
  });
});

describe("a budget file", () => {
  const read = (file: string, maxPages = 100) =>
    readGoals({
      input: { url: "https://shop.example/", maxPages, include: [], exclude: [], respectRobots: true },
      budget: { file, failUnder: undefined, maxErrors: undefined },
      baseline: { file: undefined, writeTo: undefined },
    });

  it("may begin with a byte order mark, and be empty", async () => {
    await expect(read(await fileWith("\ufeff{}"))).resolves.toMatchObject({ budget: { minScore: undefined } });
  });

  it.each<[string, string, readonly string[]]>([
    ["a name that is mistyped", '{ "minScor": 85 }', ['"minScor" is not known. Did you mean "minScore"?']],
    ["a name that is like none", '{ "zzzzzzzzzz": 85 }', ['"zzzzzzzzzz" is not known.']],
    ["a rule that is mistyped", '{ "rules": { "title-mising": "off" } }', ['rules: "title-mising" is not known. Did you mean "title-missing"?']],
    ["a category that has no score", '{ "minScores": { "ai-contents": 1 } }', ['minScores: "ai-contents" is not known.']],
    ["text for a number", '{ "minScore": "85" }', ['minScore: write a whole number from 0 to 100, not "85"']],
    ["a score above 100", '{ "minScores": { "content": 101 } }', ["minScores.content: write a whole number from 0 to 100, not 101"]],
    ["a part of a finding", '{ "maxFindings": { "error": 0.5 } }', ["maxFindings.error: write a whole number of 0 or more, not 0.5"]],
    ["fewer than none", '{ "minPages": -1 }', ["minPages: write a whole number of 0 or more, not -1"]],
    ["a bare number for a rule", '{ "rules": { "title-missing": 0 } }', ['rules.title-missing: write "off", or a limit such as { "maxFindings": 0 }, not 0']],
    ["a rule without its limit", '{ "rules": { "title-missing": {} } }', ['rules.title-missing: write "off", or a limit such as { "maxFindings": 0 }, not {}']],
    ["a number for all severities", '{ "maxFindings": 3 }', ["maxFindings: write an object in braces, not 3"]],
    ["a list", "[]", ["write an object in braces, not []"]],
    ["two mistakes at once", '{ "minScore": null, "minPages": "all" }', ["minScore: write", "minPages: write"]],
    ["what is not JSON", '{\n  "minScore": 85\n  "minPages": 1\n}', ["is not JSON. line 3, column 3: expected a comma or }"]],
    ["more pages than will be fetched", '{ "minPages": 101 }', ["asks for 101 pages, and this audit fetches 100. Add --max-pages 101"]],
  ])("is refused for %s, with its name and what to write", async (_, text, says) => {
    const file = await fileWith(text);
    for (const part of [file, ...says]) {
      await expect(read(file)).rejects.toThrow(expect.objectContaining({ name: "UsageError", message: expect.stringContaining(part) }));
    }
  });

  it.each([
    ["that is not there", "none.json", "none.json. Write one, such as"],
    ["that is a folder", "", "cannot be read (EISDIR"],
  ])("%s is refused", async (_, name, says) => {
    await expect(read(join(folder, name))).rejects.toThrow(expect.objectContaining({ name: "UsageError", message: expect.stringContaining(says) }));
  });
});

describe("a baseline file", () => {
  it.each<[string, string, string]>([
    [
      "of another version",
      '{ "formatVersion": 2, "things": [] }',
      "has format version 2, and this mentha reads version 1. Make it again with --write-baseline",
    ],
    ["that is a report", '{ "formatVersion": 1, "generatedAt": 1 }', "this is not a baseline that can be used"],
    ["with a page that is none", baseline({ "title-missing": [1] }), "rules.title-missing.0: write the path of a page, or *, not 1"],
    ["with a word for a list", baseline({ "title-missing": "/" }), 'rules.title-missing: write a list of pages, not "/"'],
    ["in the midst of a merge", `<<<<<<< ours\n${baseline({})}`, "is not JSON. line 1, column 1"],
  ])("%s is refused, and how to make one is said", async (_, text, says) => {
    const refused = await readBaseline(await fileWith(text)).catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({ name: "UsageError", message: expect.stringContaining(says) });
  });

  it("that is not there is refused, and how to make one is said", async () => {
    const file = join(folder, "none.json");
    const message = `--baseline: there is no ${file}. Make it with: mentha audit <url> --write-baseline ${file}`;
    await expect(readBaseline(file)).rejects.toThrow(expect.objectContaining({ name: "UsageError", message }));
  });
});

function baseline(rules: object): string {
  return JSON.stringify({ formatVersion: 1, site: "https://shop.example/", writtenAt: "2026-11-22T09:30:00.000Z", rules });
}

describe("a file that is replaced", () => {
  it("has the whole new text, and nothing is left beside it", async () => {
    const file = await fileWith("old");
    await replaceText("baseline", file, "new");
    expect(await readFile(file, "utf8")).toBe("new");
    expect(await readdir(folder)).toEqual(["given.json"]);
  });

  it("stays behind the link that leads to it", async () => {
    const file = await fileWith("old");
    const link = join(folder, "link.json");
    await symlink(file, link);
    await replaceText("baseline", link, "new");
    expect(await readFile(file, "utf8")).toBe("new");
  });

  it("keeps its old text when the new one cannot be written", async () => {
    const file = await fileWith("old");
    await mkdir(`${file}.${process.pid}.tmp`);
    await expect(replaceText("baseline", file, "new")).rejects.toThrow(/The baseline could not be written to .*another --write-baseline/);
    expect(await readFile(file, "utf8")).toBe("old");
  });

  it("is refused up front when it is a device, since that would be replaced by a file", async () => {
    await expect(checkReplaceable("baseline", "/dev/null")).rejects.toThrow("--write-baseline: /dev/null is not a plain file");
  });
});
