import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Credentials } from "../../../cli/sign-in/credentials.ts";
import { build } from "../../../local/build.ts";
import { migrate } from "../../../local/migrate.ts";
import { type Runtime, startRuntime } from "../../../local/runtime.ts";
import { newSecrets } from "../../../local/secrets.ts";
import { menthaHere } from "./run-here.ts";

const token = "0123456789abcdef0123456789abcdef";
const password = "seven green lamps";
const answers = [token, "ada@example.com", "Ada Lovelace", password, password, "Web team"];

let server: Runtime;
let tokenless: Runtime;
let folder = "";
beforeAll(async () => {
  await build();
  const vars = { ENVIRONMENT: "development", PUBLIC_URL: "http://localhost", ...newSecrets() };
  tokenless = await startRuntime({ port: 0, vars, onLog: () => {} });
  server = await startRuntime({ port: 0, vars: { ...vars, SETUP_TOKEN: token }, onLog: () => {} });
  await migrate(server.database);
  folder = await mkdtemp(join(tmpdir(), "mentha-setup-"));
});
afterAll(async () => {
  await server.close();
  await tokenless.close();
  await rm(folder, { recursive: true });
});

const setUp = (url: string, typed: readonly string[], ...options: readonly string[]) =>
  menthaHere(["setup", url, ...options], { typed, env: { MENTHA_CONFIG: folder } });
const users = async () => (await server.database.prepare("SELECT email, name, is_operator AS isOperator FROM users").all()).results;

// In this order: the last one works, and it works once.
describe("mentha setup", () => {
  it.each<[string, readonly string[], number, string]>([
    ["another token", [`${token}0`, ...answers.slice(1)], 2, "This is not the setup token of this installation."],
    ["two different passwords", answers.with(4, "seven green lamp"), 2, "These were two different passwords."],
    ["a password that is easy to guess", answers.with(3, "ada@example.com").with(4, "ada@example.com"), 2, "The password: "],
    ["a bad address", answers.with(1, "ada"), 2, "--email: "],
    ["no token", ["", ...answers.slice(1)], 2, "Setup token: nothing was given"],
  ])("makes nobody for %s, and says what is wrong", async (_, typed, code, message) => {
    const ended = await setUp(server.url, typed);
    expect(ended).toMatchObject({ code, stdout: "", stderr: expect.stringContaining(message) });
    expect(await users()).toEqual([]);
  });

  it("says how to allow it where there is no token", async () => {
    expect(await setUp(tokenless.url, answers)).toMatchObject({ code: 3, stderr: expect.stringContaining("npx wrangler secret put SETUP_TOKEN") });
  });

  it.each<[readonly string[], string]>([
    [["https://ada:secret@mentha.example"], "Leave user and password out of the address"],
    [["http://mentha.example"], "Write https://mentha.example instead"],
    [["https://mentha.example", "hunter2"], "Give an address and nothing behind it."],
    [[], "Say what to set up"],
    [["https://mentha.example"], "mentha setup asks at a terminal."],
  ])("asks nothing of a command line that is wrong: %j", async (args, message) => {
    const ended = await menthaHere(["setup", ...args]);
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
    expect(ended.stderr).not.toMatch(/hunter2|:secret@/);
  });

  it("makes an operator with a workspace, shows neither token nor password, and keeps the session", async () => {
    const { code, stdout, stderr } = await setUp(server.url, answers);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toContain(`${server.url} is set up, and you are signed in as ada@example.com, its operator.`);
    expect(stderr).not.toContain(token);
    expect(stderr).not.toContain(password);
    expect(await users()).toEqual([{ email: "ada@example.com", name: "Ada Lovelace", isOperator: 1 }]);
    const kept = Credentials.parse(JSON.parse(await readFile(join(folder, "credentials.json"), "utf8")));
    expect(kept).toMatchObject({
      default: server.url,
      servers: { [server.url]: { kind: "session", email: "ada@example.com", workspace: expect.stringMatching(/^wsp_/) } },
    });
    expect(await menthaHere(["whoami"], { env: { MENTHA_CONFIG: folder } })).toMatchObject({ code: 0, stdout: expect.stringContaining("Web team (admin)") });

    const again = await setUp(server.url, [token, password, password], "--email", "eve@example.com", "--name", "Eve", "--workspace", "Hers");
    expect(again).toMatchObject({ code: 3, stderr: expect.stringContaining("This installation is set up already") });
  });
});
