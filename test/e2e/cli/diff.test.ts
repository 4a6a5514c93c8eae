import { afterEach, describe, expect, it } from "vitest";
import { diffExample, diffFindingExample } from "../../../workers/api/history-examples.ts";
import { json, problem, type ScriptedApi, startScriptedApi } from "../../helpers/node/scripted-api.ts";
import { sampleReport } from "../../helpers/sample-report.ts";
import { menthaHere } from "./run-here.ts";

const { auditId: audit, baseId: base } = diffExample;
const newest = { ...sampleReport.audit, id: audit, url: "https://www.example.com/", status: "completed" };
const address = `/api/v1/audits/${audit}/diff`;

let server: ScriptedApi;
afterEach(() => server.close());

async function diff(answers: Parameters<typeof startScriptedApi>[0], ...args: readonly string[]) {
  server = await startScriptedApi(answers);
  return menthaHere(["diff", ...args], { env: { MENTHA_SERVER: server.url, MENTHA_KEY: "mk_test_1" } });
}

describe("mentha diff", () => {
  it("says what changed, and by which rules", async () => {
    const { code, stdout } = await diff({ [address]: json(diffExample) }, audit);
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        `audit     ${audit}, 2026-11-02 07:33 UTC`,
        `against   ${base}, 2026-10-26 07:33 UTC`,
        "score     84 → 91 (+7), by the rules that both audits checked",
        "pages     94% of them both audits looked at",
        "findings  3 new, 12 fixed, 2 not looked at again, 41 open, 1 muted",
        "",
        "RULE                             NEW  FIXED  NOT LOOKED AT  OPEN  MUTED",
        "Page without a title             3    2                     1",
        "Page without a meta description       10     2              40    1",
        "",
      ].join("\n"),
    );
  });

  it("says that there is nothing to compare with", async () => {
    const first = { ...diffExample, baseId: null, baseFinishedAt: null, scores: null, pages: null, rules: [] };
    const { stdout } = await diff({ [address]: json(first) }, audit);
    expect(stdout).toContain("against   nothing: this is the first audit of its address\nfindings");
  });

  it("compares with the audit that is named, and gives JSON", async () => {
    const { stdout } = await diff({ [address]: json(diffExample) }, audit, "--base", base, "--json");
    expect(server.asked).toEqual([`GET ${address}?base=${base}`]);
    expect(JSON.parse(stdout)).toEqual(diffExample);
  });

  it.each([
    { args: [], found: newest },
    { args: ["shop.example"], found: { ...newest, url: "https://shop.example/", id: audit } },
  ])("takes the newest completed audit where none is named: $args", async ({ args, found }) => {
    const others = found === newest ? [] : [{ ...newest, id: base }];
    const answers = { "/api/v1/audits": json({ items: [...others, found, { ...found, id: base }] }), [address]: json(diffExample) };
    const { code, stdout, stderr } = await diff(answers, ...args);
    expect([code, stdout]).toEqual([0, expect.stringContaining(`audit     ${audit}`)]);
    expect(stderr).toMatch(new RegExp(`^The newest completed audit is ${audit} of ${found.url}, \\d{4}-.* UTC\n$`));
    expect(server.asked).toEqual(["GET /api/v1/audits?limit=100&status=completed", `GET ${address}`]);
  });

  it.each([
    { args: [], items: [], says: "There is no completed audit. Name one" },
    { args: ["shop.example"], items: [newest], says: "There is no completed audit of https://shop.example/. Name one" },
    {
      args: ["shop.example"],
      items: Array.from({ length: 100 }, () => newest),
      says: "There is no completed audit of https://shop.example/ among the newest 100. Name one",
    },
  ])("says so when there is no such audit: $says", async ({ args, items, says }) => {
    const page = { items, ...(items.length === 100 && { nextCursor: "more" }) };
    const { code, stderr } = await diff({ "/api/v1/audits": json(page) }, ...args);
    expect([code, server.asked.length, stderr]).toEqual([3, 1, expect.stringContaining(says)]);
  });

  it("shows the findings of a state", async () => {
    const { stdout } = await diff({ [`${address}/findings`]: json({ items: [diffFindingExample] }) }, audit, "--state", "fixed", "--rule", "title-missing");
    expect(server.asked).toEqual([`GET ${address}/findings?limit=100&rule=title-missing&state=fixed&lang=en`]);
    expect(stdout).toContain(`fixed  title-missing  https://www.example.com/cart  ${diffFindingExample.id}`);
  });

  it("says so when there are none", async () => {
    const { code, stderr } = await diff({ [`${address}/findings`]: json({ items: [] }) }, audit, "--state", "new");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "No such findings.\n" });
  });

  it.each<[args: readonly string[], says: string]>([
    [["aud_1"], "is no id of an audit"],
    [["not an address"], "is not an address"],
    [[audit, "--base", "last"], '--base: "last" is no id of an audit'],
    [[audit, base], "one too many"],
    [[audit, "--state", "old"], "is not one of new, open, muted, fixed, not-rechecked"],
    [[audit, "--rule", "title-missing"], "--rule goes with --state"],
  ])("refuses %j before it asks anything", async (args, says) => {
    const { code, stderr } = await diff({}, ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
    expect(server.asked).toEqual([]);
  });

  it("says what the server says", async () => {
    const { code, stderr } = await diff({ [address]: problem(409, "conflict", "This audit has not ended yet; compare it when it has.") }, audit);
    expect(code).toBe(3);
    expect(stderr).toContain("This audit has not ended yet");
  });
});
