import { chmod, link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkIsBaseline, readBaseline } from "../../../cli/baseline/baseline-file.ts";
import { jsonFault } from "../../../cli/files/json-fault.ts";
import { isSameFile } from "../../../cli/files/same-file.ts";
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
    ["a category that is none", '{ "minScores": { "seo": 1 } }', ['"seo" is not known. Categories that may be given: indexability, content, links,']],
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
    ["that is a folder", "", "is not a plain file; give the name of one"],
  ])("%s is refused", async (_, name, says) => {
    await expect(read(join(folder, name))).rejects.toThrow(expect.objectContaining({ name: "UsageError", message: expect.stringContaining(says) }));
  });
});

describe("a file that means harm", () => {
  const readAs = async (file: string): Promise<string> => {
    const refused = await readBaseline(file).catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({ name: "UsageError" });
    return refused instanceof Error ? refused.message : "";
  };

  it.each<[string, string]>([
    ["a name of control characters", JSON.stringify({ "\u001b[31mX\n::error::pwned": 1 })],
    ["a rule of control characters", baseline({ "\u001b[31mX\n::error::pwned": 1 })],
    ["a value of control characters", JSON.stringify({ formatVersion: "\u001b[31m\u009b\u202e\n::error::pwned" })],
  ])("cannot write lines of its own: %s", async (_, text) => {
    const file = await fileWith(text);
    const message = await readAs(file);
    expect(message).not.toMatch(/^::/m);
    for (const character of ["\u001b", "\u009b", "\u202e"]) expect(message).not.toContain(character);
    expect(message).toContain(file);
  });

  it("has long names and values cut, and only the first names said", async () => {
    const names = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`${"n".repeat(1_000)}${i}`, 1]));
    const message = await readAs(await fileWith(JSON.stringify({ ...names, site: 1, rules: { ["r".repeat(1_000)]: "v".repeat(1_000) } })));
    expect(message.match(/"n{39}…" is not known/g)).toHaveLength(10);
    expect(message).toContain("And 20 more.");
    expect(message).toContain(`rules.${"r".repeat(39)}…: write a list of pages, not "${"v".repeat(39)}…"`);
  });

  const length = 15_000_000;
  it.each<[string, string, string]>([
    ["a string that does not end", `{"a": "${"x".repeat(length)}`, "line 1, column 7: expected a value"],
    ["a string of escapes before a mistake", `["${"\\n".repeat(length / 2)}" 1]`, "expected a comma or ]"],
    ["a number as long as a file", `[${"1".repeat(length)}x]`, "line 1, column 2: expected a value"],
    ["nothing but lines", "\n".repeat(length), `line ${length + 1}, column 1: expected a value`],
    ["brackets in brackets without an end", "[".repeat(length), "expected a value or ]"],
    ["one very long name", JSON.stringify({ ["formatVersion".repeat(length / 15)]: 1 }), 'formatVersionformatVersionformatVersion…" is not known'],
    ["a value as deep as the file is long", `{"formatVersion": ${"[".repeat(length / 15)}${"]".repeat(length / 15)}}`, "formatVersion: write 1, not a list"],
    ["nothing but mistakes", baseline({ a: Array.from({ length: length / 100 }, () => 1) }), "there are more mistakes in it than can be told"],
  ])("is refused however large it is: %s", async (_, text, says) => {
    expect(await readAs(await fileWith(text))).toContain(says);
  });

  it("is not read when it is too large, or no plain file", async () => {
    const file = await fileWith("{}");
    await truncate(file, 20_000_001);
    expect(await readAs(file)).toContain("is larger than 20 MB");
    expect(await readAs("/dev/zero")).toContain("is not a plain file");
  });
});

describe("two names", () => {
  it("are of one file through a link to it, to its folder, or to nowhere yet", async () => {
    const file = await fileWith("{}");
    await symlink(file, join(folder, "link.json"));
    await link(file, join(folder, "hard.json"));
    await symlink(folder, join(folder, "way"));
    expect(isSameFile(file, join(folder, "link.json"))).toBe(true);
    expect(isSameFile(file, join(folder, "hard.json"))).toBe(true);
    expect(isSameFile(file, join(folder, "way", "given.json"))).toBe(true);
    expect(isSameFile(join(folder, "new.json"), join(folder, "way", "new.json"))).toBe(true);
  });

  it("are of two files otherwise", async () => {
    const file = await fileWith("{}");
    expect(isSameFile(file, await fileWith("{}", "other.json"))).toBe(false);
    expect(isSameFile(join(folder, "new.json"), join(folder, "newer.json"))).toBe(false);
    expect(isSameFile(join(folder, "none", "a.json"), join(folder, "none", "b.json"))).toBe(false);
  });
});

describe("a baseline file", () => {
  it.each<[string, string, string]>([
    [
      "of another version",
      '{ "formatVersion": 2, "things": [] }',
      "has format version 2, and this mentha reads version 1. Check the name. To make a baseline in another file: npx",
    ],
    ["that is a report", '{ "formatVersion": 1, "generatedAt": 1 }', "this is not a baseline that can be used"],
    ["with a page that is none", baseline({ "title-missing": [1] }), "rules.title-missing.0: write the path of a page, or *, not 1"],
    ["with a word for a list", baseline({ "title-missing": "/" }), 'rules.title-missing: write a list of pages, not "/"'],
    ["in the midst of a merge", `<<<<<<< ours\n${baseline({})}`, "is not JSON. line 1, column 1"],
  ])("%s is refused, and how to make one is said", async (_, text, says) => {
    const refused = await readBaseline(await fileWith(text)).catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({ name: "UsageError", message: expect.stringContaining(says) });
  });

  it.each([
    ["a manifest", '{ "name": "my-shop" }'],
    ["a text", "Dear diary"],
    ["nothing", ""],
    ["a baseline of another version", '{ "formatVersion": 2 }'],
  ])("cannot be written over %s, nor is that advised", async (_, text) => {
    const file = await fileWith(text);
    const refused = expect.objectContaining({ name: "UsageError", message: expect.stringContaining(`${file} exists and is not a baseline`) });
    await expect(checkIsBaseline(file)).rejects.toThrow(refused);
    await expect(readBaseline(file)).rejects.toThrow(expect.objectContaining({ message: expect.not.stringContaining(`--write-baseline ${file}`) }));
    expect(await readFile(file, "utf8")).toBe(text);
  });

  it("may be written over another baseline", async () => {
    await expect(checkIsBaseline(await fileWith(baseline({})))).resolves.toBeUndefined();
  });

  it("that is not there is refused, and how to make one is said", async () => {
    const file = join(folder, "none.json");
    const message = `--baseline: there is no ${file}. Make it with: npx mentha audit <url> --write-baseline ${file}`;
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
    // 255 bytes are the most a name may have, so nothing longer fits beside it.
    const long = join(folder, "n".repeat(255));
    await writeFile(long, "old");
    await expect(replaceText("baseline", long, "new")).rejects.toThrow(/The baseline could not be written to .*another --write-baseline/);
    expect(await readFile(long, "utf8")).toBe("old");
  });

  it("leaves nothing beside what it could not take the place of", async () => {
    const taken = join(folder, "taken.json");
    await mkdir(join(taken, "inside"), { recursive: true });
    await expect(replaceText("baseline", taken, "new")).rejects.toThrow(/The baseline could not be written/);
    expect(await readdir(folder)).toEqual(["taken.json"]);
  });

  it("leaves alone what another program put beside it", async () => {
    const file = await fileWith("old");
    const others = await fileWith("not ours", `given.json.${process.pid}.tmp`);
    await replaceText("baseline", file, "new");
    expect(await readFile(others, "utf8")).toBe("not ours");
    expect(await readFile(file, "utf8")).toBe("new");
  });

  it.each([0o600, 0o666, 0o640])("keeps who may read and write it: %o", async (mode) => {
    const file = await fileWith("old");
    await chmod(file, mode);
    await replaceText("baseline", file, "new");
    expect((await stat(file)).mode & 0o777).toBe(mode);
  });

  it("is refused up front when it is a device, since that would be replaced by a file", async () => {
    await expect(checkReplaceable("baseline", "/dev/null")).rejects.toThrow("--write-baseline: /dev/null is not a plain file");
  });
});
