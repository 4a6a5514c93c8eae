import { parseArgs } from "node:util";
import { requireOwnAddress } from "./own-address.ts";
import { CannotContinue, requireOwnDatabase } from "./own-database.ts";
import { inRoot } from "./paths.ts";
import { runTool } from "./tools.ts";

interface Step {
  readonly title: string;
  readonly command: readonly [tool: string, ...args: string[]];
  /** What holds when it fails; printed below what the tool itself said. */
  readonly onFailure: string;
}

/** In this order: new code may need new tables, and old code lives with them, as it must while both run side by side. */
const steps: readonly Step[] = [
  {
    title: "Building the Worker and its static files",
    command: ["node", inRoot("local", "build.ts")],
    onFailure: "Nothing was deployed.",
  },
  {
    title: "Applying migrations to your database",
    command: ["wrangler", "d1", "migrations", "apply", "DB", "--remote"],
    onFailure: "The migrations were not all applied, so the Worker was not deployed; what ran before still runs.",
  },
  {
    title: "Deploying the Worker",
    command: ["wrangler", "deploy"],
    onFailure: "The Worker was not deployed; what ran before still runs. Once the cause is gone, npm run deploy continues here.",
  },
];

async function deploy(): Promise<void> {
  rejectArguments();
  await requireOwnDatabase();
  await requireOwnAddress();
  for (const { title, command, onFailure } of steps) {
    console.log(`\n── ${title}`);
    const [tool, ...args] = command;
    const { code } = await runTool(tool, args, { show: true });
    if (code !== 0) throw new CannotContinue(onFailure);
  }
  console.log("\nMentha is deployed. Who signs in first and how: docs/deployment.md, step 5.");
}

function rejectArguments(): void {
  const { positionals, values } = parseArgs({ strict: false });
  const [given] = [...Object.keys(values).map((name) => `--${name}`), ...positionals];
  if (given !== undefined) throw new CannotContinue(`npm run deploy takes no options, and got ${given}. What it deploys is said in wrangler.toml.`);
}

await deploy().catch((error: unknown) => {
  console.error(error instanceof CannotContinue ? `\n${error.message}\n` : error);
  process.exit(1);
});
