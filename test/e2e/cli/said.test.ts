import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BaselineFile } from "../../../cli/baseline/baseline-file.ts";
import { startFakeApi } from "../../helpers/node/fake-api.ts";
import { mentha } from "./run-mentha.ts";

const cleanUps: (() => Promise<unknown>)[] = [];
let file = "";
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), "mentha-said-"));
  cleanUps.push(() => rm(folder, { recursive: true }));
  file = join(folder, "baseline.json");
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function audit(...options: readonly string[]) {
  const server = await startFakeApi();
  cleanUps.push(() => server.close());
  return { ...(await mentha(["audit", "shop.example", ...options], { server })), requests: server.requests };
}

describe("a baseline that is compared with and written", () => {
  it("is made by the first audit, after which all that it found is known", async () => {
    const first = await audit("--baseline", file, "--write-baseline", file);
    expect(first).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`There was no ${file} yet: everything that this audit found is known from now on.`),
    });
    expect(BaselineFile.parse(JSON.parse(await readFile(file, "utf8"))).rules).toHaveProperty("title-missing");
    const second = await audit("--baseline", file);
    expect(second.code).toBe(0);
    expect(second.stderr).toMatch(/: 0 new, \d+ known\.\nNothing new\.\n$/);
    expect(second.stderr).not.toMatch(/budget/i);
  });

  it("says what is new without a word of a budget, where nobody gave one", async () => {
    await writeFile(file, JSON.stringify({ formatVersion: 1, site: "https://shop.example/", writtenAt: "2026-11-22T09:30:00.000Z", rules: {} }));
    const { code, stderr } = await audit("--baseline", file);
    expect(code).toBe(1);
    expect(stderr).toMatch(/ {2}New error: .*[\s\S]*\nFailed: There are \d+ new errors; --baseline allows 0\.\n/);
    expect(stderr).not.toMatch(/budget/i);
  });

  it("comes with a warning when the audit stopped at its page limit", async () => {
    const { code, stderr } = await audit("--write-baseline", file);
    expect(code).toBe(0);
    expect(stderr).toContain("Warning: the audit stopped at its limit of 100 pages.");
  });

  it("takes the place of no other file, and nothing is audited", async () => {
    await writeFile(file, '{ "name": "my-shop" }');
    const { code, stderr, requests } = await audit("--write-baseline", file);
    expect({ code, requests }).toEqual({ code: 2, requests: [] });
    expect(stderr).toContain(`--write-baseline: ${file} exists and is not a baseline`);
    expect(await readFile(file, "utf8")).toBe('{ "name": "my-shop" }');
  });
});
