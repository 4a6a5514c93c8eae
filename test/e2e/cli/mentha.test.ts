import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { AuditDiff, Report } from "../../../shared/audits/index.ts";
import { diffExample } from "../../../workers/api/history-examples.ts";
import { type FakeApi, type Script, startFakeApi } from "../../helpers/node/fake-api.ts";
import { sampleReport } from "../../helpers/sample-report.ts";
import { entry, mentha } from "./run-mentha.ts";

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function api(script?: Script): Promise<FakeApi> {
  const fake = await startFakeApi(script);
  cleanUps.push(() => fake.close());
  return fake;
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "mentha-cli-"));
  cleanUps.push(() => rm(path, { recursive: true }));
  return path;
}

describe("mentha", () => {
  it("shows help, and the version as one line", async () => {
    expect(await mentha(["--help"])).toMatchObject({ code: 0, stdout: expect.stringContaining("mentha <command>"), stderr: "" });
    expect(await mentha(["audit", "--help"])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/--fail-under SCORE[\s\S]*130 {2}stopped with Ctrl-C/),
      stderr: "",
    });
    expect(await mentha(["--version"])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: "" });
  });

  it.each<[string, readonly string[], string]>([
    ["nothing to do", [], "mentha audit example.com"],
    ["an unknown command", ["audti"], "Did you mean audit?"],
    ["an address in place of a command", ["example.com"], "mentha audit example.com"],
    ["a wrong option", ["audit", "example.com", "--fail-below", "3"], "--fail-below is not an option"],
    ["a file that cannot be written", ["audit", "example.com", "--out", "/nowhere/at/all.txt"], "--out: /nowhere/at/all.txt cannot be written"],
    ["a file in what is no folder", ["audit", "example.com", "--out", `${entry}/report.html`], "cannot be written"],
    ["a folder that does not exist yet", ["audit", "example.com", "--out", `${tmpdir()}/none/`], "is a folder; give the name of a file in it"],
  ])("ends with 2 for %s, and says what to change", async (_, args, says) => {
    expect(await mentha(args)).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(says) });
  });

  it.each([["https://ana:hunter2@example.com"], ["audit", "https://ana:hunter2@example.com"]])("never prints a password: %s %s", async (...args) => {
    const { code, stdout, stderr } = await mentha(args);
    expect(code).toBe(2);
    expect(stdout + stderr).not.toContain("hunter2");
  });
});

describe("mentha audit with a server", () => {
  it("writes the report to stdout, the progress to stderr, and passes", async () => {
    const { code, stdout, stderr } = await mentha(["audit", "shop.example"], { server: await api() });
    expect(code).toBe(0);
    expect(stdout).toContain("▲ Links to pages that do not answer");
    expect(stderr).toMatch(/^Auditing https:\/\/shop\.example\/ from \S+\nThe id of this audit is aud_\w{26}\n5 of 12 pages .*\n$/);
    expect(stdout + stderr).not.toContain("\u001b");
  });

  it("says what changed, and which command shows it", async () => {
    const { stderr } = await mentha(["audit", "shop.example"], { server: await api({ diff: AuditDiff.parse(diffExample) }) });
    expect(stderr).toContain(
      `\nSince the audit of 2026-10-26 07:33 UTC: 3 new, 12 fixed, 2 not looked at again. See which: npx mentha diff ${diffExample.auditId}\n`,
    );
  });

  it("prints nothing but JSON on stdout when JSON is asked for", async () => {
    const { stdout } = await mentha(["audit", "shop.example", "--format", "json"], { server: await api() });
    expect(Report.parse(JSON.parse(stdout))).toEqual(sampleReport);
  });

  it("writes the report to a file, here as a page, and leaves stdout empty", async () => {
    const file = join(await folder(), "report.html");
    const { code, stdout, stderr } = await mentha(["audit", "shop.example", "--format", "html", "--out", file], { server: await api() });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toContain(file);
    expect(await readFile(file, "utf8")).toMatch(/^<!doctype html>/);
  });

  it.runIf(existsSync("/dev/full"))("ends with 3 and says why when the report cannot be written after all", async () => {
    const { code, stderr } = await mentha(["audit", "shop.example", "--out", "/dev/full"], { server: await api() });
    expect(code).toBe(3);
    expect(stderr).toContain("The report could not be written to /dev/full (ENOSPC");
    expect(stderr).toContain("another --out");
  });

  it("ends with 1 and names each budget that was missed, after the report", async () => {
    const { code, stdout, stderr } = await mentha(["audit", "shop.example", "--fail-under", "85", "--max-errors", "0"], { server: await api() });
    expect(code).toBe(1);
    expect(stdout).toContain("▲ Links to pages that do not answer");
    expect(stderr).toContain("Budget missed: The score is 78; --fail-under asks for 85.");
    expect(stderr).toContain("Budget missed: There are 34 errors; --max-errors allows 0.");
  });

  it("judges the budget also when nobody reads the report any more", async () => {
    expect(await mentha(["audit", "shop.example", "--fail-under", "85"], { server: await api(), deaf: true })).toMatchObject({ code: 1 });
  });

  it.each<[string, Script, string]>([
    [
      "the audit failed",
      { audit: { status: "failed", scores: null, error: { code: "host_unreachable", message: "shop.example did not answer." } } },
      "shop.example did not answer.",
    ],
    ["no page answered", { audit: { progress: { discovered: 1, fetched: 0, failed: 1 } } }, "Nothing answered at https://shop.example/"],
    ["someone else cancelled it", { audit: { status: "cancelled", scores: null } }, "cancelled by someone else"],
    [
      "the address is refused",
      { refusal: { status: 422, problem: { code: "egress_refused", detail: "10.0.0.1 is a private address." } } },
      "10.0.0.1 is a private address.",
    ],
    [
      "the server fails",
      { refusal: { status: 500, problem: { code: "internal", detail: "Something went wrong.", requestId: "req_7" } } },
      "Something went wrong. (request req_7)",
    ],
  ])("ends with 3 when %s, and says why", async (_, script, says) => {
    expect(await mentha(["audit", "shop.example"], { server: await api(script) })).toMatchObject({
      code: 3,
      stdout: "",
      stderr: expect.stringContaining(says),
    });
  });

  it("ends with 3 when the server is not there, and names it", async () => {
    const gone = await startFakeApi();
    await gone.close();
    expect(await mentha(["audit", "shop.example"], { server: gone })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(`${gone.url} cannot be reached`),
    });
  });

  it("ends with 2 for a key that the server does not accept", async () => {
    const { url } = await api();
    const { code, stderr } = await mentha(["audit", "shop.example", "--server", url, "--key", "mk_wrong"]);
    expect(code).toBe(2);
    expect(stderr).toContain("Check --key or MENTHA_KEY");
    expect(stderr).not.toContain("mk_wrong");
  });

  it("ends with 2 and names the option when the server finds it wrong", async () => {
    const problem = { code: "invalid", detail: "Wrong.", errors: [{ path: "body.respectRobots", message: "Loopback addresses only." }] };
    const server = await api({ refusal: { status: 422, problem } });
    expect(await mentha(["audit", "shop.example", "--no-robots"], { server })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--no-robots: Loopback addresses only."),
    });
  });

  it("cancels the audit at Ctrl-C, says so, and ends with 130", async () => {
    const server = await api({ endless: true });
    const { code, stdout, stderr } = await mentha(["audit", "shop.example"], { server, interruptAt: "5 of 12 pages" });
    expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
    expect(stderr).toContain("The audit was cancelled.");
    expect(stderr).not.toContain("Nothing was written.");
    expect(server.requests).toContain(`POST /api/v1/audits/${sampleReport.audit.id}/cancel`);
  });

  it("says at Ctrl-C that a report that was asked for was not written", async () => {
    const file = join(await folder(), "report.txt");
    const server = await api({ endless: true });
    const { code, stderr } = await mentha(["audit", "shop.example", "--out", file], { server, interruptAt: "5 of 12 pages" });
    expect(code).toBe(130);
    expect(stderr).toMatch(/The audit was cancelled\.\nNothing was written\.\n$/);
    expect(existsSync(file)).toBe(false);
  });
});

describe("mentha audit after the audit's end", () => {
  it.each(["report.json", "findings", "report.html"])("stops at Ctrl-C while it waits for %s, and writes nothing", async (part) => {
    const at = await folder();
    const asked = Promise.withResolvers<void>();
    const server = await api({
      holds: (pathname) => {
        const held = pathname.endsWith(part);
        if (held) asked.resolve();
        return held;
      },
    });
    const files = ["--out", join(at, "r.txt"), "--out", join(at, "r.html"), "--write-baseline", join(at, "b.json")];
    const { code, stdout, stderr } = await mentha(["audit", "shop.example", ...files], { server, interruptAfter: asked.promise });
    expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
    expect(stderr).toMatch(/\nNothing was written\.\n$/);
    expect(await readdir(at)).toEqual([]);
  });
});

describe("what is not ours in what mentha says", () => {
  it("is neither a command to CI nor to a terminal: the server's words", async () => {
    const problem = { code: "internal", detail: "No.\n::error::pwned\n \u001b[2J ##[add-mask]x ##vso[task.complete]y" };
    const { code, stderr } = await mentha(["audit", "shop.example"], { server: await api({ refusal: { status: 500, problem } }) });
    expect(code).toBe(3);
    expect(stderr).toMatch(/mentha: No\.\n: :error::pwned\n {2}\[2J # #\[add-mask\]x # #vso\[task\.complete\]y\n$/);
  });

  it("is no command to CI in JSON, which keeps its values", async () => {
    const audit = { url: "https://shop.example/##[add-mask]" };
    const { stdout } = await mentha(["audit", "shop.example", "--format", "json"], { server: await api({ audit }) });
    expect(stdout).not.toContain("##[");
    expect(Report.parse(JSON.parse(stdout)).audit.url).toBe(audit.url);
  });

  it("does not choose a file behind a link for a report", async () => {
    const at = await folder();
    await writeFile(join(at, "budget.json"), "{}");
    await symlink(join(at, "budget.json"), join(at, "report.json"));
    const { code, stderr } = await mentha(["audit", "shop.example", "--budget", join(at, "budget.json"), "--out", join(at, "report.json")]);
    expect(code).toBe(2);
    expect(stderr).toContain("--budget and --out name the same file");
  });
});

describe("mentha audit from this machine", () => {
  // 192.0.2.0/24 is for documentation (RFC 5737): nothing answers there, and no audit may ask unless it is opened.
  it("says how to open a private site that was refused", async () => {
    const { code, stderr } = await mentha(["audit", "http://192.0.2.1:3000/"]);
    expect(code).toBe(3);
    expect(stderr).toContain("EGRESS_ALLOW=192.0.2.1:3000 npx mentha audit");
  });

  it("says what is wrong with EGRESS_ALLOW", async () => {
    expect(await mentha(["audit", "http://192.0.2.1:3000/"], { env: { EGRESS_ALLOW: "192.0.2.1" } })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('EGRESS_ALLOW names "192.0.2.1". Write host:port pairs'),
    });
  });
});
