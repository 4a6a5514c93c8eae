import { afterEach, describe, expect, it } from "vitest";
import { json, problem, type ScriptedApi, startScriptedApi } from "../../helpers/node/scripted-api.ts";
import { menthaHere } from "./run-here.ts";

let server: ScriptedApi;
afterEach(() => server.close());

async function usage(answers: Parameters<typeof startScriptedApi>[0], ...args: readonly string[]) {
  server = await startScriptedApi(answers);
  return menthaHere(["usage", ...args], { env: { MENTHA_SERVER: server.url, MENTHA_KEY: "mk_test_1" } });
}

const path = "/api/v1/usage";
const user = { id: "usr_01k9z8q5v0c3r7t2m4n6p8s1w5", name: "Ada", email: "ada@example.com" };
const counts = { requests: 1204, errors: 3, limited: 12, audits: 31 };
const rows = [
  { day: "2027-03-31", caller: { kind: "key", key: { prefix: "mk_test_12345678", name: "CI" } }, user, ...counts },
  { day: "2027-03-30", caller: { kind: "session", key: null }, user: { ...user, name: null, email: null }, ...counts, audits: 0 },
];

describe("mentha usage", () => {
  it("shows who asked how much on which day", async () => {
    const { code, stdout } = await usage({ [path]: json({ items: rows }) });
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        "DAY         WHO                             KEY               REQUESTS  ERRORS  LIMITED  AUDITS",
        "2027-03-31  ada@example.com                 mk_test_12345678  1204      3       12       31",
        "2027-03-30  usr_01k9z8q5v0c3r7t2m4n6p8s1w5                    1204      3       12       0",
        "",
      ].join("\n"),
    );
  });

  it("writes JSON for programs", async () => {
    expect(JSON.parse((await usage({ [path]: json({ items: rows }) }, "--json")).stdout)).toEqual(rows);
  });

  it("says it when there is nothing, of the days that were asked for", async () => {
    const said = await usage({ [path]: json({ items: [] }) }, "--since", "2027-03-01", "--until", "2027-03-31");
    expect(said).toEqual({ code: 0, stdout: "", stderr: "Nothing was asked on these days.\n" });
    expect(server.asked).toEqual([`GET ${path}?limit=100&from=2027-03-01&to=2027-03-31`]);
  });

  it.each([
    { line: ["--since", "2027-02-30"], says: "--since: there is no day 2027-02-30" },
    { line: ["--until", "later"], says: '--until: "later" is no duration' },
    { line: ["march"], says: 'takes no "march"' },
  ])("refuses $line and asks for nothing", async ({ line, says }) => {
    const { code, stderr } = await usage({}, ...line);
    expect([code, server.asked, stderr]).toEqual([2, [], expect.stringContaining(says)]);
  });

  it("says what the server refuses", async () => {
    const { code, stderr } = await usage({ [path]: problem(403, "forbidden", "This needs usage:read.") });
    expect([code, stderr]).toEqual([2, expect.stringContaining("The key may not do this: This needs usage:read.")]);
  });
});
