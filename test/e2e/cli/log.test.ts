import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Answer, json, problem, type ScriptedApi, startScriptedApi } from "../../helpers/node/scripted-api.ts";
import { menthaHere } from "./run-here.ts";

const at = Date.UTC(2027, 2, 31, 14, 5);
const id = (n: number) => `log_01k9z8q5v0c3r7t2m4n6p8s1w${n}`;
const entry = (n: number, more: object = {}) => ({
  id: id(n),
  at,
  action: "key.generate",
  actor: { kind: "session", id: "ses_x", key: null, user: { id: "usr_x", name: "Ada", email: "ada@example.com" } },
  target: { kind: "key", id: "mk_test_12345678" },
  requestId: `req_${n}`,
  client: { ip: "203.0.113.7", userAgent: "curl" },
  before: null,
  after: { name: "CI" },
  isErased: false,
  ...more,
});
const ada = "usr_01k9z8q5v0c3r7t2m4n6p8s1wa";
const part = (more: object = {}) => ({ holds: true, sealed: 2, erased: 0, unsealed: null, sealedAt: at, problems: [], ...more });

let server: ScriptedApi;
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mentha-log-"));
});
afterEach(() => server.close());
afterAll(() => rm(folder, { recursive: true }));

async function log(answers: Parameters<typeof startScriptedApi>[0], ...args: readonly string[]) {
  server = await startScriptedApi(answers);
  return menthaHere(["log", ...args], { env: { MENTHA_SERVER: server.url, MENTHA_KEY: "mk_test_1" } });
}

const list = "/api/v1/audit-log";
const verify = `${list}/verify`;
const exported = `${list}/export`;

describe("mentha log", () => {
  it("shows who did what, from where and when", async () => {
    const byKey = entry(2, { actor: { ...entry(2).actor, kind: "key", id: "key_x", key: { prefix: "mk_test_1", name: "CI" } } });
    const byErased = entry(3, { actor: { kind: "key", id: "key_y", key: null, user: null }, client: null, requestId: null });
    const { code, stdout } = await log({ [list]: json({ items: [entry(1), byKey, byErased] }) });
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        "TIME                  WHO                              ACTION        TARGET            FROM         WHAT CHANGED",
        "2027-03-31 14:05 UTC  ada@example.com                  key.generate  mk_test_12345678  203.0.113.7  name: CI",
        "2027-03-31 14:05 UTC  ada@example.com (key mk_test_1)  key.generate  mk_test_12345678  203.0.113.7  name: CI",
        "2027-03-31 14:05 UTC  key key_y                        key.generate  mk_test_12345678               name: CI",
        "",
      ].join("\n"),
    );
  });

  it.each<[change: object, text: string]>([
    [{ before: { limits: { lists: 100, reads: 9 } }, after: { limits: { reads: 9 } } }, "limits: lists 100 → usual"],
    [{ before: { limits: {} }, after: { limits: { lists: 5, reads: 7 } } }, "limits: lists usual → 5, reads usual → 7"],
    [{ before: { name: "CI", scopes: ["a", "b"] }, after: { name: "Nightly", scopes: ["a", "c"] } }, "name: CI → Nightly; scopes: +c -b"],
    [{ before: { expiresAt: null }, after: { expiresAt: at, rotatedTo: "mk_test_2" } }, "expiresAt: never → 2027-03-31 14:05 UTC; rotatedTo: mk_test_2"],
    [{ before: { allowedIps: [] }, after: { allowedIps: ["::1"] } }, "allowedIps: +::1"],
    [{ before: { name: "" }, after: { name: "Ada" } }, "name: none → Ada"],
    [{ before: null, after: { name: "CI", expiresAt: null, limits: {}, scopes: ["a", "b"], deep: { in: { it: 1 } } } }, "name: CI; scopes: a b; deep: in …"],
    [{ before: { role: "editor" }, after: null }, "was role: editor"],
    [{ action: "request.refuse", before: null, after: { code: "forbidden", count: 3 } }, "forbidden, 3 times"],
    [{ action: "request.refuse", before: null, after: { code: "not_found", count: 1 } }, "not_found, once"],
    [{ before: null, after: null, isErased: true }, "(erased)"],
    [{ before: null, after: { at: 1e300, name: "n".repeat(90), url: "u".repeat(90) } }, `at: 1e+300; name: ${"n".repeat(39)}…; url: ${"u".repeat(14)}…`],
    [{ before: null, after: { endsAt: 1e300 } }, "endsAt: 1e+300"],
    [{ before: null, after: null }, ""],
  ])("says of %j in one short line what changed", async (change, text) => {
    const { stdout } = await log({ [list]: json({ items: [entry(1, change)] }) });
    expect(stdout.split("\n")[1]?.split("203.0.113.7")[1]?.trim()).toBe(text);
  });

  it("goes from page to page, and no further than it is told", async () => {
    const page: Answer = (response, query) =>
      json(query.has("cursor") ? { items: [entry(3), entry(4)], nextCursor: "c" } : { items: [entry(1), entry(2)], nextCursor: "b" })(response);
    const { stdout } = await log({ [list]: page }, "--limit", "3", "--json");
    expect(JSON.parse(stdout)).toEqual([entry(1), entry(2), entry(3)]);
    expect(server.asked).toEqual([`GET ${list}?limit=100`, `GET ${list}?limit=100&cursor=b`]);
  });

  it("says it when there is nothing", async () => {
    expect(await log({ [list]: json({ items: [] }) })).toEqual({ code: 0, stdout: "", stderr: "No entries.\n" });
  });

  it("asks for what its options say", async () => {
    const line = ["--action", "key.generate", "--user", ada, "--actor", "key_x", "--target", "t", "--since", "2027-01-01", "--until", "2027-02-01"];
    await log({ [list]: json({ items: [] }) }, ...line);
    const query = `action=key.generate&actorId=key_x&targetId=t&from=1798761600000&to=1801440000000&userId=${ada}`;
    expect(server.asked).toEqual([`GET ${list}?limit=100&${query}`]);
  });

  it.each([
    ["--limit", "5"],
    ["--export", "ndjson"],
  ])("takes the e-mail address of a member for their id: %s %s", async (option, value) => {
    const member = { userId: ada, name: "Ada", email: "ada@example.com", role: "admin", joinedAt: at };
    const other = { ...member, userId: ada.replace(/a$/, "b"), email: "eva@example.com" };
    const answers = { "/api/v1/members": json({ items: [other, member] }), [list]: json({ items: [] }), [exported]: json({}) };
    expect((await log(answers, "--user", "Ada@Example.com", option, value)).code).toBe(0);
    expect(server.asked).toEqual(["GET /api/v1/members?limit=100", expect.stringContaining(`userId=${ada}`)]);
  });

  it("shows nothing for an address of nobody in the workspace, and says how to name who left", async () => {
    const { code, stdout, stderr } = await log({ "/api/v1/members": json({ items: [] }) }, "--user", "bob@example.com");
    expect([code, stdout, server.asked]).toEqual([2, "", ["GET /api/v1/members?limit=100"]]);
    expect(stderr).toContain("--user: nobody in the workspace has the address bob@example.com. Who has left is named by their id (usr_…)");
  });

  it("reads the log of the installation for operators", async () => {
    await log({ "/api/admin/audit-log": json({ items: [] }) }, "--installation");
    expect(server.asked).toEqual(["GET /api/admin/audit-log?limit=100"]);
  });

  it.each([
    { line: ["--action", "key.generat"], says: "Did you mean key.generate?" },
    { line: ["--export", "xml"], says: '--export: "xml" is not one of csv, ndjson' },
    { line: ["--verify", "--export", "csv"], says: "either --verify or --export" },
    { line: ["--verify", "--since", "7d"], says: "looks at the whole log" },
    { line: ["--export", "csv", "--limit", "5"], says: "writes all entries" },
    { line: ["--out", "log.csv"], says: "--out goes with --export" },
    { line: ["--since", "2027-02-30"], says: "--since: there is no day 2027-02-30" },
    { line: ["--limit", "0"], says: "--limit: 0 is not a whole number from 1 to 10000; --export writes all entries" },
    { line: ["--limit", "10001"], says: "from 1 to 10000" },
    { line: ["--limit", "-1"], says: "from 1 to 10000" },
    { line: ["--limit", "2.5"], says: "from 1 to 10000" },
    { line: ["--limit", "all"], says: '--limit: "all" is not a number' },
    { line: ["--user", "ada"], says: '--user: "ada" is neither an id (usr_ and 26 characters) nor an e-mail address of a member' },
    { line: ["--verify", "--user", "ada@example.com"], says: "looks at the whole log" },
    { line: ["--since", "soon"], says: '--since: "soon" is no duration' },
    { line: ["yesterday"], says: 'takes no "yesterday"' },
    { line: ["--export", "csv", "--out", "/nowhere/log.csv"], says: "--out: /nowhere/log.csv cannot be written" },
  ])("refuses $line and asks for nothing", async ({ line, says }) => {
    const { code, stderr } = await log({}, ...line);
    expect([code, server.asked]).toEqual([2, []]);
    expect(stderr).toContain(says);
  });
});

describe("mentha log --verify", () => {
  it("says that the log holds, of all its parts together", async () => {
    let calls = 0;
    const answer: Answer = (response) => {
      calls += 1;
      json(calls === 1 ? part({ erased: 1, nextCursor: "next" }) : part({ sealed: 1, unsealed: 3 }))(response);
    };
    const { code, stdout } = await log({ [verify]: answer }, "--verify");
    expect([code, server.asked]).toEqual([0, [`GET ${verify}`, `GET ${verify}?cursor=next`]]);
    expect(stdout).toBe(
      "3 entries checked, all as they were sealed. From 1 entry of these personal details were erased, which does not count as a change. 3 entries more are too new to be sealed and checked. The newest seal is of 2027-03-31 14:05 UTC.\n",
    );
  });

  it.each<[name: string, found: object, text: string]>([
    ["a log", { sealed: 24 }, "24 entries checked, all as they were sealed. The newest seal is of 2027-03-31 14:05 UTC.\n"],
    ["a log of one entry", { sealed: 1, sealedAt: null }, "1 entry checked, and it is as it was sealed.\n"],
    ["an empty log", { sealed: 0, sealedAt: null }, "The log is empty: there is nothing to check.\n"],
    [
      "a log without seals",
      { sealed: 0, sealedAt: null, unsealed: 1 },
      "No entry is sealed yet, so none was checked. 1 entry more is too new to be sealed and checked.\n",
    ],
  ])("says how it stands with %s", async (_, found, text) => {
    expect(await log({ [verify]: json(part({ unsealed: 0, ...found })) }, "--verify")).toEqual({ code: 0, stdout: text, stderr: "" });
  });

  it("ends with 1 and names what is wrong, also when a later part is well", async () => {
    let calls = 0;
    const problems = [{ kind: "entry-changed", entryId: id(1), sealHash: "a".repeat(64), at }];
    const answer: Answer = (response) => {
      calls += 1;
      json(calls === 1 ? part({ holds: false, problems, nextCursor: "next" }) : part({ unsealed: 0 }))(response);
    };
    const { code, stdout } = await log({ [verify]: answer }, "--verify");
    expect(code).toBe(1);
    expect(stdout).toContain("The log does not hold: what is below was changed or is missing. 4 entries are as they were sealed.");
    expect(stdout).toContain(`entry-changed  2027-03-31 14:05 UTC  ${id(1)}`);
  });

  it("writes JSON for programs", async () => {
    const { stdout } = await log({ [verify]: json(part({ unsealed: 1 })) }, "--verify", "--json");
    expect(JSON.parse(stdout)).toEqual({ holds: true, sealed: 2, erased: 0, unsealed: 1, sealedAt: at, problems: [] });
  });
});

describe("mentha log --export", () => {
  const text = 'time,who\n::error::x,"\u001b[31má"\n##[group]y\n';
  const csv: Answer = (response) => {
    const bytes = Buffer.from(text);
    response.writeHead(200, { "Content-Type": "text/csv" });
    // Cut within a letter and within what CI would take for a command.
    for (let n = 0; n < bytes.length; n += 7) response.write(bytes.subarray(n, n + 7));
    response.end();
  };

  it("writes to a file what came, byte for byte", async () => {
    const file = join(folder, "log.csv");
    const { code, stdout, stderr } = await log({ [exported]: csv }, "--export", "csv", "--out", file);
    expect([code, stdout, stderr]).toEqual([0, "", `The log is in ${file}\n`]);
    expect(await readFile(file, "utf8")).toBe(text);
    expect(server.asked).toEqual([`GET ${exported}?format=csv`]);
  });

  it("writes to standard output nothing that a terminal or CI would obey", async () => {
    const { code, stdout } = await log({ [exported]: csv }, "--export", "csv");
    expect([code, stdout]).toEqual([0, 'time,who\n: :error::x," [31má"\n# #[group]y\n']);
  });

  it("leaves no file when the server refuses", async () => {
    const file = join(folder, "refused.csv");
    const { code, stderr } = await log({ [exported]: problem(403, "forbidden", "This needs audit-log:read.") }, "--export", "csv", "--out", file);
    expect([code, stderr]).toEqual([2, expect.stringContaining("The key may not do this: This needs audit-log:read.")]);
    await expect(stat(file)).rejects.toThrow("ENOENT");
  });

  it("says that a file is not complete when the server breaks off", async () => {
    const file = join(folder, "broken.csv");
    const breaking: Answer = (response) => {
      response.writeHead(200, { "Content-Type": "text/csv" });
      response.write("time,who\n", () => response.destroy());
    };
    const { code, stderr } = await log({ [exported]: breaking }, "--export", "csv", "--out", file);
    expect([code, stderr]).toEqual([3, expect.stringContaining(`The log is not complete in ${file}`)]);
  });
});

describe("a command that has to wait too long", () => {
  it("says for how long", async () => {
    const limited = problem(429, "rate_limited", "The limit lists allows 60 requests a minute. Try again in 45 seconds.", { "Retry-After": "45" });
    const { code, stderr } = await log({ [list]: limited });
    expect([code, stderr, server.asked.length]).toEqual([3, "mentha: The limit lists allows 60 requests a minute. Try again in 45 seconds.\n", 1]);
  });

  it("is done a moment later when the server asks for no more than that", async () => {
    let calls = 0;
    const answer: Answer = (response) => {
      calls += 1;
      (calls === 1 ? problem(429, "rate_limited", "Too often.", { "Retry-After": "0" }) : json({ items: [entry(1)] }))(response);
    };
    const { code, stderr } = await log({ [list]: answer });
    expect([code, stderr, server.asked.length]).toEqual([0, "", 2]);
  });

  it.each([
    ['The limit "lists" is reached: 60 requests of one API key or one person in any 60 seconds. Try again in 1 second.', "the limit lists is used up."],
    ["The limits of this request cannot be counted right now.", "The limits of this request cannot be counted right now."],
  ])("says on standard error that it waits, how long and why: %s", async (detail, why) => {
    let calls = 0;
    const answer: Answer = (response) => {
      calls += 1;
      (calls === 1 ? problem(429, "rate_limited", detail, { "Retry-After": "1" }) : json({ items: [] }))(response);
    };
    expect(await log({ [list]: answer }, "--json")).toEqual({ code: 0, stdout: "[]\n", stderr: `Waiting 1 s: ${why}\nNo entries.\n` });
  });
});
