import { describe, expect, it } from "vitest";
import { parseFlags } from "../../../cli/flags.ts";
import { actions } from "../../../cli/keys/actions.ts";
import { accountFlags } from "../../../cli/sign-in/account-flags.ts";
import { type ApiClient, createClient } from "../../../client/index.ts";
import { newApiKey } from "../../../shared/platform/index.ts";

const now = 1_800_000_000_000;
const dayMs = 86_400_000;

/** What a line of `mentha keys` asks a server for, as `POST /keys/generate {…}`. */
async function asks(name: keyof typeof actions, ...line: readonly string[]): Promise<string> {
  const asked: string[] = [];
  const client: ApiClient = createClient({
    baseUrl: "https://mentha.example",
    key: "mk_1",
    fetch: async (url, { method = "GET", body }) => {
      asked.push([method, url.replace("https://mentha.example/api/v1", ""), ...(typeof body === "string" ? [body] : [])].join(" "));
      throw new Error("enough");
    },
  });
  const { flags, prepare } = actions[name];
  const work = prepare(parseFlags<string>(line, { ...flags, ...accountFlags }), now);
  await expect(work(client)).rejects.toThrow("enough");
  return asked.join("\n");
}

const { key, prefix } = newApiKey("test");

describe("the arguments of mentha keys", () => {
  it.each<[keyof typeof actions, readonly string[], string]>([
    ["list", [], "GET /keys?limit=100"],
    ["create", ["--name", "CI", "--scope", "audits:read"], 'POST /keys/generate {"name":"CI","scopes":["audits:read"]}'],
    [
      "create",
      ["--name", "CI", "--scope", "audits:read,audits:write", "--scope", "keys:read", "--expires", "90d", "--ip", "10.0.0.0/8", "--ip", "::1"],
      `POST /keys/generate {"name":"CI","scopes":["audits:read","audits:write","keys:read"],"expiresAt":${now + 90 * dayMs},"allowedIps":["10.0.0.0/8","::1"]}`,
    ],
    [
      "create",
      ["--name", "CI", "--scope", "audits:read", "--limit", "lists=30,reads=9", "--limit", "audits=1"],
      'POST /keys/generate {"name":"CI","scopes":["audits:read"],"limits":{"lists":30,"reads":9,"audits":1}}',
    ],
    ["edit", [prefix, "--limit", "usual"], `PATCH /keys/${prefix} {"limits":{}}`],
    ["show", [prefix], `GET /keys/${prefix}`],
    ["edit", [prefix, "--name", "Nightly"], `PATCH /keys/${prefix} {"name":"Nightly"}`],
    ["edit", [prefix, "--expires", "never", "--ip", "any"], `PATCH /keys/${prefix} {"expiresAt":null,"allowedIps":[]}`],
    ["revoke", [prefix], `DELETE /keys/${prefix}`],
    ["rotate", [prefix], `POST /keys/${prefix}/rotate {"graceSeconds":0}`],
    ["rotate", [prefix, "--grace", "1d"], `POST /keys/${prefix}/rotate {"graceSeconds":86400}`],
  ])("%s %j ask for what they say", async (name, line, request) => {
    expect(await asks(name, ...line)).toBe(request);
  });

  it("never send the secret part of a key that was given whole", async () => {
    expect(await asks("show", key)).toBe(`GET /keys/${prefix}`);
  });

  it.each<[string, keyof typeof actions, readonly string[], string]>([
    ["a key without a name", "create", ["--scope", "audits:read"], "--name NAME"],
    ["a key that may do nothing", "create", ["--name", "CI"], "--scope PERMISSION, one of audits:read, "],
    ["an unknown permission", "create", ["--name", "CI", "--scope", "audit:read"], '--scope: "audit:read" is no permission. Did you mean audits:read?'],
    ["a name without quotes", "create", ["--name", "Nightly", "audits", "--scope", "audits:read"], '"audits" is one too many'],
    ["no key", "show", [], "by its prefix"],
    ["what is no prefix", "revoke", ["../me"], "by its prefix"],
    ["two keys", "revoke", [prefix, prefix], "is one too many"],
    ["no change", "edit", [prefix], "Say what to change"],
    ["an option of another action", "show", [prefix, "--name", "x"], "--name is not an option"],
    [
      "an end that is too far away",
      "create",
      ["--name", "CI", "--scope", "audits:read", "--expires", "9999d"],
      "A key lasts 10 years at most; --expires never",
    ],
    ["a limit without a number", "edit", [prefix, "--limit", "lists"], "--limit: lists lacks its number. Write for example lists=30"],
    ["a limit with nothing for a number", "edit", [prefix, "--limit", "lists="], "--limit: lists lacks its number"],
    ["a limit of nothing", "edit", [prefix, "--limit", "lists=0"], '--limit: the number of lists is wrong: "0" is not a whole number from 1 to 10000'],
    ["a limit that nobody can have", "edit", [prefix, "--limit", "lists=10001"], '--limit: the number of lists is wrong: "10001" is not'],
    ["a limit that is no number", "edit", [prefix, "--limit", "lists=many"], '--limit: the number of lists is wrong: "many" is not'],
    ["an unknown limit", "edit", [prefix, "--limit", "list=5"], '--limit: "list" is the name of no limit. Did you mean lists?'],
    ["an unknown limit without a number", "edit", [prefix, "--limit", "list"], '--limit: "list" is the name of no limit. Did you mean lists?'],
    ["a limit like no other", "edit", [prefix, "--limit", "bananas=5"], '--limit: "bananas" is the name of no limit. There are admin, audits, '],
    ["a limit without a name", "edit", [prefix, "--limit", "=5"], '--limit: "" is the name of no limit. There are admin, audits, '],
    ["a limit that counts by address", "edit", [prefix, "--limit", "signIn=5"], "--limit: signIn is counted by address, before a key is looked at"],
    ["the usual limits with others", "edit", [prefix, "--limit", "usual,lists=4"], "--limit: usual stands alone"],
    ["a limit twice", "edit", [prefix, "--limit", "lists=5", "--limit", "lists=6"], "--limit: say once how many lists"],
    ["a grace that is too long", "rotate", [prefix, "--grace", "8d"], "--grace: at most 7d"],
    ["a grace that is no duration", "rotate", [prefix, "--grace", "soon"], '--grace: "soon" is no duration'],
  ])("refuse %s and say what to change", async (_, name, line, message) => {
    await expect(async () => asks(name, ...line)).rejects.toThrow(expect.objectContaining({ name: "UsageError", message: expect.stringContaining(message) }));
  });
});
