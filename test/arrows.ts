import { globSync, readFileSync } from "node:fs";
import { matchesGlob, posix } from "node:path";
import { parseSync, Visitor } from "vite";
import { root } from "../local/paths.ts";

/** One import: `to` is a path of the project, or the name of a package as written. */
interface Arrow {
  readonly from: string;
  readonly to: string;
  /** Erased before the code runs: `import type`, `export type`, `import("…")` in a type. */
  readonly typeOnly: boolean;
}

interface Room {
  readonly files: string;
  /** What its files may import, beside files of the same room and packages. */
  readonly mayImport: readonly string[];
  readonly mayImportTypes?: readonly string[];
  readonly notPackages?: readonly string[];
}

/** A domain, and the platform, is reached through its `index.ts` alone. */
const domains = "shared/*/index.ts";
const http = ["hono", "hono/**", "@hono/**"];
const runtime = ["cloudflare:*"];

/**
 * Who may import what, as globs; the first room whose `files` fit decides. Edges see no tables (`shared/db/schema`), `shared` knows
 * neither HTTP nor the Workers runtime. Files in no room here, such as `local`, may import anything.
 */
const rooms: readonly Room[] = [
  { files: "workers/index.ts", mayImport: ["workers/**", "durable-objects/*.ts"] },
  { files: "workers/**", mayImport: ["workers/**", domains, "shared/db/client.ts", "durable-objects/stubs.ts"] },
  { files: "durable-objects/**", mayImport: ["durable-objects/**", domains, "shared/db/client.ts"], notPackages: http },
  { files: "shared/{db,platform}/**", mayImport: ["shared/{db,platform}/**"], notPackages: [...http, ...runtime] },
  { files: "shared/**", mayImport: [domains, "shared/db/**"], notPackages: [...http, ...runtime] },
  { files: "client/**", mayImport: ["client/**", domains], mayImportTypes: ["workers/api/**"] },
  { files: "cli/**", mayImport: ["cli/**", domains, "client/index.ts", "local/embed.ts", "shared/platform/nearest.ts"] },
  { files: "test/{unit,worker,e2e}/**", mayImport: ["{workers,durable-objects,client,cli,local,test}/**", domains, "shared/db/**"] },
];

/** What is wrong with the imports of these sources (by path from the project's root): one sentence each, none when all is well. */
export function forbiddenArrows(sources: ReadonlyMap<string, string>): string[] {
  const arrows = [...sources].flatMap(([from, source]) => arrowsOf(from, source));
  const forbidden = arrows.filter((arrow) => !isAllowed(arrow)).map(({ from, to }) => `${from} may not import ${to}`);
  return [...forbidden, ...cycles(arrows).map((files) => `these import each other in a circle: ${files.join(" → ")}`)];
}

function arrowsOf(from: string, source: string): Arrow[] {
  const arrows: Arrow[] = [];
  const add = (specifier: unknown, typeOnly: boolean) => {
    if (typeof specifier !== "string") return;
    arrows.push({ from, to: specifier.startsWith(".") ? posix.join(posix.dirname(from), specifier) : specifier, typeOnly });
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.source.value, node.importKind === "type"),
    ExportNamedDeclaration: (node) => add(node.source?.value, node.exportKind === "type"),
    ExportAllDeclaration: (node) => add(node.source.value, node.exportKind === "type"),
    ImportExpression: (node) => add(node.source.type === "Literal" ? node.source.value : undefined, false),
    TSImportType: (node) => add(node.source.value, true),
  }).visit(parseSync(from, source).program);
  return arrows;
}

function isAllowed({ from, to, typeOnly }: Arrow): boolean {
  const room = rooms.find(({ files }) => matchesGlob(from, files));
  if (room === undefined) return true;
  if (!/^(?:bench|workers|durable-objects|shared|client|cli|local|test)\//.test(to)) return !fits(to, room.notPackages);
  const domain = domainOf(from);
  if (domain !== undefined && domain === domainOf(to)) return true;
  return fits(to, room.mayImport) || (typeOnly && fits(to, room.mayImportTypes));
}

const fits = (path: string, globs: readonly string[] = []) => globs.some((glob) => matchesGlob(path, glob));

/** The domain that a file, or the mirrored file of a test, belongs to: `audits` of `test/unit/shared/audits/score.test.ts`. */
function domainOf(path: string): string | undefined {
  return /^(?:test\/(?:unit|worker|e2e)\/)?shared\/([^/]+)\//.exec(path)?.[1];
}

/** One circle for each file at which following imports comes back to where it began. */
function cycles(arrows: readonly Arrow[]): string[][] {
  const targets = Map.groupBy(arrows, ({ from }) => from);
  const found: string[][] = [];
  const done = new Set<string>();
  const follow = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file]);
    if (at >= 0 || done.has(file)) return;
    for (const { to } of targets.get(file) ?? []) follow(to, [...path, file]);
    done.add(file);
  };
  for (const file of targets.keys()) follow(file, []);
  return found;
}

/** The project's own TypeScript, by path from its root. */
function projectSources(): Map<string, string> {
  const names = globSync("{bench,workers,durable-objects,shared,client,cli,local,test}/**/*.ts", { cwd: root });
  return new Map(names.sort().map((name) => [name, readFileSync(`${root}/${name}`, "utf8")]));
}

if (import.meta.main) {
  const problems = forbiddenArrows(projectSources());
  if (problems.length > 0) {
    console.error(problems.join("\n"));
    process.exit(1);
  }
}
