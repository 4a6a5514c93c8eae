import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { members } from "../../../../shared/db/schema/index.ts";
import { GeneratedKey, Key } from "../../../../shared/keys/index.ts";
import { minuteMs, newId, parseApiKey } from "../../../../shared/platform/index.ts";
import { Problem } from "../../../../workers/api/problem.ts";
import { call, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { injectFaults, stopFaults, struckSoFar } from "../../../helpers/worker/faults.ts";
import { seedMember } from "../../../helpers/worker/people.ts";

let workspace: SeededWorkspace;
beforeAll(async () => {
  workspace = await seedWorkspace();
});
afterEach(() => {
  stopFaults();
  vi.restoreAllMocks();
});

const prefixOf = (key: string): string => parseApiKey(key)?.prefix ?? "";
const setRow = async (key: string, column: "allowed_ips" | "last_used_at", value: string | number): Promise<void> => {
  await env.DB.prepare(`UPDATE api_keys SET ${column} = ? WHERE prefix = ?`).bind(value, prefixOf(key)).run();
};
const listFrom = (key: string, ip?: string): Promise<Response> => call("GET", "/api/v1/audits", { key, ip: ip ?? null });

/** The statements that `work` runs. */
async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const asked: string[] = [];
  injectFaults(({ point, text }) => (point === "d1" ? void asked.push(text) : undefined));
  await work();
  stopFaults();
  return asked;
}

describe("a key with ranges", () => {
  let key = "";
  beforeAll(async () => {
    key = await seedKey(workspace);
    await setRow(key, "allowed_ips", '["203.0.113.0/24","2001:db8::/32"]');
  });

  it.each(["203.0.113.7", "203.0.113.255", "2001:db8:ffff::1", "::ffff:203.0.113.7", "::FFFF:CB00:7107"])("works from %s", async (ip) => {
    expect((await listFrom(key, ip)).status).toBe(200);
  });

  it.each(["203.0.114.7", "2001:db9::1", "::203.0.113.7", "::ffff:198.51.100.1"])("is refused from %s, and says so", async (ip) => {
    const answer = await listFrom(key, ip);
    expect(answer.status).toBe(403);
    expect(Problem.parse(await answer.json()).detail).toContain(` ${ip}.`);
  });

  it.each([undefined, "", "unknown", "203.0.113.7, 198.51.100.1"])("is refused from an address that is not known (%j)", async (ip) => {
    const answer = await listFrom(key, ip);
    expect(answer.status).toBe(403);
    expect(Problem.parse(await answer.json()).detail).toContain("not known");
  });

  it("says nothing of its ranges once it is revoked", async () => {
    const revoked = await seedKey(workspace, { revokedAt: 1 });
    await setRow(revoked, "allowed_ips", '["203.0.113.0/24"]');
    expect((await listFrom(revoked, "198.51.100.1")).status).toBe(401);
  });

  it("is not used by a refused request", async () => {
    const unused = await seedKey(workspace);
    await setRow(unused, "allowed_ips", '["203.0.113.0/24"]');
    const asked = await statementsOf(() => listFrom(unused, "198.51.100.1"));
    expect(asked.filter((text) => text.startsWith("update"))).toEqual([]);
  });
});

describe("a text that cannot be a key", () => {
  it("is refused without a question to the database, unlike one that only nobody has", async () => {
    const key = await seedKey(workspace);
    const swapped = key.endsWith("0") ? "1" : "0";
    const wrong = key.slice(0, -1) + swapped;
    expect(await statementsOf(async () => expect((await listFrom(wrong)).status).toBe(401))).toEqual([]);
    expect(await statementsOf(() => listFrom(key))).not.toEqual([]);
  });
});

describe("a key with X-Workspace", () => {
  const withHeader = (key: string, id: string) => call("GET", "/api/v1/audits", { key, headers: { "X-Workspace": id } });

  it("works when that is its own workspace", async () => {
    expect((await withHeader(await seedKey(workspace), workspace.id)).status).toBe(200);
  });

  it("is told to leave the header out, in the same words for a workspace of others and for none", async () => {
    const key = await seedKey(workspace);
    for (const id of [(await seedWorkspace()).id, newId("workspace"), "nonsense"]) {
      const answer = await withHeader(key, id);
      const { status, code, detail } = Problem.parse(await answer.json());
      expect({ status, code, detail }).toEqual({
        status: 403,
        code: "forbidden",
        detail: "This API key belongs to another workspace than X-Workspace names. Leave the header out.",
      });
    }
  });
});

describe("a key whose maker left and came back", () => {
  it("stays dead, also one that was not revoked with the others, and the list says so; a new one works", async () => {
    const userId = await seedMember(workspace, { role: "admin" });
    const old = await seedKey({ id: workspace.id, userId });
    expect((await listFrom(old)).status).toBe(200);
    const membership = and(eq(members.workspaceId, workspace.id), eq(members.userId, userId));
    await directoryDatabase(env).delete(members).where(membership);
    // As a key that was made while its maker was being removed: nobody revoked it.
    await directoryDatabase(env)
      .insert(members)
      .values({ workspaceId: workspace.id, userId, role: "admin", createdAt: Date.now() + 1 });
    expect((await listFrom(old)).status).toBe(401);
    const shown = await call("GET", `/api/v1/keys/${prefixOf(old)}`, { key: await seedKey(workspace) });
    expect(Key.parse(await shown.json()).status).toBe("revoked");
    await directoryDatabase(env)
      .update(members)
      .set({ createdAt: Date.now() - minuteMs })
      .where(membership);
    expect((await listFrom(await seedKey({ id: workspace.id, userId }))).status).toBe(200);
  });
});

describe("the last use of a key", () => {
  const lastUse = (key: string) => env.DB.prepare("SELECT last_used_at FROM api_keys WHERE prefix = ?").bind(prefixOf(key)).first<number>("last_used_at");
  const isNote = (text: string): boolean => text.startsWith("update") && text.includes('"last_used_at"');

  it("is noted after the answer", async () => {
    const key = await seedKey(workspace);
    expect(await lastUse(key)).toBeNull();
    const before = Date.now();
    await listFrom(key);
    await vi.waitFor(async () => expect(await lastUse(key)).toBeGreaterThanOrEqual(before));
  });

  it("is noted also when the key lacked the permission", async () => {
    const key = await seedKey(workspace, { scopes: ["keys:read"] });
    expect((await listFrom(key)).status).toBe(403);
    await vi.waitFor(async () => expect(await lastUse(key)).not.toBeNull());
  });

  it.each([
    { age: "four minutes", ago: 4 * minuteMs, notes: 0 },
    { age: "six minutes", ago: 6 * minuteMs, notes: 1 },
  ])("is written $notes times when the last note is $age old", async ({ ago, notes }) => {
    const key = await seedKey(workspace);
    await setRow(key, "last_used_at", Date.now() - ago);
    const asked: string[] = [];
    injectFaults(({ point, text }) => (point === "d1" ? void asked.push(text) : undefined));
    await listFrom(key);
    // What a request leaves to do after its answer is over before this key is used again.
    const other = await seedKey(workspace);
    await listFrom(other);
    await vi.waitFor(() => expect(asked.filter(isNote).length).toBe(notes + 1));
  });

  it("is not worth a failed request", async () => {
    const key = await seedKey(workspace);
    const warnings: string[] = [];
    vi.spyOn(console, "warn").mockImplementation((line: unknown) => void warnings.push(String(line)));
    injectFaults(({ text }) => (isNote(text) ? "fail-before" : undefined));
    expect((await listFrom(key)).status).toBe(200);
    await vi.waitFor(() => expect(struckSoFar()).toEqual(["d1 fail-before"]));
    await vi.waitFor(() => expect(warnings.join()).toContain("use of a key was not noted"));
    expect(await lastUse(key)).toBeNull();
  });
});

describe("the secret of a key", () => {
  it("is in the answer that made it and nowhere else: no answer, no log, no table", async () => {
    const seen: string[] = [];
    for (const level of ["debug", "info", "log", "warn", "error"] as const)
      vi.spyOn(console, level).mockImplementation((...lines) => void seen.push(lines.join()));
    const manager = await seedKey(workspace);
    const made = await call("POST", "/api/v1/keys/generate", { key: manager, body: { name: "Secret", scopes: ["keys:write", "keys:read"] } });
    const { key, prefix } = GeneratedKey.parse(await made.json());
    const rotated = await call("POST", `/api/v1/keys/${prefix}/rotate`, { key, body: { graceSeconds: 60 } });
    const successor = GeneratedKey.parse(await rotated.json());
    const secrets = [key, successor.key].map((text) => text.slice(prefix.length));

    for (const [method, path, body] of [
      ["GET", "/api/v1/keys", undefined],
      ["GET", `/api/v1/keys/${prefix}`, undefined],
      ["PATCH", `/api/v1/keys/${successor.prefix}`, { name: "Renamed" }],
      ["PATCH", `/api/v1/keys/${prefix}`, { name: "Renamed" }],
      ["GET", `/api/v1/keys/${key}`, undefined],
      ["DELETE", `/api/v1/keys/${successor.prefix}`, undefined],
    ] as const) {
      const answer = await call(method, path, { key: method === "GET" ? key : manager, ...(body === undefined ? {} : { body }) });
      seen.push(path.endsWith(key) ? "" : await answer.text());
    }
    const { results } = await env.DB.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'").all<{
      name: string;
    }>();
    expect(results.map(({ name }) => name)).toContain("api_keys");
    for (const { name } of results) seen.push(JSON.stringify((await env.DB.prepare(`SELECT * FROM "${name}"`).all()).results));

    const text = seen.join("\n");
    expect(text).toContain(prefix);
    for (const secret of secrets) expect(text).not.toContain(secret);
  });
});
