import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { help as listenHelp } from "../../cli/commands/listen.ts";
import { help as webhooksHelp } from "../../cli/commands/webhooks.ts";
import { parseFlags } from "../../cli/flags.ts";
import { answerFlags, listenFlags, listenTaskOf } from "../../cli/listen/listen-options.ts";
import { accountFlags } from "../../cli/sign-in/account-flags.ts";
import { actions } from "../../cli/webhooks/actions.ts";
import { inRoot, root } from "../../local/paths.ts";

const page = readFileSync(inRoot("docs", "webhooks.md"), "utf8");
const integrations = readFileSync(inRoot("docs", "integrations.md"), "utf8");
const blocks = (language: string, of = page): string[] =>
  [...of.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map(([, text = ""]) => text);

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const body = JSON.stringify({ type: "audit.completed", data: { url: "https://shop.example/ñ" } });

/** The headers of a delivery, signed as each of these says. */
function headersOf(sentAt: Date, ...secrets: readonly string[]): Record<string, string> {
  const signatures = secrets.map((one) => new Webhook(one).sign("dlv_1", sentAt, body));
  return { "webhook-id": "dlv_1", "webhook-timestamp": String(Math.floor(sentAt.getTime() / 1_000)), "webhook-signature": signatures.join(" ") };
}

const other = `whsec_${Buffer.alloc(32, 8).toString("base64")}`;
const now = new Date();
const cases: readonly { readonly name: string; readonly headers: Record<string, string>; readonly isGenuine: boolean }[] = [
  { name: "signed with the secret", headers: headersOf(now, secret), isGenuine: true },
  { name: "signed with an older secret too", headers: headersOf(now, other, secret), isGenuine: true },
  { name: "signed with another secret", headers: headersOf(now, other), isGenuine: false },
  { name: "six minutes old", headers: headersOf(new Date(now.getTime() - 360_000), secret), isGenuine: false },
  { name: "with another id", headers: { ...headersOf(now, secret), "webhook-id": "dlv_2" }, isGenuine: false },
  { name: "without a time", headers: { ...headersOf(now, secret), "webhook-timestamp": "" }, isGenuine: false },
  { name: "with a time that is none", headers: { ...headersOf(now, secret), "webhook-timestamp": "now" }, isGenuine: false },
  { name: "without a signature", headers: { ...headersOf(now, secret), "webhook-signature": "" }, isGenuine: false },
];

describe("the receiver in JavaScript that the page shows", () => {
  const [example = "", ...more] = blocks("js");
  // At any port that is free, which it tells.
  const listening = example.replace(/\.listen\(.*\);/, '.listen(0, "127.0.0.1", function () { console.log(this.address().port); });');
  const child = spawn(process.execPath, ["--input-type=module", "--eval", listening], {
    cwd: root,
    env: { PATH: process.env.PATH, MENTHA_WEBHOOK_SECRET: secret },
  });
  let printed = "";
  const listens = new Promise((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
      resolve(printed);
    });
  });
  beforeAll(() => listens);
  afterAll(() => child.kill());

  it("is the only one", () => {
    expect([more, listening === example]).toEqual([[], false]);
  });

  it.each(cases)("judges rightly of what is $name", async ({ headers, isGenuine }) => {
    const { status } = await fetch(`http://127.0.0.1:${Number.parseInt(printed, 10)}/`, { method: "POST", headers, body });
    expect(status).toBe(isGenuine ? 204 : 401);
  });

  it("does once what came twice", () => {
    expect(printed.match(/audit\.completed/g)).toHaveLength(1);
  });
});

const hasPython = spawnSync("python3", ["--version"]).status === 0;

// Not every computer that runs the tests has Python, and nothing else needs it.
describe.skipIf(!hasPython)("the function in Python that the page shows", () => {
  it("judges rightly of each of these", () => {
    const given = cases.map(({ headers }) => headers);
    const program = `${blocks("python").join("")}
import json, sys
secret, body, given = json.load(sys.stdin)
print(json.dumps([is_genuine(secret, headers, body.encode()) for headers in given]))`;
    const { stdout, stderr } = spawnSync("python3", ["-c", program], { input: JSON.stringify([secret, body, given]), encoding: "utf8" });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual(cases.map(({ isGenuine }) => isGenuine));
  });
});

const isAction = (name: string): name is keyof typeof actions => Object.hasOwn(actions, name);

describe.each([
  { name: "webhooks", of: page, least: 7 },
  { name: "integrations", of: integrations, least: 3 },
])("what the page about $name says of the command line", ({ of, least }) => {
  const lines = blocks("sh", of).flatMap((text) =>
    text.split("\n").flatMap((line) => (line.startsWith("npx mentha ") ? [line.slice("npx mentha ".length)] : [])),
  );
  const prose = of.replaceAll(/```[\s\S]*?```/g, "");

  it("shows command lines", () => {
    expect(lines.length).toBeGreaterThanOrEqual(least);
  });

  it.each(lines)("is understood: mentha %s", (line) => {
    const [command, ...words] = line.split(/\s+/).map((word) => word.replace(/^'(.*)'$/, "$1"));
    if (command === "listen") return void listenTaskOf(parseFlags(words, { ...listenFlags, ...answerFlags, ...accountFlags }), {});
    const [name = "", ...args] = words;
    expect([command, isAction(name)]).toEqual(["webhooks", true]);
    if (isAction(name)) actions[name].prepare(parseFlags<string>(args, { ...actions[name].flags, ...accountFlags }), Date.now());
  });

  it.each([...new Set(prose.match(/--[a-z][a-z-]*/g))])("names an option that exists: %s", (option) => {
    expect([...`${webhooksHelp}${listenHelp}`.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, name]) => name)).toContain(option);
  });
});
