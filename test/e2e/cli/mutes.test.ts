import { afterEach, describe, expect, it } from "vitest";
import { createMuteExample, muteExample } from "../../../workers/api/history-examples.ts";
import { type Answer, json, problem, type ScriptedApi, startScriptedApi } from "../../helpers/node/scripted-api.ts";
import { menthaHere } from "./run-here.ts";

const list = "/api/v1/mutes";

let server: ScriptedApi;
afterEach(() => server.close());

async function mutes(answers: Readonly<Record<string, Answer>>, ...args: readonly string[]) {
  server = await startScriptedApi(answers);
  return menthaHere(["mutes", ...args], { env: { MENTHA_SERVER: server.url, MENTHA_KEY: "mk_test_1" } });
}

const { auditId, findingId } = createMuteExample;
const ofFinding = ["--audit", auditId, "--finding", findingId];
const ofRule = ["--site", "shop.example", "--rule", "csp-missing"];

describe("mentha mutes", () => {
  it("lists what is muted, where, until when and why", async () => {
    const rule = { ...muteExample, scope: "rule", ruleId: "csp-missing", pageUrl: null, until: null, reason: "Later" };
    const site = { ...muteExample, ruleId: "robots-syntax", pageUrl: null, isOver: true, reason: "Old" };
    const { code, stdout } = await mutes({ [list]: json({ items: [rule, site, muteExample] }) }, "list");
    expect(code).toBe(0);
    expect(stdout).toContain("every page of https://www.example.com");
    expect(stdout).toContain("https://www.example.com as a whole");
    expect(stdout).toMatch(/UTC, which is over +Old/);
    expect(stdout).toMatch(/for good +Later/);
  });

  it("says so when there is nothing", async () => {
    const { stderr } = await mutes({ [list]: json({ items: [] }) }, "list");
    expect(stderr).toBe("Nothing is muted.\n");
  });

  it("adds one of a finding, and one of a rule", async () => {
    const { stdout } = await mutes({ [list]: json(muteExample) }, "add", ...ofFinding, "--reason", "Known");
    expect(stdout).toContain(muteExample.id);
    expect(server.bodies).toEqual([{ auditId, findingId, reason: "Known" }]);
    await server.close();
    await mutes({ [list]: json(muteExample) }, "add", ...ofRule, "--reason", "Known", "--until", "2999-03-31");
    expect(server.bodies).toEqual([{ site: "https://shop.example/", ruleId: "csp-missing", reason: "Known", until: Date.UTC(2999, 3, 1) }]);
  });

  it("removes one", async () => {
    const { code, stderr } = await mutes({ [`${list}/${muteExample.id}`]: (response) => void response.writeHead(204).end() }, "remove", muteExample.id);
    expect(server.asked).toEqual([`DELETE ${list}/${muteExample.id}`]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: `${muteExample.id} is deleted: what it muted is heard of again.\n` });
  });

  it.each<[args: readonly string[], says: string]>([
    [[], "Say what to do with mutes: list, add, remove"],
    [["ad"], "Did you mean add?"],
    [["add", ...ofFinding], "Say why"],
    [["add", "--reason", "x"], "Say what to mute"],
    [["add", "--reason", "x", ...ofFinding, ...ofRule], "Say what to mute"],
    [["add", "--reason", "x", "--audit", auditId, "--rule", "csp-missing"], "Say what to mute"],
    [["add", "--reason", "x", ...ofRule, "--until", "2020-01-01"], "is over already"],
    [["remove"], "Say which mute"],
    [["remove", "csp-missing"], "Say which mute"],
  ])("refuses %j before it asks anything", async (args, says) => {
    const { code, stderr } = await mutes({}, ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
    expect(server.asked).toEqual([]);
  });

  it("names the option that the server complains of", async () => {
    const complaint: Answer = (response) =>
      void response
        .writeHead(422, { "Content-Type": "application/problem+json" })
        .end(JSON.stringify({ code: "invalid", detail: "x", errors: [{ path: "body.ruleId", message: "There is no rule no-rule." }] }));
    const { code, stderr } = await mutes({ [list]: complaint }, "add", "--site", "shop.example", "--rule", "no-rule", "--reason", "x");
    expect(code).toBe(2);
    expect(stderr).toContain("--rule: There is no rule no-rule.");
  });

  it("says what the server says", async () => {
    const { code, stderr } = await mutes({ [list]: problem(409, "conflict", "This is muted already.") }, "add", ...ofRule, "--reason", "x");
    expect(code).toBe(3);
    expect(stderr).toContain("This is muted already.");
  });
});
