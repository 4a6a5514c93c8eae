import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { banner } from "../../local/banner.ts";
import { build } from "../../local/build.ts";
import { ConfigError } from "../../local/config.ts";
import { egressAllow } from "../../local/egress-allow.ts";
import { startEmbedded } from "../../local/embed.ts";
import { logTo, readable, uncaughtError } from "../../local/log-lines.ts";
import { startRuntime } from "../../local/runtime.ts";
import { devVars, newSecrets } from "../../local/secrets.ts";
import { startSite } from "../helpers/node/local-site.ts";

describe("the development secrets", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "mentha-secrets-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("are made once, readable by their owner only", async () => {
    const file = join(folder, "first");
    const made = await devVars(file);
    expect(Buffer.from(made.ENCRYPTION_KEY ?? "", "base64")).toHaveLength(32);
    const [kid, key = ""] = made.SIGNING_KEYS?.split(":") ?? [];
    expect([kid, Buffer.from(key, "base64").length]).toEqual(["k1", 32]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await devVars(file)).toEqual(made);
  });

  it("are added to what somebody wrote, which stays and wins", async () => {
    const file = join(folder, "edited");
    await writeFile(file, "# mine\nSENTRY_DSN=https://key@sentry.test/1\nENCRYPTION_KEY=mine");
    expect(await devVars(file)).toEqual({ SENTRY_DSN: "https://key@sentry.test/1", ENCRYPTION_KEY: "mine", SIGNING_KEYS: expect.stringMatching(/^k1:/) });
    expect(await readFile(file, "utf8")).toMatch(/^# mine\nSENTRY_DSN=https:\/\/key@sentry\.test\/1\nENCRYPTION_KEY=mine\nSIGNING_KEYS="k1:[^"]+"\n$/);

    const chosen = join(folder, "chosen");
    const all = "ENCRYPTION_KEY=mine\nSIGNING_KEYS=k9:mine\n";
    await writeFile(chosen, all);
    expect(await devVars(chosen)).toEqual({ ENCRYPTION_KEY: "mine", SIGNING_KEYS: "k9:mine" });
    expect(await readFile(chosen, "utf8")).toBe(all);
  });
});

describe("an embedded Mentha", () => {
  it("audits a site on this machine and ends", async () => {
    const site = await startSite({ "/": '<!doctype html><title>Home</title><a href="/gone">gone</a>' });
    const mentha = await startEmbedded({ quiet: true });
    const headers = { "X-API-Key": mentha.key, "Content-Type": "application/json" };
    const created = await mentha.fetch("/api/v1/audits", { method: "POST", headers, body: JSON.stringify({ url: `${site.url}/` }) });
    expect(created.status).toBe(202);
    const location = created.headers.get("location") ?? "";
    const status = async () => {
      const audit: { status: string } = await (await mentha.fetch(location, { headers })).json();
      return audit.status;
    };
    await expect.poll(status, { timeout: 30_000 }).toBe("completed");
    expect(site.requests.map(({ path }) => path)).toEqual(expect.arrayContaining(["/robots.txt", "/", "/gone"]));

    await mentha.close();
    await site.close();
    await expect(fetch(mentha.url)).rejects.toThrow();
  });

  it("does not start with variables that the Worker would refuse every request for", async () => {
    await build();
    const vars = { ...newSecrets(), LIMITS: "lists=0", PUBLIC_URL: "mentha" };
    const started = startRuntime({ port: 0, vars, onLog: () => {} });
    await expect(started).rejects.toThrow(ConfigError);
    await expect(started).rejects.toThrow(/- PUBLIC_URL must be an address[^\n]*\n- LIMITS has "lists=0"/);
  });
});

describe("what a Worker on this computer may reach", () => {
  it.each([
    [undefined, "loopback"],
    ["", "loopback"],
    ["10.0.0.5:8080, intranet:80", "loopback,10.0.0.5:8080,intranet:80"],
    ["loopback,10.0.0.5:8080", "loopback,10.0.0.5:8080"],
  ])("with EGRESS_ALLOW=%s is %s", (text, allowed) => {
    expect(egressAllow(text)).toBe(allowed);
  });

  it.each(["10.0.0.5", "http://10.0.0.5:80", "10.0.0.0/8:80", "*:80"])("cannot be %s, which is no host and port", (text) => {
    expect(() => egressAllow(text)).toThrow(`EGRESS_ALLOW names "${text}"`);
  });
});

describe("what npm start says", () => {
  const started = {
    url: "http://localhost:8787",
    data: "data",
    log: "log",
    key: "mk_test_x",
    signIn: { email: "ada@example.com", password: "pass" },
    operator: "ada@example.com",
    canSignIn: true,
    sendsMail: false,
  };

  it("is in the order in which somebody new needs it, and fits on a screen", () => {
    const said = banner(started);
    expect(said).toMatch(/mentha login[\s\S]*pass\n[\s\S]*mentha audit[\s\S]*\/dev\/mail[\s\S]*mk_test_x/);
    expect(said.split("\n").length).toBeLessThan(25);
  });

  it("names who signs in, once the password was shown before", () => {
    const said = banner({ ...started, key: undefined, signIn: undefined });
    expect(said).toContain("Sign in as ada@example.com: npx mentha login http://localhost:8787 --email ada@example.com");
    expect(banner({ ...started, key: undefined, signIn: undefined, canSignIn: false })).not.toContain("Sign in as");
  });

  it.each([
    [false, "stay on this computer: http://localhost:8787/dev/mail"],
    [true, "go out through Resend"],
  ])("tells where e-mails go: sent %s", (sendsMail, where) => {
    const said = banner({ ...started, sendsMail });
    expect(said).toContain(where);
    expect(said.includes("stay on this computer")).toBe(!sendsMail);
  });
});

describe("a line of the log", () => {
  it("is on the terminal when somebody should act on it, and always in the file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mentha-log-"));
    const shown: string[] = [];
    const log = await logTo(join(folder, "log"), (line) => shown.push(line));
    const lines: readonly [string, string][] = [
      ["info", "served"],
      ["warn", "workerd/io/actor.c++:7: warning: NOSENTRY SQLite alarm handler canceled"],
      ["warn", '{"level":"warn","msg":"Fetch failed","url":"http://a.example/NOSENTRY"}'],
      ["error", "Uncaught Error"],
    ];
    for (const [level, message] of lines) log(level, message);
    expect(shown).toEqual(["warn  Fetch failed  url=http://a.example/NOSENTRY", "error  Uncaught Error"]);
    await expect.poll(() => readFile(join(folder, "log"), "utf8")).toBe(lines.map(([, message]) => `${message}\n`).join(""));
    await rm(folder, { recursive: true });
  });

  it.each([
    [
      "error",
      '{"ts":"2026-11-22T00:00:00Z","level":"error","msg":"Fan-out failed","eventId":"evt_1","attempt":2}',
      "error  Fan-out failed  eventId=evt_1 attempt=2",
    ],
    ["warn", '{"ts":"2026-11-22T00:00:00Z","level":"warn","msg":"slow"}', "warn  slow"],
    ["error", "not JSON", "error  not JSON"],
    ["error", "7", "error  7"],
  ])("is shown as a sentence", (level, message, shown) => {
    expect(readable(level, message)).toBe(shown);
  });

  it("is an error when our code threw and nobody caught", () => {
    const stack = "Error: in an alarm\n    at AuditCrawl.alarm (file:///app/dist/worker/index.js:14:11)";
    expect(uncaughtError(`uncaught exception; source = Uncaught (in promise); stack = ${stack}`)).toBe(`Uncaught ${stack}`);
  });

  it.each(["uncaught exception; source = Uncaught (in promise); stack = Error: Network connection lost.", "exception = connection refused", "plain text"])(
    "is none when a connection broke or workerd speaks for itself",
    (line) => {
      expect(uncaughtError(line)).toBeUndefined();
    },
  );
});
