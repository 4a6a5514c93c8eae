import { cp, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { build } from "../../local/build.ts";
import { migrate } from "../../local/migrate.ts";
import { inRoot } from "../../local/paths.ts";
import { startRuntime } from "../../local/runtime.ts";
import { newSecrets } from "../../local/secrets.ts";
import { seed } from "../../local/seed.ts";
import { sqlOn } from "../../local/sql-text.ts";
import { freePort, type NpmStart, npmStart, processesOf } from "../helpers/node/npm-start.ts";

const started: NpmStart[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const { pid } of started.splice(0)) if ((await processesOf(pid)).length > 0) process.kill(-pid, "SIGKILL");
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function newState(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mentha-start-"));
  folders.push(folder);
  return folder;
}

function start(options: Parameters<typeof npmStart>[0]): NpmStart {
  const process = npmStart(options);
  started.push(process);
  return process;
}

const keyIn = (output: string): string | undefined => /mk_test_[0-9A-Za-z]+/.exec(output)?.[0];

/** With what somebody may sign in, as it was printed. */
function signInIn(output: string): { email: string; password: string } | undefined {
  const [, email, password] = /mentha login \S+ --email (\S+)\n +(\S+)\n/.exec(output) ?? [];
  return email === undefined || password === undefined ? undefined : { email, password };
}

interface SignedIn {
  readonly status: number;
  readonly accessToken?: string;
}
async function signIn(port: number, body: ReturnType<typeof signInIn>): Promise<SignedIn> {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(`http://localhost:${port}/api/v1/auth/login`, { method: "POST", headers, body: JSON.stringify(body) });
  const { accessToken }: { accessToken?: string } = await response.json();
  return { status: response.status, ...(accessToken === undefined ? {} : { accessToken }) };
}
const statusOfMe = async (port: number, { accessToken }: SignedIn) =>
  (await fetch(`http://localhost:${port}/api/v1/me`, { headers: { Authorization: `Bearer ${accessToken}` } })).status;

const listAudits = (port: number, key: string | undefined) => fetch(`http://localhost:${port}/api/v1/audits`, { headers: { "X-API-Key": key ?? "" } });

/** Data as it was when the operator had an address of one word and no password; answers with their key. */
async function seedWithoutPassword(state: string): Promise<string | undefined> {
  await build();
  const { database, close } = await startRuntime({ port: 0, vars: newSecrets(), persistTo: join(state, "v3"), onLog: () => {} });
  await migrate(database);
  const key = await seed(sqlOn(database));
  await database.prepare("UPDATE users SET email = 'operator@localhost'").run();
  await close();
  return key;
}

/** A checkout of its own with these variables in .dev.vars; all but the scripts that look for that file is this one's. */
async function checkoutWith(vars: string): Promise<string> {
  const folder = await newState();
  await cp(inRoot("local"), join(folder, "local"), { recursive: true });
  await Promise.all(
    ["package.json", "package-lock.json", "wrangler.toml", "shared", "workers", "durable-objects", "migrations", "schemas", "node_modules"].map((name) =>
      symlink(inRoot(name), join(folder, name)),
    ),
  );
  await writeFile(join(folder, ".dev.vars"), vars);
  return folder;
}

describe("npm start", () => {
  it("serves the API with the key that it prints, and the documentation, and ends everything on SIGTERM to npm", async () => {
    const [port, state] = [await freePort(), await newState()];
    const mentha = start({ port, state });
    await mentha.printed("Stop it with Ctrl-C");
    expect(mentha.output()).toContain(`Mentha is ready: http://localhost:${port}`);
    const key = keyIn(mentha.output());
    expect(mentha.output()).toContain(`curl -H "X-API-Key: ${key}" "http://localhost:${port}/api/v1/audits?limit=1"`);
    expect((await listAudits(port, key)).status).toBe(200);
    expect((await fetch(`http://localhost:${port}/docs`)).status).toBe(200);
    const operator = signInIn(mentha.output());
    expect(operator?.password).toMatch(/^.{20,}$/);
    expect(mentha.output()).toContain(`npx mentha login http://localhost:${port} --email ${operator?.email}`);
    expect(await statusOfMe(port, await signIn(port, operator))).toBe(200);
    expect((await fetch(/http:\S+\/dev\/mail/.exec(mentha.output())?.[0] ?? "")).status).toBe(200);
    expect((await processesOf(mentha.pid)).some((line) => line.includes("workerd"))).toBe(true);

    process.kill(mentha.pid, "SIGTERM");
    expect(await mentha.ended).toBe(0);
    await vi.waitFor(async () => expect(await processesOf(mentha.pid)).toEqual([]), 10_000);
    await expect(listAudits(port, "any")).rejects.toThrow();
  });

  it("keeps its data, shows neither key nor password again, and makes new ones on request", async () => {
    const [port, state] = [await freePort(), await newState()];
    const first = start({ port, state });
    await first.printed("Stop it with Ctrl-C");
    const firstKey = keyIn(first.output());
    const firstSignIn = signInIn(first.output());
    const session = await signIn(port, firstSignIn);
    process.kill(first.pid, "SIGTERM");
    await first.ended;

    const second = start({ port, state });
    await second.printed("Stop it with Ctrl-C");
    expect(keyIn(second.output())).toBeUndefined();
    expect(signInIn(second.output())).toBeUndefined();
    expect(second.output()).toContain("npm start -- --new-key");
    expect(await statusOfMe(port, session)).toBe(200);
    process.kill(second.pid, "SIGTERM");
    await second.ended;

    const third = start({ port, state, args: ["--new-key", "--new-password"] });
    await third.printed("Stop it with Ctrl-C");
    const newKey = keyIn(third.output());
    expect(newKey).not.toBe(firstKey);
    expect([(await listAudits(port, firstKey)).status, (await listAudits(port, newKey)).status]).toEqual([200, 200]);
    expect(await statusOfMe(port, session)).toBe(401);
    expect((await signIn(port, firstSignIn)).status).toBe(401);
    expect((await signIn(port, signInIn(third.output()))).status).toBe(200);
  });

  it("keeps the keys of data that is older than passwords, and says how to get one", async () => {
    const [port, state] = [await freePort(), await newState()];
    const key = await seedWithoutPassword(state);
    const first = start({ port, state });
    await first.printed("Stop it with Ctrl-C");
    expect(first.output()).toContain("Nobody can sign in yet");
    expect(first.output()).toContain("npm start -- --new-password");
    expect((await listAudits(port, key)).status).toBe(200);
    process.kill(first.pid, "SIGTERM");
    await first.ended;

    const second = start({ port, state, args: ["--new-password"] });
    await second.printed("Stop it with Ctrl-C");
    expect(signInIn(second.output())?.email).toBe("operator@mentha.localhost");
    expect((await signIn(port, signInIn(second.output()))).status).toBe(200);
    expect((await listAudits(port, key)).status).toBe(200);
  });

  it.each(["SIGINT", "SIGHUP"] as const)("leaves nothing behind when the terminal sends %s to all of it", async (signal) => {
    const mentha = start({ port: await freePort(), state: await newState() });
    await mentha.printed("Stop it with Ctrl-C");
    process.kill(-mentha.pid, signal);
    await mentha.ended;
    await vi.waitFor(async () => expect(await processesOf(mentha.pid)).toEqual([]), 10_000);
  });

  it("says which port is busy and how to choose another", async () => {
    const port = await freePort();
    const first = start({ port, state: await newState() });
    await first.printed("Stop it with Ctrl-C");
    const state = await newState();
    const second = start({ port, state });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(
      `Port ${port} is already in use by another program. Choose another one: MENTHA_STATE=${state} PORT=${port + 1} npm start`,
    );
  });

  it("refuses data that another start has open", async () => {
    const state = await newState();
    const first = start({ port: await freePort(), state });
    await first.printed("Stop it with Ctrl-C");
    const second = start({ port: await freePort(), state });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain("Mentha is already running on this data");
  });

  it("says what is wrong in .dev.vars, a sentence for each, and starts nothing", async () => {
    const checkout = await checkoutWith("LIMITS=list=5,reads=5\nCORS_ORIGINS=https://app.example.com/\n");
    const mentha = start({ port: await freePort(), state: await newState(), checkout });
    expect(await mentha.ended).toBe(1);
    const said = mentha.output().slice(mentha.output().indexOf("Mentha is not configured"));
    expect(said.trim().split("\n")).toEqual([
      "Mentha is not configured:",
      expect.stringMatching(/^- CORS_ORIGINS has "https:\/\/app\.example\.com\/", but .* It is set in \.dev\.vars or under \[vars\] in wrangler\.toml/),
      expect.stringMatching(
        /^- LIMITS has "list=5", but no limit has this name \(did you mean lists\?\)\. It is set in \.dev\.vars or under \[vars\] in wrangler\.toml/,
      ),
    ]);
    expect(mentha.output()).not.toContain("Database migrated");
    expect(mentha.output()).not.toMatch(/\n +at /);
  });

  it.each(["eighty", "0", "70000"])("refuses the port %s", async (port) => {
    const mentha = start({ port, state: await newState() });
    expect(await mentha.ended).toBe(1);
    expect(mentha.output()).toContain(`PORT is "${port}", but a port is a number from 1 to 65535.`);
  });
});
