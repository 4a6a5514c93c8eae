import { afterEach, describe, expect, it } from "vitest";
import { json, problem, type ScriptedApi, startScriptedApi } from "../../helpers/node/scripted-api.ts";
import { menthaHere } from "./run-here.ts";

let server: ScriptedApi;
afterEach(() => server.close());

async function inbox(answers: Parameters<typeof startScriptedApi>[0], ...args: readonly string[]) {
  server = await startScriptedApi(answers);
  return menthaHere(["inbox", ...args], { env: { MENTHA_SERVER: server.url, MENTHA_KEY: "mk_test_1" } });
}

const path = "/api/v1/notifications";
const at = Date.UTC(2027, 2, 31, 14, 5);
const newest = {
  id: "ntf_01k9z8q5v0c3r7t2m4n6p8s1w6",
  type: "member.role-changed",
  createdAt: at,
  readAt: null,
  data: { role: "qa" },
  title: "Your role was changed",
  text: "Your role in the workspace is now: QA.",
};
const older = { ...newest, id: "ntf_01k9z8q5v0c3r7t2m4n6p8s1w5", createdAt: at - 60_000, readAt: at };
const items = [newest, older];
const ofAudit = (auditId: string) => ({ ...newest, type: "audit.failed", data: { auditId, url: "https://example.com/" }, title: "Failed", text: "It did." });
const preferences = [
  { type: "audit.failed", inApp: true, email: true },
  { type: "member.joined", inApp: false, email: false },
];

describe("mentha inbox", () => {
  it("shows what happened, newest first, and what of it is unread", async () => {
    const { code, stdout } = await inbox({ [path]: json({ items, unread: 1 }) });
    expect([code, stdout]).toEqual([
      0,
      [
        "   TIME                  WHAT                   MORE                                    ABOUT",
        "*  2027-03-31 14:05 UTC  Your role was changed  Your role in the workspace is now: QA.",
        "   2027-03-31 14:04 UTC  Your role was changed  Your role in the workspace is now: QA.",
        "",
      ].join("\n"),
    ]);
  });

  it("tells the audits of one site apart", async () => {
    const audits = ["aud_01k9z8q5v0c3r7t2m4n6p8s1w5", "aud_01k9z8q5v0c3r7t2m4n6p8s1w6"];
    const { stdout } = await inbox({ [path]: json({ items: audits.map(ofAudit), unread: 2 }) });
    expect(stdout.split("\n").slice(1, 3)).toEqual(audits.map((id) => `*  2027-03-31 14:05 UTC  Failed  It did.  ${id}`));
  });

  it("asks for what is unread, in a language, and shows as many as are wanted", async () => {
    const { stdout } = await inbox({ [path]: json({ items, unread: 2 }) }, "--unread", "--lang", "es", "--limit", "1", "--json");
    expect(JSON.parse(stdout)).toEqual([newest]);
    expect(server.asked).toEqual([`GET ${path}?limit=100&unread=true&lang=es`]);
  });

  it("marks as read what it has shown, up to the newest", async () => {
    const answers = { [path]: json({ items, unread: 2 }), [`${path}/read-all`]: json({ marked: 2, unread: 1 }) };
    const { code, stderr } = await inbox(answers, "--mark-read");
    expect([code, stderr, server.asked]).toEqual([0, "Marked 2 as read; 1 unread came meanwhile.\n", [`GET ${path}?limit=100`, `POST ${path}/read-all`]]);
  });

  it.each([
    { line: ["--unread", "--mark-read"], says: "Nothing is unread.\n" },
    { line: [], says: "Nothing happened yet that concerns you.\n" },
  ])("says it when there is nothing, and marks nothing: $line", async ({ line, says }) => {
    expect(await inbox({ [path]: json({ items: [], unread: 0 }) }, ...line)).toEqual({ code: 0, stdout: "", stderr: says });
    expect(server.asked).toHaveLength(1);
  });

  it.each([
    { line: ["--preferences"], method: "GET" },
    { line: ["--email-on", "audit.failed", "--email-off", "member.joined"], method: "PATCH" },
  ])("shows what comes where after $line", async ({ line, method }) => {
    const { code, stdout } = await inbox({ [`${path}/preferences`]: json({ items: preferences }) }, ...line);
    expect([code, server.asked]).toEqual([0, [`${method} ${path}/preferences`]]);
    expect(stdout).toBe(["TYPE           INBOX  E-MAIL", "audit.failed   yes    yes", "member.joined  no     no", ""].join("\n"));
  });

  it.each([
    { line: ["--limit", "1001"], says: "--limit: 1001 is not a whole number from 1 to 1000" },
    { line: ["--lang", "fr"], says: '--lang: "fr" is not one of en, es' },
    { line: ["--email-on", "audit.started"], says: '--email-on: "audit.started" is not one of audit.completed' },
    { line: ["--email-on", "audit.failed", "--email-off", "audit.failed"], says: "Name each type once." },
    { line: ["--preferences", "--unread"], says: "--unread is about what is in the inbox" },
    { line: ["everything"], says: 'takes no "everything"' },
  ])("refuses $line and asks for nothing", async ({ line, says }) => {
    const { code, stderr } = await inbox({}, ...line);
    expect([code, server.asked, stderr]).toEqual([2, [], expect.stringContaining(says)]);
  });

  it("says what the server refuses", async () => {
    const { code, stderr } = await inbox({ [path]: problem(403, "forbidden", "This needs notifications:read.") });
    expect([code, stderr]).toEqual([2, "mentha: The key may not do this: This needs notifications:read.\n"]);
  });
});
