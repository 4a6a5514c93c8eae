import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build } from "../../local/build.ts";
import { inRoot } from "../../local/paths.ts";
import { type Runtime, startRuntime } from "../../local/runtime.ts";
import { newSecrets } from "../../local/secrets.ts";
import { runTool } from "../../local/tools.ts";
import { type DeployableCheckout, deployableCheckout, runNpm } from "../helpers/node/deployable-checkout.ts";

const placeholder = "00000000-0000-0000-0000-000000000000";
const ownId = "6ba7b810-9dad-41d1-80b4-00c04fd430c8";
const ownUrl = "https://mentha.ada.workers.dev";

const cleanUps: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

async function checkoutWith(databaseId: string, publicUrl = ownUrl): Promise<DeployableCheckout> {
  const checkout = await deployableCheckout({ databaseId, publicUrl });
  cleanUps.push(checkout.remove);
  return checkout;
}

/** The Worker as production configures it, on data that wrangler made. */
async function serve(state: string): Promise<Runtime> {
  await build();
  // In development, since production answers nothing over the plain http of this computer.
  const vars = { ENVIRONMENT: "development", PUBLIC_URL: "http://localhost:8787", ...newSecrets() };
  const runtime = await startRuntime({ port: 0, vars, persistTo: join(state, "v3"), onLog: () => {} });
  cleanUps.push(runtime.close);
  return runtime;
}

const keyIn = (output: string) => /mk_(?:live|test)_[0-9A-Za-z]+/.exec(output)?.[0] ?? "";
const statusOf = async ({ url }: Runtime, path: string, key: string) => (await fetch(`${url}${path}`, { headers: { "X-API-Key": key } })).status;

describe("npm run deploy", () => {
  it("says how to get a database, and does nothing, while wrangler.toml names none", async () => {
    const checkout = await checkoutWith(placeholder);
    const { code, output } = await checkout.npm(["run", "deploy"]);
    expect(code).toBe(1);
    expect(output).toContain("wrangler.toml does not name your database yet.");
    expect(output).toContain("npx wrangler d1 create mentha");
    expect(await checkout.calls()).toEqual([]);
  });

  it.each(["https://mentha.example.com", "https://mentha.example.com/", ""])("asks for the address of the installation while it is %j", async (url) => {
    const checkout = await checkoutWith(ownId, url);
    const { code, output } = await checkout.npm(["run", "deploy"]);
    expect(code).toBe(1);
    expect(output).toContain("Put its address there, as PUBLIC_URL under [vars]");
    expect(await checkout.calls()).toEqual([]);
  });

  it("builds, then migrates, then deploys", async () => {
    const checkout = await checkoutWith(ownId);
    expect(await checkout.npm(["run", "deploy"])).toMatchObject({ code: 0, output: expect.stringContaining("Mentha is deployed.") });
    const [bundle, ...rest] = await checkout.calls();
    expect(bundle?.slice(0, 2)).toEqual(["deploy", "--dry-run"]);
    expect(rest).toEqual([["d1", "migrations", "apply", "DB", "--remote"], ["deploy"]]);
  });

  it.each([
    ["deploy --dry-run", "Nothing was deployed.", 1],
    ["d1 migrations", "The migrations were not all applied, so the Worker was not deployed", 2],
  ])("stops when %s fails, and says what holds", async (failing, message, calls) => {
    const checkout = await checkoutWith(ownId);
    const { code, output } = await checkout.npm(["run", "deploy"], { failing });
    expect(code).toBe(1);
    expect(output).toContain(message);
    expect(await checkout.calls()).toHaveLength(calls);
  });

  it.each(["--env", "staging"])("takes no options (%s)", async (option) => {
    const checkout = await checkoutWith(ownId);
    const { code, output } = await checkout.npm(["run", "deploy", "--", option]);
    expect(code).toBe(1);
    expect(output).toContain(`npm run deploy takes no options, and got ${option}.`);
    expect(await checkout.calls()).toEqual([]);
  });
});

describe("npm run key -- --remote", () => {
  const workspace = `Zoë's "shop"; DROP TABLE api_keys; --`;
  let checkout: DeployableCheckout;
  let firstKey = "";
  beforeAll(async () => {
    checkout = await checkoutWith(ownId);
    await checkout.npm(["run", "deploy"]);
  });
  const makeKey = (...options: string[]) => checkout.npm(["run", "key", "--", "--remote", ...options]);

  it("asks who the first operator is", async () => {
    expect(await makeKey()).toMatchObject({ code: 1, output: expect.stringContaining("This is the first key: say whose it is with --email.") });
  });

  it("hands the database the hash of the key and never the key", async () => {
    const { code, output } = await makeKey("--email", "Ada@Example.com", "--workspace", workspace);
    expect(code).toBe(0);
    firstKey = keyIn(output);
    expect(firstKey).toMatch(/^mk_live_/);
    const calls = JSON.stringify(await checkout.calls());
    expect(calls).toContain(createHash("sha256").update(firstKey).digest("hex"));
    expect(calls).not.toContain(firstKey);
  });

  it.each([
    [["--email", "grace@example.com"], "The operator is ada@example.com already."],
    [["--workspace", "Another"], `There is a workspace already: "${workspace}".`],
  ])("does not make a second owner (%j)", async (options, message) => {
    expect(await makeKey(...options)).toMatchObject({ code: 1, output: expect.stringContaining(message) });
  });

  it("makes keys of an operator that the deployed Worker accepts, as many as wanted", async () => {
    const secondKey = keyIn((await makeKey()).output);
    const runtime = await serve(checkout.account);
    for (const key of [firstKey, secondKey]) {
      expect(await statusOf(runtime, "/api/v1/audits", key)).toBe(200);
      expect(await statusOf(runtime, "/api/admin/dead-letters", key)).toBe(200);
    }
    expect(secondKey).not.toBe(firstKey);
    const owner = "SELECT email, name, role FROM members JOIN users ON users.id = user_id JOIN workspaces ON workspaces.id = workspace_id";
    const { results } = await runtime.database.prepare(owner.replace("name", "workspaces.name")).all();
    expect(results).toEqual([{ email: "ada@example.com", name: workspace, role: "admin" }]);
  });

  it("makes the operator a new password, and keeps only its hash, when that is asked for", async () => {
    const { code, output } = await makeKey("--new-password");
    expect(code).toBe(0);
    expect(keyIn(output)).toBe("");
    const [, email, password = ""] = /Sign in as: (\S+)\nPassword: +(\S+)\n/.exec(output) ?? [];
    expect(email).toBe("ada@example.com");
    expect(JSON.stringify(await checkout.calls())).not.toContain(password);
    const runtime = await serve(checkout.account);
    const body = JSON.stringify({ email, password });
    const signedIn = await fetch(`${runtime.url}/api/v1/auth/login`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    expect(signedIn.status).toBe(200);
  });

  it("says how to get a database while wrangler.toml names none", async () => {
    const { code, output } = await (await checkoutWith(placeholder)).npm(["run", "key", "--", "--remote", "--email", "ada@example.com"]);
    expect(code).toBe(1);
    expect(output).toContain("wrangler.toml does not name your database yet.");
  });
});

describe("npm run key -- --local", () => {
  let state: string;
  beforeAll(async () => {
    state = await mkdtemp(join(tmpdir(), "mentha-key-"));
    cleanUps.push(() => rm(state, { recursive: true, force: true }));
  });
  const makeKey = (...options: string[]) => runNpm(inRoot(), ["run", "key", "--", "--local", "--persist-to", state, ...options]);

  it("says how to make the tables when there are none", async () => {
    const { code, output } = await makeKey("--email", "ada@example.com");
    expect(code).toBe(1);
    expect(output).toContain(`npx wrangler d1 migrations apply DB --local --persist-to ${state}`);
  });

  it("makes a key that a Worker on the same data accepts", async () => {
    expect((await runTool("wrangler", ["d1", "migrations", "apply", "DB", "--local", "--persist-to", state])).code).toBe(0);
    const { code, output } = await makeKey("--email", "ada@example.com");
    expect(code).toBe(0);
    const runtime = await serve(state);
    expect(await statusOf(runtime, "/api/v1/audits", keyIn(output))).toBe(200);
  });
});

describe("the options of npm run key", () => {
  it.each([
    [[], "Say which database: --remote or --local."],
    [["--remote", "--local"], "Choose --remote or --local, not both."],
    [["--remote", "--persist-to", "x"], "--persist-to goes with --local."],
    [["--local", "--new-password", "--email", "ada@example.com"], "--new-password takes no --email and no --workspace."],
    [["--local", "--email", "ada"], "--email must be an e-mail address, such as you@example.com."],
    [["--local", "--workspace", " "], "--workspace must be a name of 1 to 100 characters, on one line."],
    [["--local", "--workspace", "Shop\u001b[2J"], "--workspace must be a name of 1 to 100 characters, on one line."],
    [["--local", "--mail", "ada@example.com"], "Unknown option '--mail'"],
    [["--local", "ada@example.com"], "Unexpected argument 'ada@example.com'"],
  ])("are explained when they cannot be used: %j", async (options, message) => {
    const { code, output } = await runNpm(inRoot(), ["run", "key", "--", ...options]);
    expect(code).toBe(1);
    expect(output).toContain(message);
    expect(output).toContain("Usage: npm run key");
  });
});

it("the guide to deployment sets every secret that a deployment needs", async () => {
  const guide = await readFile(inRoot("docs", "deployment.md"), "utf8");
  const [, list = ""] = /^required = \[(.*)\]$/m.exec(await readFile(inRoot("wrangler.toml"), "utf8")) ?? [];
  const required = [...list.matchAll(/"(\w+)"/g)].map(([, name]) => name);
  expect(required.length).toBeGreaterThan(1);
  for (const name of required) expect(guide).toContain(`wrangler secret put ${name}\n`);
});

it("the guide to deployment names everything in wrangler.toml that has to be created", async () => {
  const guide = await readFile(inRoot("docs", "deployment.md"), "utf8");
  const settings = await readFile(inRoot("wrangler.toml"), "utf8");
  const named = (field: string) => [...settings.matchAll(new RegExp(`^${field} = "(.+)"$`, "gm"))].map(([, name]) => name);
  const queues = new Set([...named("queue"), ...named("dead_letter_queue")]);
  expect(queues.size).toBe(10);
  for (const queue of queues) expect(guide).toMatch(new RegExp(`\\b${queue}\\b(?!-)`));
  for (const name of named("database_name")) expect(guide).toContain(`wrangler d1 create ${name}\n`);
  for (const name of named("bucket_name")) expect(guide).toContain(`wrangler r2 bucket create ${name}\n`);
});
