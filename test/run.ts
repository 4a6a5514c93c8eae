import { cp, readFile, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { build } from "../local/build.ts";
import { inRoot } from "../local/paths.ts";
import { runTool } from "../local/tools.ts";
import { failuresOf, type Summary } from "./summary.ts";

/** A check; it answers with what is wrong, or with nothing when all is well. */
interface Gate {
  readonly name: string;
  readonly problem: () => Promise<string | undefined>;
}

const gates: readonly Gate[] = [
  gate("types of the Worker and its tests", "tsc", "-p", "tsconfig.json"),
  gate("types of everything on Node", "tsc", "-p", "tsconfig.node.json"),
  gate("types of end-to-end tests", "tsc", "-p", "tsconfig.e2e.json"),
  gate("format, imports, lint (biome)", "biome", "check", "--error-on-warnings", "."),
  gate("lint with types (oxlint)", "oxlint", "--type-aware", "--deny-warnings", "--report-unused-disable-directives"),
  gate("import arrows", "node", "test/arrows.ts"),
  gate("nothing unused (knip)", "knip", "--treat-config-hints-as-errors"),
  gate("types of bindings match wrangler.toml", "wrangler", "types", "--include-runtime=false", "--check", "worker-configuration.d.ts"),
  { name: "migrations match the schema", problem: migrationProblem },
  { name: "the Worker builds", problem: () => build().then(() => undefined, String) },
];

function gate(name: string, tool: string, ...args: string[]): Gate {
  return {
    name,
    problem: async () => {
      const { code, output } = await runTool(tool, args);
      return code === 0 ? undefined : output;
    },
  };
}

/** Asks drizzle-kit for the next migration, of a copy; there must be none. Its exit code is 0 even when it fails. */
async function migrationProblem(): Promise<string | undefined> {
  const copy = inRoot("dist", "migrations");
  await rm(copy, { recursive: true, force: true });
  await cp(inRoot("migrations"), copy, { recursive: true });
  const { output } = await runTool("drizzle-kit", ["generate", "--dialect=sqlite", "--schema=./shared/db/schema/index.ts", "--out=./dist/migrations"]);
  await rm(copy, { recursive: true, force: true });
  return output.includes("No schema changes") ? undefined : `The tables changed: run npm run db:generate.\n\n${output}`;
}

/** Runs gates a few at a time, says how each went, and answers with the names of those that failed. */
async function runGates(): Promise<string[]> {
  const waiting = [...gates];
  const failed: string[] = [];
  const next = async (): Promise<void> => {
    for (let current = waiting.shift(); current !== undefined; current = waiting.shift()) {
      const start = Date.now();
      const problem = await current.problem();
      console.log(`${problem === undefined ? "✓" : "✗"} ${current.name} (${seconds(start)})`);
      if (problem === undefined) continue;
      failed.push(current.name);
      console.log(`\n${problem.trim()}\n`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, next));
  return failed;
}

/** Runs every test with vitest on the terminal; arguments of `npm test --` go to it, to run fewer. */
async function runTests(): Promise<{ passed: number; failed: string[] }> {
  const summaryFile = inRoot("dist", "test-summary.json");
  await rm(summaryFile, { force: true });
  const { code } = await runTool("vitest", ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${summaryFile}`, ...process.argv.slice(2)], {
    show: true,
  });
  const summary: Summary = JSON.parse(await readFile(summaryFile, "utf8").catch(() => '{"numPassedTests":0,"testResults":[]}'));
  return { passed: summary.numPassedTests, failed: failuresOf(summary, code) };
}

const seconds = (start: number) => `${((Date.now() - start) / 1_000).toFixed(1)} s`;

const failedGates = await runGates();
const { passed, failed: failedTests } = await runTests();
// A check that failed counts as one failure, so that the last line is never green when the exit code is not.
const failed = [...failedGates, ...failedTests];
if (failed.length > 0) console.log(`\nFailed:\n${failed.map((name) => `✗ ${name}`).join("\n")}`);
console.log(`\n${passed} passed, ${failed.length} failed`);
process.exit(failed.length === 0 ? 0 : 1);
