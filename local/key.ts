import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { z } from "zod";
import { EmailAddress } from "../shared/identity/email-address.ts";
import { Name } from "../shared/platform/index.ts";
import { issueKey, type Owners, readOwners } from "./issue-key.ts";
import { resetPassword } from "./operator.ts";
import { CannotContinue, requireOwnDatabase } from "./own-database.ts";
import { inRoot } from "./paths.ts";
import type { RunSql } from "./sql-text.ts";
import { takeState } from "./state-lock.ts";
import { throughWrangler } from "./through-wrangler.ts";

const usage = `Usage: npm run key -- --remote [--email ADDRESS] [--workspace NAME]
       npm run key -- --local [--persist-to FOLDER] [--email ADDRESS] [--workspace NAME]
       npm run key -- --remote --new-password

Makes an API key with every permission and shows it once. Keys that exist stay valid.

  --remote             on the database of your Cloudflare account
  --local              on a database on this computer
  --persist-to FOLDER  with --local: where its data is (.wrangler/state)
  --email ADDRESS      who operates Mentha; needed for the first key
  --workspace NAME     what the first workspace is called (My workspace)
  --new-password       makes no key, but a new password of the operator, whose sessions end
`;

interface Options {
  readonly where: "remote" | "local";
  readonly state: string;
  readonly email: string | undefined;
  readonly workspace: string | undefined;
  readonly newPassword: boolean;
}

const flags = {
  remote: { type: "boolean", default: false },
  local: { type: "boolean", default: false },
  "persist-to": { type: "string" },
  email: { type: "string" },
  workspace: { type: "string" },
  "new-password": { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

const misused = (problem: string) => new CannotContinue(`${problem}\n\n${usage}`);

function readOptions(): Options | "help" {
  const { remote, local, "persist-to": persistTo, email, workspace, "new-password": newPassword, help } = parsed();
  if (help) return "help";
  if (remote === local) throw misused(remote ? "Choose --remote or --local, not both." : "Say which database: --remote or --local.");
  if (remote && persistTo !== undefined) throw misused("--persist-to goes with --local.");
  if (newPassword && (email !== undefined || workspace !== undefined)) throw misused("--new-password takes no --email and no --workspace.");
  return {
    newPassword,
    where: remote ? "remote" : "local",
    state: resolve(persistTo ?? inRoot(".wrangler", "state")),
    email: checked(EmailAddress, email, "--email must be an e-mail address, such as you@example.com."),
    workspace: checked(Name(100), workspace, "--workspace must be a name of 1 to 100 characters, on one line."),
  };
}

function parsed() {
  try {
    return parseArgs({ options: flags }).values;
  } catch (error) {
    throw misused(error instanceof Error ? error.message : String(error));
  }
}

function checked(schema: z.ZodType<string>, value: string | undefined, problem: string): string | undefined {
  const parsed = schema.optional().safeParse(value);
  if (parsed.success) return parsed.data;
  throw misused(problem);
}

/** Throws when the first operator or workspace is somebody or something else than was asked for: they are made once. */
function requireSame({ operator, workspace }: Owners, options: Options): void {
  if (operator && options.email !== undefined && options.email !== operator.email) {
    throw new CannotContinue(`The operator is ${operator.email} already. For another key of theirs, leave out --email.`);
  }
  if (workspace && options.workspace !== undefined && options.workspace !== workspace.name) {
    throw new CannotContinue(`There is a workspace already: "${workspace.name}". For another key to it, leave out --workspace.`);
  }
}

async function openDatabase({ where, state }: Options): Promise<RunSql> {
  if (where === "remote") await requireOwnDatabase();
  else takeOrThrow(state);
  return throughWrangler(where === "remote" ? ["--remote"] : ["--local", "--persist-to", state]);
}

async function makePassword(run: RunSql): Promise<string> {
  const signIn = await resetPassword(run);
  if (signIn === undefined) throw new CannotContinue("There is no operator yet, whose password could be made.");
  return `Sign in as: ${signIn.email}\nPassword:   ${signIn.password}\nKeep it: it is shown only now, and the database knows only its hash.`;
}

async function makeKey(run: RunSql, options: Options): Promise<string> {
  const owners = await readOwners(run);
  requireSame(owners, options);
  const email = options.email ?? owners.operator?.email;
  if (email === undefined) throw misused("This is the first key: say whose it is with --email.");
  const environment = options.where === "remote" ? "production" : "development";
  const key = await issueKey(run, owners, { environment, name: "Made by npm run key", email, workspace: options.workspace ?? "My workspace" });
  return `Your API key: ${key}\nKeep it: it is shown only now, and the database knows only its hash.`;
}

function takeOrThrow(state: string): void {
  mkdirSync(state, { recursive: true });
  const owner = takeState(state);
  if (owner !== undefined) throw new CannotContinue(`Mentha is running on this data (process ${owner}). Stop it, then run: npm start -- --new-key`);
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options === "help") return console.log(usage);
  const run = await openDatabase(options);
  console.log(`\n${await (options.newPassword ? makePassword(run) : makeKey(run, options))}\n`);
}

await main().catch((error: unknown) => {
  console.error(error instanceof CannotContinue ? `\n${error.message}\n` : error);
  // Not process.exit: to end while the engine still compiles in the background has been seen to hang.
  process.exitCode = 1;
});
