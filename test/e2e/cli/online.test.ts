import { afterEach, describe, expect, it } from "vitest";
import { json, problem, type ScriptedApi, startScriptedApi } from "../../helpers/node/scripted-api.ts";
import { menthaHere } from "./run-here.ts";

let server: ScriptedApi;
afterEach(() => server.close());

async function online(answers: Parameters<typeof startScriptedApi>[0], ...args: readonly string[]) {
  server = await startScriptedApi(answers);
  return menthaHere(["online", ...args], { env: { MENTHA_SERVER: server.url, MENTHA_KEY: "mk_test_1" } });
}

const path = "/api/v1/online-users";
const userId = "usr_01k9z8q5v0c3r7t2m4n6p8s1w5";
const since = Date.parse("2027-03-31T14:05:59Z");
const members = [
  { userId, name: "Ada", email: "ada@example.com", since, active: true, connections: 3, devices: ["desktop", "mobile"] },
  { userId, name: "", email: "grace@example.com", since, active: false, connections: 1, devices: [] },
];

describe("mentha online", () => {
  it("shows who is online, since when, and at what", async () => {
    const { code, stdout } = await online({ [path]: json({ items: members }) });
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        "NAME               SINCE                 ACTIVE  DEVICES",
        "Ada                2027-03-31 14:05 UTC  yes     desktop, mobile",
        "grace@example.com  2027-03-31 14:05 UTC  no",
        "",
      ].join("\n"),
    );
    expect(server.asked).toEqual([`GET ${path}?limit=100`]);
  });

  it("writes JSON for programs", async () => {
    expect(JSON.parse((await online({ [path]: json({ items: members }) }, "--json")).stdout)).toEqual(members);
  });

  it("says it when there is nobody", async () => {
    expect(await online({ [path]: json({ items: [] }) })).toEqual({ code: 0, stdout: "", stderr: "Nobody is online.\n" });
  });

  it("says what the server refuses, and takes nothing else", async () => {
    const { code, stderr } = await online({ [path]: problem(403, "forbidden", "This needs members:read.") });
    expect([code, stderr]).toEqual([2, expect.stringContaining("The key may not do this: This needs members:read.")]);
    await server.close();
    expect((await online({}, "ada")).code).toBe(2);
    expect(server.asked).toEqual([]);
  });
});
