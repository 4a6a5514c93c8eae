import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Credentials } from "../../../cli/sign-in/credentials.ts";
import { build } from "../../../local/build.ts";
import { migrate } from "../../../local/migrate.ts";
import { localOperator, newPassword } from "../../../local/operator.ts";
import { type Runtime, startRuntime } from "../../../local/runtime.ts";
import { newSecrets } from "../../../local/secrets.ts";
import { seed } from "../../../local/seed.ts";
import { sqlOn } from "../../../local/sql-text.ts";
import manifest from "../../../package.json" with { type: "json" };
import { type Site, startSite } from "../../helpers/node/local-site.ts";
import { menthaHere } from "./run-here.ts";
import { mentha } from "./run-mentha.ts";

const password = newPassword();
let server: Runtime;
let site: Site;
let root = "";
let folder = "";
let folders = 0;

beforeAll(async () => {
  await build();
  // All of these tests sign in from one address, and more often than one person does.
  const limits = { LIMITS: "signIn=1000,refreshes=1000,keys=1000" };
  const vars = { ENVIRONMENT: "development", PUBLIC_URL: "http://localhost", EGRESS_ALLOW: "loopback", ...limits, ...newSecrets() };
  server = await startRuntime({ port: 0, vars, onLog: () => {} });
  await migrate(server.database);
  await seed(sqlOn(server.database), password);
  site = await startSite({ "/": "<!doctype html><title>Home</title>" });
  root = await mkdtemp(join(tmpdir(), "mentha-sign-in-"));
});
afterAll(async () => {
  await server.close();
  await site.close();
  await rm(root, { recursive: true });
});
beforeEach(() => {
  folder = join(root, String(++folders));
});

/** Runs a command of somebody who keeps what they signed in with in this test's folder. */
const run = (args: readonly string[], { input = "", ...env }: Readonly<Record<string, string>> = {}) =>
  menthaHere(args, { input, env: { MENTHA_CONFIG: folder, ...env } });
/** The same in a process of its own. */
const runApart = (args: readonly string[], input = "") => mentha(args, { input, env: { MENTHA_CONFIG: folder } });
const login = (typed = password) => run(["login", server.url, "--email", localOperator], { input: `${typed}\n` });
const signInAgain = `Sign in again: npx mentha login `;

const credentials = () => join(folder, "credentials.json");
const kept = async (): Promise<Credentials> => Credentials.parse(JSON.parse(await readFile(credentials(), "utf8")));
/** Lets the access token that is kept be over. */
async function expire(): Promise<void> {
  await writeFile(credentials(), (await readFile(credentials(), "utf8")).replace(/"expiresAt": \d+/, '"expiresAt": 0'));
}
const openSessions = "SELECT count(*) AS open FROM sessions WHERE revoked_at IS NULL";
const sql = async (text: string, ...values: readonly string[]) =>
  (
    await server.database
      .prepare(text)
      .bind(...values)
      .all()
  ).results;

async function newKey(...options: readonly string[]): Promise<string> {
  const { stdout } = await run(["keys", "create", "--name", "CI", "--scope", "audits:read,audits:write,keys:read", ...options]);
  return stdout.trim();
}
const withKey = (key: string) => run(["whoami"], { MENTHA_SERVER: server.url, MENTHA_KEY: key });
const refusedKey = { code: 2, stdout: "", stderr: expect.stringContaining("The server does not accept the key") };

describe("mentha login", () => {
  it("keeps a session for its owner's eyes only, and neither keeps nor shows the password", async () => {
    const { code, stdout, stderr } = await runApart(["login", server.url, "--email", localOperator], password);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toBe(`Signed in to ${server.url} as ${localOperator}. Commands mean this server from now on.\nWorkspace: My workspace (admin)\n`);
    expect([(await stat(credentials())).mode & 0o777, (await stat(folder)).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(await readFile(credentials(), "utf8")).not.toContain(password);
    expect(await run(["whoami"])).toMatchObject({ code: 0, stdout: expect.stringMatching(/My workspace \(admin\)[\s\S]*audits:write/) });
    const asJson: unknown = JSON.parse((await run(["whoami", "--json"])).stdout);
    expect(asJson).toMatchObject({ server: server.url, user: { email: localOperator }, workspace: { role: "admin" } });
  });

  it("keeps an API key that is given instead", async () => {
    await login();
    const key = await newKey();
    expect(await run(["login", server.url, "--key"], { input: `${key}\n` })).toMatchObject({ code: 0, stderr: expect.stringContaining('the API key "CI"') });
    expect((await kept()).servers).toEqual({ [server.url]: { kind: "key", key } });
    expect(await run(["keys", "create", "--name", "More", "--scope", "audits:read"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("The key may not do this: This needs the permission keys:write"),
    });
  });

  it("ends the session that it replaces", async () => {
    await login();
    const [before] = Object.values((await kept()).servers);
    const [open] = await sql(openSessions);
    await login();
    await expire();
    await login();
    expect(await sql(openSessions)).toEqual([open]);
    expect(Object.values((await kept()).servers)[0]).not.toEqual(before);
  });

  it.each<[string, readonly string[]]>([
    ["whose workspace is not theirs", ["--workspace", "Hers"]],
    ["that cannot be kept", []],
  ])("leaves no session behind %s", async (_, options) => {
    const [before] = await sql(openSessions);
    if (options.length === 0) await mkdir(folder, { mode: 0o700 }).then(() => chmod(folder, 0o770));
    expect(await run(["login", server.url, "--email", localOperator, ...options], { input: password })).toMatchObject({ code: 2 });
    expect(await sql(openSessions)).toEqual([before]);
  });

  it("names the command and its version in the list of sessions", async () => {
    await login();
    const [session] = await sql("SELECT user_agent AS userAgent FROM sessions ORDER BY created_at DESC, id DESC LIMIT 1");
    expect(session).toEqual({ userAgent: `mentha/${manifest.version}` });
  });

  /** Does something while nobody is in a workspace. */
  async function inNone(work: () => Promise<void>): Promise<void> {
    const members = await sql("SELECT * FROM members");
    await sql("DELETE FROM members");
    try {
      await work();
    } finally {
      for (const { workspace_id, user_id, role, created_at } of members) {
        await sql(
          "INSERT INTO members (workspace_id, user_id, role, created_at) VALUES (?, ?, ?, ?)",
          ...[workspace_id, user_id, role, created_at].map(String),
        );
      }
    }
  }

  it("tells somebody in no workspace so", async () => {
    await sql("UPDATE users SET is_operator = 0");
    try {
      await inNone(async () => {
        expect((await login()).stderr).toContain("Workspace: none yet; ask an admin of one to invite you\n");
        expect((await run(["whoami"])).stdout).toContain("none yet; ask");
        expect(await run(["log", "--installation"])).toMatchObject({ code: 2, stderr: expect.stringContaining("You may not do this") });
      });
    } finally {
      await sql("UPDATE users SET is_operator = 1 WHERE email = ?", localOperator);
    }
  });

  it("lets an operator in no workspace do what they can, whatever workspace was kept", async () => {
    await login();
    await inNone(async () => {
      const hint = "none yet; as an operator you may make one";
      for (const before of ["kept", "none"] as const) {
        if (before === "none") expect((await login()).stderr).toContain(hint);
        expect(await run(["whoami"])).toMatchObject({ code: 0, stdout: expect.stringContaining(hint) });
        expect(await run(["log", "--installation"])).toMatchObject({ code: 0, stdout: expect.stringContaining("session.start") });
        expect(await run(["log", "--installation", "--verify"])).toMatchObject({ code: 0 });
        expect(await run(["log"])).toMatchObject({ code: 2, stderr: expect.stringContaining(hint) });
        const byAddress = await run(["log", "--installation", "--user", localOperator]);
        expect(byAddress).toMatchObject({ code: 2, stderr: expect.stringContaining("Name somebody by their id") });
      }
      expect(await run(["whoami", "--workspace", "wsp_00000000000000000000000000"])).toMatchObject({ code: 2 });
    });
  });

  it("keeps nothing for a wrong password, and says so without repeating it", async () => {
    const { code, stderr } = await login("not the right password");
    expect(code).toBe(2);
    expect(stderr).toContain("The e-mail address or the password is not right.");
    expect(stderr).toContain(`${server.url}/forgot-password`);
    expect(stderr).not.toContain("not the right password");
    await expect(stat(credentials())).rejects.toThrow("ENOENT");
  });

  it.each<[string, () => readonly string[], number, string]>([
    ["a server that is not there", () => ["http://127.0.0.1:65530", "--email", localOperator], 3, "http://127.0.0.1:65530 cannot be reached"],
    ["a server that is something else", () => [site.url, "--email", localOperator], 3, "is no installation of Mentha"],
    ["a page of a server", () => [`${server.url}/docs`, "--email", localOperator], 3, "Did you mean http://"],
    ["what is no web address", () => ["ftp://mentha.example"], 2, "ftp://mentha.example cannot be signed in to"],
    ["a server without encryption", () => ["http://mentha.example", "--email", localOperator], 2, "Write https://mentha.example instead"],
    ["nobody", () => [server.url], 2, "Say who signs in: --email ADDRESS"],
    ["no password", () => [server.url, "--email", localOperator], 2, "nothing was given"],
    ["a password on the command line", () => [server.url, "hunter2"], 2, "read from standard input"],
  ])("signs in to nothing for %s, and says what to do", async (_, args, code, message) => {
    const ended = await run(["login", ...args()]);
    expect(ended).toMatchObject({ code, stderr: expect.stringContaining(message) });
    expect(ended.stderr).not.toContain("hunter2");
  });
});

describe("a command of somebody who is not signed in", () => {
  it.each([[["whoami"]], [["keys", "list"]], [["logout"]]])("says so: %j", async (args) => {
    expect(await run(args)).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("You are not signed in anywhere.") });
  });

  it("says to which server to sign in for an audit", async () => {
    expect(await run(["audit", site.url, "--server", server.url])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`You are not signed in to ${server.url}. Sign in: npx mentha login ${server.url}`),
    });
  });

  it.each([[["whoami"]], [["keys", "list"]], [["audit", "example.com", "--key", "mk_test_x"]]])(
    "sends a key to no server without encryption: %j",
    async (args) => {
      const named = await run([...args, "--server", "http://mentha.example"], { MENTHA_KEY: "mk_test_x" });
      expect(named).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("Write https://mentha.example instead") });
      expect(await run(args, { MENTHA_SERVER: "http://mentha.example", MENTHA_KEY: "mk_test_x" })).toEqual(named);
    },
  );

  it("says that a key without a server is not used for an audit from here, and audits", async () => {
    const { code, stderr } = await run(["audit", "http://127.0.0.1:9", "--max-pages", "1"], { MENTHA_KEY: "mk_test_x" });
    expect(code).toBe(3);
    expect(stderr).toMatch(/^MENTHA_KEY is not used: no server is named .*\nAuditing /);
  });

  it("uses nothing that others could have read", async () => {
    await login();
    await chmod(credentials(), 0o644);
    expect(await run(["whoami"])).toMatchObject({ code: 2, stderr: expect.stringContaining(`chmod 600 ${credentials()}`) });
  });
});

describe("a session that mentha login keeps", () => {
  beforeEach(async () => {
    await login();
  });

  it("lets audits run on the server without a key", async () => {
    const { code, stderr } = await run(["audit", site.url, "--server", server.url, "--max-pages", "1"]);
    expect(code).toBe(0);
    expect(stderr).toContain(`from ${server.url}`);
  });

  it("is renewed for commands that run at the same time, and goes on", async () => {
    await expire();
    const [renewals] = await sql("SELECT count(*) AS n FROM refresh_tokens");
    const ended = await Promise.all([runApart(["whoami"]), runApart(["keys", "list"])]);
    expect(ended.map(({ code, stderr }) => ({ code, stderr }))).toEqual(Array.from({ length: 2 }, () => ({ code: 0, stderr: "" })));
    expect(await sql("SELECT count(*) AS n FROM refresh_tokens")).toEqual([{ n: Number(renewals?.n) + 1 }]);
    await expire();
    expect(await run(["whoami"])).toMatchObject({ code: 0 });
  });

  it("that ended elsewhere says so, and how to sign in again", async () => {
    await sql("UPDATE sessions SET revoked_at = created_at WHERE revoked_at IS NULL");
    expect(await run(["keys", "list"])).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(signInAgain + server.url) });
  });

  it("ends with mentha logout, on the server too", async () => {
    const login = Object.values((await kept()).servers)[0];
    expect(await run(["logout"])).toMatchObject({ code: 0, stderr: `Signed out of ${server.url}.\n` });
    expect(await run(["whoami"])).toMatchObject({ code: 2 });
    const token = login?.kind === "session" ? login.accessToken : "";
    expect((await fetch(`${server.url}/api/v1/me`, { headers: { Authorization: `Bearer ${token}` } })).status).toBe(401);
  });

  it("stays in the only workspace when somebody gets a second one, also after they sign in again, and says how to choose", async () => {
    await joinShop();
    try {
      await newKey();
      expect(await run(["keys", "list"])).toMatchObject({ code: 0, stdout: expect.stringContaining("CI") });
      const { stdout } = await run(["whoami"]);
      expect(stdout).toMatch(/^Workspace +My workspace \(admin\)/m);
      expect(stdout).toMatch(/^Also in +Web shop \(qa\)/m);
      expect(stdout).toContain(`--workspace NAME or ID for one command; to keep it: npx mentha login ${server.url} --workspace NAME`);
      expect((await login()).stderr).toContain("Workspace: My workspace (admin)\n");
      await run(["login", server.url, "--email", localOperator, "--workspace", "Web shop"], { input: password });
      expect((await run(["whoami"])).stdout).toMatch(/^Workspace +Web shop \(qa\)/m);
    } finally {
      await leaveShop();
    }
    // They are in the other one no more.
    expect(await run(["keys", "list"])).toMatchObject({ code: 2, stderr: expect.stringMatching(/do not belong to the workspace wsp_\w+\. Yours:\n {2}wsp_/) });
  });

  it("asks for a workspace where there are several, and takes its name", async () => {
    await joinShop();
    try {
      await rm(credentials());
      expect((await login()).stderr).toContain("You belong to several workspaces:\n");
      const unclear = await run(["keys", "list"]);
      expect(unclear).toMatchObject({ code: 2, stdout: "" });
      expect(unclear.stderr).toMatch(/workspaces:\n {2}wsp_\w+ {2}(?:My workspace \(admin\)|Web shop \(qa\))\n {2}wsp_/);
      expect(unclear.stderr).toContain("--workspace NAME or ID for one command");
      expect((await run(["keys", "list", "--workspace", "web shop", "--json"])).stdout).toBe("[]\n");
      expect(await run(["keys", "create", "--name", "CI", "--scope", "audits:read", "--workspace", "Web shop"])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("You may not do this: This needs the permission keys:write"),
      });
    } finally {
      await leaveShop();
    }
  });
});

async function joinShop(): Promise<void> {
  const [{ id } = {}] = await sql("SELECT id FROM users");
  await sql("INSERT OR IGNORE INTO workspaces (id, name, created_at) VALUES ('wsp_01k9z8q5v0c3r7t2m4n6p8s1w5', 'Web shop', 1)");
  await sql("INSERT INTO members (workspace_id, user_id, role, created_at) VALUES ('wsp_01k9z8q5v0c3r7t2m4n6p8s1w5', ?, 'qa', 1)", String(id));
}
const leaveShop = () => sql("DELETE FROM members WHERE role = 'qa'");

describe("mentha log and mentha usage", () => {
  beforeEach(async () => {
    await login();
  });

  it("tell what was done, check that it is whole, and write all of it", async () => {
    const prefix = (await newKey()).slice(0, 16);
    const entries: unknown = JSON.parse((await run(["log", "--action", "key.generate", "--target", prefix, "--json"])).stdout);
    expect(entries).toEqual([expect.objectContaining({ action: "key.generate", target: expect.objectContaining({ id: prefix }) })]);
    expect(await run(["log", "--verify"])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+ entries checked, all as they were sealed\./) });
    expect(await run(["keys", "edit", prefix, "--limit", "lists=30"])).toMatchObject({ code: 0 });
    const edits = await run(["log", "--user", localOperator.toUpperCase(), "--target", prefix, "--action", "key.update"]);
    expect(edits).toMatchObject({ code: 0, stdout: expect.stringContaining("limits: lists usual → 30") });
    expect((await run(["keys", "list"])).stdout).toMatch(new RegExp(`^${prefix} .* lists=30 `, "m"));
    const file = join(folder, "log.ndjson");
    expect(await run(["log", "--export", "ndjson", "--out", file])).toMatchObject({ code: 0, stderr: `The log is in ${file}\n` });
    expect((await readFile(file, "utf8")).split("\n").filter((line) => line.includes(prefix))).not.toEqual([]);
    expect(await run(["log", "--installation", "--action", "session.start"])).toMatchObject({ code: 0, stdout: expect.stringContaining(localOperator) });
    expect(await run(["usage"])).toMatchObject({ code: 0 });
  });
});

describe("mentha keys", () => {
  beforeEach(async () => {
    await login();
  });

  it("makes a key that is alone on standard output, audits with it, and refuses it once it is revoked", async () => {
    const { stdout, stderr } = await run(["keys", "create", "--name", "CI", "--scope", "audits:read,audits:write", "--expires", "90d"]);
    expect(stdout).toMatch(/^mk_test_[0-9A-Za-z]{49}\n$/);
    const key = stdout.trim();
    const prefix = key.slice(0, 16);
    expect(stderr).toContain(prefix);
    expect(stderr).not.toContain(key);
    const asked = { MENTHA_SERVER: server.url, MENTHA_KEY: key };
    expect(await run(["audit", site.url, "--max-pages", "1"], asked)).toMatchObject({ code: 0 });
    expect((await run(["keys", "list"])).stdout).toMatch(new RegExp(`^PREFIX.*\\n${prefix} +CI +active `));
    expect(await run(["keys", "revoke", prefix])).toMatchObject({ code: 0, stdout: "", stderr: `The key ${prefix} is revoked.\n` });
    expect(await run(["audit", site.url, "--max-pages", "1"], asked)).toMatchObject(refusedKey);
    expect((await run(["keys", "show", prefix])).stdout).toContain("Status     revoked");
  });

  it("rotates a key, at once or with a time in which both work", async () => {
    const first = await newKey();
    const graceful = await run(["keys", "rotate", first, "--grace", "1h"]);
    expect(graceful.stderr).toMatch(new RegExp(`\nThe old key ${first.slice(0, 16)} works until \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC\\.\n$`));
    const second = graceful.stdout.trim();
    expect(await withKey(first)).toMatchObject({ code: 0 });
    const atOnce = await run(["keys", "rotate", second]);
    expect(atOnce.stderr).toContain(`\nThe old key ${second.slice(0, 16)} has ended.\n`);
    const third = atOnce.stdout.trim();
    const list = await run(["keys", "list"]);
    expect(list.stdout).toMatch(new RegExp(`^${first.slice(0, 16)} .* rotated, still works `, "m"));
    expect(list.stdout).not.toContain(second.slice(0, 16));
    expect(list.stderr).toMatch(/^\d+ keys? that ha(?:s|ve) ended (?:is|are) not shown; --all shows (?:it|them)\.\n$/);
    const all = await run(["keys", "list", "--all"]);
    expect(all.stdout).toMatch(new RegExp(`^${second.slice(0, 16)} .* rotated, has ended `, "m"));
    expect(all.stderr).toBe("");
    expect(await withKey(second)).toMatchObject(refusedKey);
    expect(await withKey(third)).toMatchObject({ code: 0 });
  });

  it("says that there is none yet, and to which action an option belongs", async () => {
    await sql("DELETE FROM api_keys");
    expect(await run(["keys", "list"])).toEqual({ code: 0, stdout: "", stderr: "No keys yet.\n" });
    expect(await run(["keys", "create", "--grace", "1d"])).toMatchObject({ code: 2, stderr: expect.stringContaining("--grace is an option of rotate") });
  });

  it("edits a key, and names the option that the server finds wrong", async () => {
    const key = await newKey();
    const { stdout } = await run(["keys", "edit", key, "--name", "Nightly", "--ip", "203.0.113.7", "--limit", "lists=9", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ name: "Nightly", allowedIps: ["203.0.113.7/32"], limits: { lists: 9 } });
    expect((await run(["keys", "show", key])).stdout).toMatch(/^Limits +lists=9$/m);
    expect(await run(["keys", "edit", key, "--ip", "203.0.113.0/99"])).toMatchObject({ code: 2, stderr: expect.stringContaining("mentha: --ip: ") });
  });
});
