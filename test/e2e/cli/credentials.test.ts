import { spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findAccount } from "../../../cli/sign-in/account.ts";
import { type Credentials, changeCredentials, inTurn, readCredentials } from "../../../cli/sign-in/credentials.ts";
import { withLock } from "../../../cli/sign-in/lock.ts";
import { configFolder } from "../../../cli/sign-in/place.ts";

let folder = "";
const file = () => join(folder, "credentials.json");
const lock = () => join(folder, "credentials.lock");
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "mentha-config-")), "mentha");
});
afterEach(async () => {
  await rm(join(folder, ".."), { recursive: true });
});

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);
const put = (server: string) => inTurn(folder, () => changeCredentials(folder, (kept) => withKey(kept, server)));
const withKey = (kept: Credentials, server: string): Credentials => ({ ...kept, servers: { ...kept.servers, [server]: { kind: "key", key: `mk_${server}` } } });

/** Id of a process that has ended. */
const deadPid = (): number => spawnSync(process.execPath, ["--version"]).pid;

describe("what mentha login keeps", () => {
  it("is nothing before the first time", async () => {
    expect(await readCredentials(folder)).toEqual({ version: 1, servers: {} });
  });

  it("is for its owner's eyes only, and leaves nothing beside it", async () => {
    await put("https://a.example");
    expect([await modeOf(file()), await modeOf(folder), await readdir(folder)]).toEqual(["600", "700", ["credentials.json"]]);
    await chmod(file(), 0o400);
    await put("https://b.example");
    expect([await modeOf(file()), Object.keys((await readCredentials(folder)).servers)]).toEqual(["600", ["https://a.example", "https://b.example"]]);
  });

  it.each([0o640, 0o604, 0o620, 0o601])("is not read when others may use the file (%o)", async (mode) => {
    await put("https://a.example");
    await chmod(file(), mode);
    await expect(readCredentials(folder)).rejects.toMatchObject({ name: "UsageError", message: expect.stringContaining(`Run: chmod 600 ${file()}`) });
  });

  it.each([0o770, 0o702])("is not written where others may write (%o)", async (mode) => {
    await mkdir(folder);
    await chmod(folder, mode);
    await expect(put("https://a.example")).rejects.toMatchObject({ name: "UsageError", message: expect.stringContaining(`Run: chmod 700 ${folder}`) });
    expect(await readdir(folder)).toEqual([]);
  });

  it.each(["", "{", "[]", '{"version":2,"servers":{}}', '{"version":1,"servers":{"https://a.example":{"kind":"cookie"}}}'])(
    "is not guessed from a file that says %j",
    async (text) => {
      await mkdir(folder, { mode: 0o700 });
      await writeFile(file(), text, { mode: 0o600 });
      await expect(readCredentials(folder)).rejects.toThrow("Delete it and sign in again.");
      await expect(put("https://a.example")).rejects.toThrow("Delete it and sign in again.");
      expect(await readFile(file(), "utf8")).toBe(text);
    },
  );

  it("has what every one of many commands kept at once", async () => {
    const servers = Array.from({ length: 20 }, (_, i) => `https://${i}.example`);
    await Promise.all(servers.map(put));
    expect(Object.keys((await readCredentials(folder)).servers).sort()).toEqual(servers.sort());
  });

  it("stays when a change fails", async () => {
    await put("https://a.example");
    const failing = inTurn(folder, () =>
      changeCredentials(folder, () => {
        throw new Error("No.");
      }),
    );
    await expect(failing).rejects.toThrow("No.");
    await put("https://b.example");
    expect(Object.keys((await readCredentials(folder)).servers)).toEqual(["https://a.example", "https://b.example"]);
  });
});

describe("the turn of a command", () => {
  beforeEach(() => mkdir(folder, { mode: 0o700 }));

  it("does not wait for a process that died", async () => {
    await writeFile(lock(), String(deadPid()));
    await expect(Promise.all([put("https://a.example"), put("https://b.example")])).resolves.toBeDefined();
    expect(Object.keys((await readCredentials(folder)).servers)).toHaveLength(2);
    expect(await readdir(folder)).toEqual(["credentials.json"]);
  });

  it("never comes while another process has its own, and says which file holds it up", async () => {
    await writeFile(lock(), String(process.ppid));
    await expect(withLock(lock(), async () => "never", 100)).rejects.toMatchObject({ name: "CommandError", message: expect.stringContaining(lock()) });
    expect(await readFile(lock(), "utf8")).toBe(String(process.ppid));
  });
});

describe("the folder of settings", () => {
  it.each([
    [{ HOME: "/home/ada" }, "/home/ada/.config/mentha"],
    [{ HOME: "/home/ada", XDG_CONFIG_HOME: "/etc/ada" }, "/etc/ada/mentha"],
    [{ HOME: "/home/ada", XDG_CONFIG_HOME: "" }, "/home/ada/.config/mentha"],
    [{ HOME: "/home/ada", XDG_CONFIG_HOME: "relative" }, "/home/ada/.config/mentha"],
    [{ HOME: "/home/ada", XDG_CONFIG_HOME: "/etc/ada", MENTHA_CONFIG: "/srv/mentha" }, "/srv/mentha"],
  ])("with %j is %s", (env, path) => {
    expect(configFolder(env)).toBe(path);
  });
});

describe("whom a command asks, and as whom", () => {
  const none = { server: undefined, key: undefined, workspace: undefined };
  const session = { kind: "session", email: "ada@example.com", accessToken: "a", expiresAt: 1, refreshToken: "r", workspace: "wsp_kept" } as const;
  const env = (more: Record<string, string> = {}) => ({ MENTHA_CONFIG: folder, ...more });
  beforeEach(() =>
    inTurn(folder, () =>
      changeCredentials(folder, () => ({
        version: 1,
        default: "https://a.example",
        servers: { "https://a.example": session, "https://b.example": { kind: "key", key: "mk_b" } },
      })),
    ),
  );

  it.each([
    { says: {}, env: {}, is: { server: "https://a.example", login: session, isKept: true, workspace: "wsp_kept" } },
    { says: { workspace: "Shop" }, env: {}, is: { server: "https://a.example", workspace: "Shop" } },
    { says: { server: "b.example/" }, env: {}, is: { server: "https://b.example", login: { kind: "key", key: "mk_b" }, isKept: true, workspace: undefined } },
    { says: {}, env: { MENTHA_SERVER: "https://b.example" }, is: { server: "https://b.example" } },
    { says: { server: "a.example" }, env: { MENTHA_SERVER: "https://b.example" }, is: { server: "https://a.example" } },
    { says: { server: "c.example", key: "mk_c" }, env: { MENTHA_KEY: "mk_env" }, is: { server: "https://c.example", login: { kind: "key", key: "mk_c" } } },
    { says: { server: "a.example" }, env: { MENTHA_KEY: "mk_env" }, is: { login: { kind: "key", key: "mk_env" }, isKept: false, workspace: undefined } },
    { says: { server: "a.example" }, env: { MENTHA_KEY: "" }, is: { login: session } },
  ])("with $says and $env is $is", async ({ says, env: more, is }) => {
    expect(await findAccount({ ...none, ...says }, env(more))).toMatchObject(is);
  });

  it.each([
    [{ server: "c.example" }, "You are not signed in to https://c.example. Sign in: npx mentha login https://c.example"],
    [{ server: "http://localhost:8787/" }, "Sign in: npx mentha login http://localhost:8787"],
    [{ server: "https://ada:hunter2@c.example" }, "Leave user and password out of the server's address."],
  ])("is asked for when nobody knows: %j", async (says, message) => {
    await expect(findAccount({ ...none, ...says }, env())).rejects.toMatchObject({ name: "UsageError", message: expect.stringContaining(message) });
  });

  it("is nobody for a key without its server: neither is the key sent elsewhere, nor somebody else asked for", async () => {
    await expect(findAccount(none, env({ MENTHA_KEY: "mk_env" }))).rejects.toMatchObject({
      name: "UsageError",
      message: "MENTHA_KEY is set, but not for which server: set MENTHA_SERVER too (such as http://localhost:8787), or unset MENTHA_KEY.",
    });
  });

  it("is nobody before anybody signed in", async () => {
    await expect(findAccount(none, env({ MENTHA_CONFIG: join(folder, "other") }))).rejects.toThrow(
      "You are not signed in anywhere. Sign in: npx mentha login <url>",
    );
  });
});
