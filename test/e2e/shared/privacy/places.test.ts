import { globSync, readFileSync } from "node:fs";
import { getTableName } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { root } from "../../../../local/paths.ts";
import type { Fate } from "../../../../shared/privacy/inventory/holding.ts";
import { objects, prefixes, queues } from "../../../../shared/privacy/inventory/places.ts";
import { tables } from "../../../../shared/privacy/inventory/tables.ts";

const wrangler = readFileSync(`${root}/wrangler.toml`, "utf8");
const page = readFileSync(`${root}/docs/personal-data.md`, "utf8");
const matches = (pattern: RegExp): string[] => [...wrangler.matchAll(pattern)].map(([, name = ""]) => name).toSorted((a, b) => (a < b ? -1 : 1));

describe("the inventory", () => {
  it("has every class of objects", () => {
    expect(Object.keys(objects).sort()).toEqual(matches(/class_name = "(\w+)"/g));
  });

  it("has every queue", () => {
    expect(Object.keys(queues).sort()).toEqual([...new Set(matches(/^queue = "mentha-([a-z]+(?:-slow)?)"/gm))]);
  });

  it("knows one bucket, and every file that writes to it", () => {
    expect(matches(/\[\[r2_buckets\]\]\nbinding = "(\w+)"/g)).toEqual(["STORE"]);
    // Whatever the bucket is called there. The keys of an object's own storage are written by the same name: everywhere that is called `kv`, and is no bucket.
    const writes = /(?<!\bkv)\.(?:put|createMultipartUpload|resumeMultipartUpload)\b/;
    const files = globSync("{shared,workers,durable-objects}/**/*.ts", { cwd: root }).map((name) => ({ name, text: readFileSync(`${root}/${name}`, "utf8") }));
    const writers = files.filter(({ text }) => writes.test(text)).map(({ name }) => name);
    const buckets = files.filter(({ text }) => /\bkv\??: (?!SyncKvStorage\b|ctx\.storage\.kv\b)/.test(text)).map(({ name }) => name);
    expect(buckets).toEqual([]);
    expect([...new Set(Object.values(prefixes).map(({ writtenBy }) => writtenBy))].sort()).toEqual(writers.sort());
  });

  it.each(Object.entries(prefixes))("%s is how the file that writes it begins its names", (prefix, { writtenBy }) => {
    expect(readFileSync(`${root}/${writtenBy}`, "utf8")).toContain(prefix.replace("<workspaceId>", ""));
  });

  it.each([
    ...Object.values(tables).map((holding) => ({ name: getTableName(holding.table), holding })),
    ...Object.entries({ ...prefixes, ...objects, ...queues }).map(([name, holding]) => ({ name, holding })),
  ])("says of $name what the page about personal data says", ({ name, holding: { holds, withPerson, withWorkspace, personGets, workspaceGets } }) => {
    const said = [holds, inWords(withPerson), inWords(withWorkspace), personGets ?? "–", workspaceGets ?? "–"].join(" | ");
    expect(page.split("\n").filter((line) => line.startsWith(`| \`${name}\``) && line.endsWith(` | ${said} |`))).toHaveLength(1);
  });
});

function inWords(fate: Fate | null): string {
  if (fate === null) return "–";
  if (fate.does === "deletes") return "deleted";
  return fate.does === "erases" ? `erased: ${fate.what}` : `kept: ${fate.why}`;
}
