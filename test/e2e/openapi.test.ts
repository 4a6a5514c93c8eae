import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Embedded, startEmbedded } from "../../local/embed.ts";

const spectral = resolve("node_modules/.bin/spectral");

let mentha: Embedded;
let folder = "";
beforeAll(async () => {
  mentha = await startEmbedded({ quiet: true });
  folder = await mkdtemp(join(tmpdir(), "mentha-openapi-"));
});
afterAll(async () => {
  await mentha.close();
  await rm(folder, { recursive: true });
});

/** What Spectral says of a document under the project's rules; a failed lint is an answer too. */
async function lint(document: unknown): Promise<string> {
  const file = join(folder, "openapi.json");
  await writeFile(file, JSON.stringify(document));
  const { stdout } = await promisify(execFile)(process.execPath, [spectral, "lint", "--ruleset", ".spectral.yaml", "--fail-severity", "warn", file]).catch(
    (failed: { stdout: string }) => failed,
  );
  return stdout;
}

describe("the OpenAPI document", () => {
  it("passes the linter, and the linter would notice a fault", async () => {
    const document: object = await (await mentha.fetch("/openapi.json")).json();
    expect(await lint(document)).toMatch(/^No results with a severity of 'warn' or higher found!\s*$/);
    const faulty = { ...document, components: { schemas: { Loose: { type: "string" } }, securitySchemes: { basic: { type: "http", scheme: "basic" } } } };
    expect(await lint(faulty)).toMatch(/owasp:api2:2023-no-http-basic/);
  });
});
