import { readFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { BaselineFile, baselineOf } from "../../../cli/baseline/baseline-file.ts";
import { BudgetFile } from "../../../cli/budget/budget-file.ts";
import { startEmbedded } from "../../../local/embed.ts";
import { inRoot } from "../../../local/paths.ts";

/** By the name of the file. */
const schemas = { budget: BudgetFile, baseline: BaselineFile } as const;
const fileOf = (name: string): string => inRoot("schemas", `${name}.schema.json`);

/** Whether the file of this name accepts a value. */
async function accepts(name: keyof typeof schemas, value: unknown): Promise<boolean> {
  const schema: object = JSON.parse(await readFile(fileOf(name), "utf8"));
  return new Ajv2020({ formats: { "date-time": true } }).compile(schema)(value);
}

const date = "2026-11-22T09:30:00.000Z";

describe("a schema for editors", () => {
  // After a change of the zod schema, or of a rule: npx vitest run --project e2e test/e2e/cli/schemas.test.ts --update
  it.each(["budget", "baseline"] as const)("is what the command line reads: %s", async (name) => {
    const schema = z.toJSONSchema(schemas[name], { target: "draft-2020-12", io: "input" });
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(fileOf(name));
  });

  it.each<[name: keyof typeof schemas, value: unknown, accepted: boolean]>([
    ["budget", {}, true],
    ["budget", { $schema: "x", minScore: 85, rules: { "title-missing": { maxFindings: 0 }, "lang-missing": "off" } }, true],
    ["budget", { minScore: 101 }, false],
    ["budget", { minScore: "85" }, false],
    ["budget", { minScores: { contents: 1 } }, false],
    ["budget", { minscore: 85 }, false],
    ["budget", { maxFindings: { error: -1 } }, false],
    ["budget", { maxFindings: { errors: 1 } }, false],
    ["budget", { rules: { "no-such-rule": "off" } }, false],
    ["budget", { rules: { "title-missing": 0 } }, false],
    ["budget", { rules: { "title-missing": {} } }, false],
    ["baseline", baselineOf({ url: "https://shop.example/", finishedAt: 0 }, [{ ruleId: "a", severity: "info", page: "*" }], 0), true],
    ["baseline", { formatVersion: 2, site: "x", writtenAt: date, rules: {} }, false],
    ["baseline", { formatVersion: 1, site: "x", writtenAt: date, rules: { a: [null] } }, false],
    ["baseline", { formatVersion: 1, site: "x", rules: {} }, false],
    ["baseline", { formatVersion: 1, site: "x", writtenAt: date, rules: {}, more: 1 }, false],
  ])("decides as the command line does: %s %j", async (name, value, accepted) => {
    expect(await accepts(name, value)).toBe(accepted);
    expect(schemas[name].safeParse(value).success).toBe(accepted);
  });

  it("is served by every installation", async () => {
    const mentha = await startEmbedded({ quiet: true });
    const response = await mentha.fetch("/schemas/budget.schema.json");
    expect(response.headers.get("content-type")).toMatch(/^application\/json/);
    expect(await response.text()).toBe(await readFile(fileOf("budget"), "utf8"));
    await mentha.close();
  });
});
