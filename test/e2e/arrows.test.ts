import { describe, expect, it } from "vitest";
import { forbiddenArrows } from "../arrows.ts";

const tree = (files: Record<string, string>) => new Map(Object.entries(files));

describe("import arrows", () => {
  it.each([
    ["a route reaching into a domain", "workers/api/routes/audits.ts", "../../../shared/audits/queries.ts", "shared/audits/queries.ts"],
    ["a route reading tables", "workers/api/routes/audits.ts", "../../../shared/db/schema/index.ts", "shared/db/schema/index.ts"],
    ["a consumer taking an object's class", "workers/consumers/events.ts", "../../durable-objects/audit-crawl.ts", "durable-objects/audit-crawl.ts"],
    ["an object using the web framework", "durable-objects/audit-crawl.ts", "hono", "hono"],
    ["a domain using the web framework", "shared/audits/create-audit.ts", "hono/http-exception", "hono/http-exception"],
    ["a domain using its OpenAPI side", "shared/audits/schemas.ts", "@hono/zod-openapi", "@hono/zod-openapi"],
    ["a domain using the Workers runtime", "shared/audits/crawl/crawl.ts", "cloudflare:workers", "cloudflare:workers"],
    ["a domain reaching into another", "shared/flows/run.ts", "../audits/queries.ts", "shared/audits/queries.ts"],
    ["the platform knowing a domain", "shared/platform/log.ts", "../audits/index.ts", "shared/audits/index.ts"],
    ["a domain knowing the edge", "shared/audits/create-audit.ts", "../../workers/api/problem.ts", "workers/api/problem.ts"],
    ["the client running the server", "client/index.ts", "../workers/api/app.ts", "workers/api/app.ts"],
    ["the command reaching past the client", "cli/run.ts", "../workers/index.ts", "workers/index.ts"],
    ["a test of an edge reaching into a domain", "test/worker/workers/api.test.ts", "../../../shared/audits/queries.ts", "shared/audits/queries.ts"],
  ])("refuse %s", (_, from, specifier, to) => {
    expect(forbiddenArrows(tree({ [from]: `import { x } from "${specifier}";` }))).toEqual([`${from} may not import ${to}`]);
  });

  it.each([
    ["a value", 'import { x } from "../audits/queries.ts";'],
    ["a type", 'import type { X } from "../audits/queries.ts";'],
    ["a side effect", 'import "../audits/queries.ts";'],
    ["names passed on", 'export { x } from "../audits/queries.ts";'],
    ["everything passed on", 'export * from "../audits/queries.ts";'],
    ["a dynamic import", 'const x = await import("../audits/queries.ts");'],
    ["a type written in place", 'type X = import("../audits/queries.ts").X;'],
  ])("see %s", (_, source) => {
    expect(forbiddenArrows(tree({ "shared/flows/run.ts": source }))).toHaveLength(1);
  });

  it.each([
    ["text", `const text = 'import "../audits/queries.ts"';`],
    ["a comment", '// import "../audits/queries.ts";'],
  ])("take no import from %s", (_, source) => {
    expect(forbiddenArrows(tree({ "shared/flows/run.ts": source }))).toEqual([]);
  });

  it.each([
    ["a route calling a verb", "workers/api/routes/audits.ts", 'import { createAudit } from "../../../shared/audits/index.ts";'],
    ["the entry naming the objects", "workers/index.ts", 'export { AuditCrawl } from "../durable-objects/audit-crawl.ts";'],
    ["a domain reading tables", "shared/audits/queries.ts", 'import { audits } from "../db/schema/index.ts";'],
    ["the client knowing the routes' types", "client/index.ts", 'import type { Api } from "../workers/api/app.ts";'],
    ["a domain's own test reaching inside", "test/unit/shared/audits/score.test.ts", 'import { score } from "../../../../shared/audits/score.ts";'],
  ])("allow %s", (_, from, source) => {
    expect(forbiddenArrows(tree({ [from]: source }))).toEqual([]);
  });

  it("refuse a circle, of types too, however long", () => {
    const circle = tree({
      "shared/audits/a.ts": 'import { b } from "./b.ts";',
      "shared/audits/b.ts": 'import { c } from "./c.ts";',
      "shared/audits/c.ts": 'import type { A } from "./a.ts";',
    });
    expect(forbiddenArrows(circle)).toEqual([
      "these import each other in a circle: shared/audits/a.ts → shared/audits/b.ts → shared/audits/c.ts → shared/audits/a.ts",
    ]);
  });
});
