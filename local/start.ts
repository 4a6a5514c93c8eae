import { mkdirSync } from "node:fs";
import { connect } from "node:net";
import { join, relative, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { banner, type Made } from "./banner.ts";
import { BuildError, build } from "./build.ts";
import { ConfigError } from "./config.ts";
import { EgressAllowError, egressAllow } from "./egress-allow.ts";
import { logTo } from "./log-lines.ts";
import { migrate } from "./migrate.ts";
import { localOperator, newPassword, operatorOf, resetPassword } from "./operator.ts";
import { inRoot, root } from "./paths.ts";
import { type Runtime, startRuntime } from "./runtime.ts";
import { devVars } from "./secrets.ts";
import { addKey, seed } from "./seed.ts";
import { type RunSql, sqlOn } from "./sql-text.ts";
import { takeState } from "./state-lock.ts";

const usage = `Usage: npm start [-- --new-key] [--new-password]

Runs Mentha on this computer, at http://localhost:8787.

  --new-key        make and show another API key; those you have stay valid
  --new-password   make and show a new password of the operator, and end their sessions

Environment:
  PORT             port to listen on (8787)
  MENTHA_STATE     folder for the data (.wrangler/state)
  EGRESS_ALLOW     private sites that may be audited, beside those on this computer: host:port pairs, with commas between
`;

/** A reason not to start that the person can do something about; shown without a stack. */
class CannotStart extends Error {}

/** How long a Worker that was started may take to answer for the first time. */
const healthyWithinMs = 20_000;

async function start(): Promise<void> {
  const asked = options();
  const port = portOf(process.env.PORT);
  const allowed = egressAllow(process.env.EGRESS_ALLOW);
  const state = resolve(process.env.MENTHA_STATE ?? inRoot(".wrangler", "state"));
  const shown = (path: string) => (relative(root, path).startsWith("..") ? path : relative(root, path));

  takeOrThrow(state, shown(state), port);
  if (await isTaken(port)) {
    const kept = process.env.MENTHA_STATE === undefined ? "" : `MENTHA_STATE=${quoted(process.env.MENTHA_STATE)} `;
    throw new CannotStart(`Port ${port} is already in use by another program. Choose another one: ${kept}PORT=${nextPort(port)} npm start`);
  }

  await build({ onStart: () => console.log("Building the Worker; this takes a few seconds …") });
  const log = join(state, "mentha.log");
  const url = `http://localhost:${port}`;
  // `.dev.vars` comes last: whoever edits it means it.
  const vars: Readonly<Record<string, string>> = { ENVIRONMENT: "development", PUBLIC_URL: url, EGRESS_ALLOW: allowed, ...(await devVars()) };
  const runtime = await startRuntime({
    port,
    vars,
    // Where wrangler keeps its local data, so that its own commands see the same.
    persistTo: join(state, "v3"),
    onLog: await logTo(log, (line) => console.error(line)),
  });
  const migrated = await migrate(runtime.database);
  if (migrated.length > 0) console.log(`Database migrated: ${migrated.join(", ")}`);
  const made = await prepare(sqlOn(runtime.database), asked);
  await healthy(runtime);
  runtime.startCrons();
  console.log(banner({ url, data: shown(state), log: shown(log), sendsMail: (vars.RESEND_API_KEY ?? "") !== "", ...made }));
}

/** Makes what a first start needs and what was asked for; each is shown now and never again. */
async function prepare(run: RunSql, { newKey, newPassword: isNewPassword }: Options): Promise<Made> {
  const password = newPassword();
  const firstKey = await seed(run, password);
  if (firstKey !== undefined) return { key: firstKey, signIn: { email: localOperator, password }, operator: localOperator, canSignIn: true };
  const key = newKey ? await addKey(run) : undefined;
  const signIn = isNewPassword ? await resetPassword(run) : undefined;
  return { key, signIn, ...(await operatorOf(run)) };
}

interface Options {
  readonly newKey: boolean;
  readonly newPassword: boolean;
}

const flags = {
  "new-key": { type: "boolean", default: false },
  "new-password": { type: "boolean", default: false },
  help: { type: "boolean", short: "h" },
} as const;

function options(): Options {
  try {
    const { values } = parseArgs({ options: flags });
    if (values.help === true) {
      console.log(usage);
      process.exit(0);
    }
    return { newKey: values["new-key"], newPassword: values["new-password"] };
  } catch (error) {
    throw new CannotStart(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}

function portOf(text: string | undefined): number {
  if (text === undefined || text === "") return 8787;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new CannotStart(`PORT is "${text}", but a port is a number from 1 to 65535.`);
  return port;
}

/** A value as a shell takes it. */
const quoted = (text: string) => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

const nextPort = (port: number) => (port < 65_535 ? port + 1 : 8787);

function takeOrThrow(state: string, shown: string, port: number): void {
  mkdirSync(state, { recursive: true });
  const owner = takeState(state);
  if (owner === undefined) return;
  throw new CannotStart(
    `Mentha is already running on this data (process ${owner}, ${shown}). Stop it first, or start a second one with data of its own:\n\n` +
      `  MENTHA_STATE=.mentha/second PORT=${nextPort(port)} npm start\n\n` +
      `If process ${owner} is something else, delete ${join(shown, "mentha.pid")}.`,
  );
}

/** Whether something answers on a port, on either address that `localhost` may mean. */
async function isTaken(port: number): Promise<boolean> {
  const answers = (host: string) =>
    new Promise<boolean>((done) => {
      const socket = connect({ port, host }, () => {
        socket.destroy();
        done(true);
      });
      socket.once("error", () => done(false));
    });
  return (await Promise.all([answers("127.0.0.1"), answers("::1")])).includes(true);
}

async function healthy(runtime: Runtime): Promise<void> {
  const deadline = Date.now() + healthyWithinMs;
  for (;;) {
    const problem = await fetch(`${runtime.url}/healthz`).then(
      async (response) => (response.ok ? undefined : `${response.status} ${await response.text()}`),
      (error: unknown) => String(error),
    );
    if (problem === undefined) return;
    if (Date.now() > deadline) throw new CannotStart(`The Worker started but does not answer at /healthz:\n\n${problem}`);
    await sleep(200);
  }
}

// Exiting runs the exit hooks of Miniflare and of `runTool`, which end their processes at once: nothing is left behind.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    console.log("\nMentha stopped. Your data is kept.");
    process.exit(0);
  });
}

const explained = [CannotStart, BuildError, EgressAllowError, ConfigError];

await start().catch((error: unknown) => {
  console.error(error instanceof Error && explained.some((kind) => error instanceof kind) ? `\n${error.message}\n` : error);
  process.exit(1);
});
