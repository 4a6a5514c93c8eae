import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { members } from "../../../../shared/db/schema/index.ts";
import { Workspace } from "../../../../shared/identity/index.ts";
import { workspaceExample } from "../../../../workers/api/examples.ts";
import { call, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { type SignedIn, signedIn } from "../../../helpers/worker/people.ts";

let workspace: SeededWorkspace;
let admin: SignedIn;
beforeAll(async () => {
  workspace = await seedWorkspace();
  admin = await signedIn(workspace.userId);
});

async function read(who: SignedIn = admin): Promise<Workspace> {
  const answer = await who("GET", "/api/v1/workspace");
  expect(answer.status).toBe(200);
  return Workspace.strict().parse(await answer.json());
}

describe("a workspace", () => {
  it("is in English and in UTC, and keeps its audits, until somebody says otherwise", async () => {
    const own = await seedWorkspace();
    const kept = { auditRetentionDays: null, pageRetentionDays: null, deliveryRetentionDays: 30, reportRetentionDays: null };
    const expected = { id: own.id, name: "Test", language: "en", timeZone: "UTC", ...kept, version: 1, createdAt: expect.any(Number) };
    expect(await read(await signedIn(own.userId))).toEqual(expected);
  });

  it.each([
    { change: { name: "  Calle Ñ 👩‍🔬 " }, result: { name: "Calle Ñ 👩‍🔬" } },
    { change: { name: "x" }, result: { name: "x" } },
    { change: { name: "x".repeat(100) }, result: { name: "x".repeat(100) } },
    { change: { language: "es" }, result: { language: "es" } },
    { change: { timeZone: "Europe/Madrid" }, result: { timeZone: "Europe/Madrid" } },
    { change: { timeZone: "america/NEW_york" }, result: { timeZone: "America/New_York" } },
    { change: { auditRetentionDays: 1 }, result: { auditRetentionDays: 1 } },
    { change: { auditRetentionDays: 3_650 }, result: { auditRetentionDays: 3_650 } },
    { change: { auditRetentionDays: null }, result: { auditRetentionDays: null } },
    { change: { pageRetentionDays: 1 }, result: { pageRetentionDays: 1 } },
    { change: { pageRetentionDays: null }, result: { pageRetentionDays: null } },
    { change: { deliveryRetentionDays: 3_650, reportRetentionDays: 3_650 }, result: { deliveryRetentionDays: 3_650, reportRetentionDays: 3_650 } },
    { change: { name: "Shop", language: "en" }, result: { name: "Shop", language: "en" } },
    { change: {}, result: {} },
  ])("takes $change and keeps the rest", async ({ change, result }) => {
    const before = await read();
    const answer = await admin("PATCH", "/api/v1/workspace", change);
    const isEdit = JSON.stringify({ ...before, ...result }) !== JSON.stringify(before);
    const expected = { ...before, ...result, version: before.version + (isEdit ? 1 : 0) };
    expect([answer.status, await answer.json()]).toEqual([200, expected]);
    expect(await read()).toEqual(expected);
  });

  it.each([
    { name: "" },
    { name: "   " },
    { name: "x".repeat(101) },
    { name: "two\nlines" },
    { name: "nul\u0000" },
    { name: "\ud800" },
    { name: null },
    { language: "fr" },
    { timeZone: "" },
    { timeZone: "Europe/Nowhere" },
    { timeZone: "+02:00" },
    { timeZone: "x".repeat(101) },
    { auditRetentionDays: 0 },
    { auditRetentionDays: 3_651 },
    { auditRetentionDays: 1.5 },
    { auditRetentionDays: "30" },
    { pageRetentionDays: 0 },
    { pageRetentionDays: 3_651 },
    { deliveryRetentionDays: 0 },
    { deliveryRetentionDays: 3_651 },
    { deliveryRetentionDays: null },
    { reportRetentionDays: 0 },
    { reportRetentionDays: 3_651 },
    { id: "wsp_00000000000000000000000000" },
    { createdAt: 0 },
  ])("refuses %j", async (change) => {
    const before = await read();
    expect((await admin("PATCH", "/api/v1/workspace", change)).status).toBe(422);
    expect(await read()).toEqual(before);
  });

  it("is the one that is named, to somebody who is in two", async () => {
    const [here, there] = [await seedWorkspace(), await seedWorkspace()];
    await directoryDatabase(env).insert(members).values({ workspaceId: there.id, userId: here.userId, role: "admin", createdAt: Date.now() });
    const [inHere, inThere] = [await signedIn(here.userId, here.id), await signedIn(here.userId, there.id)];
    expect((await inThere("PATCH", "/api/v1/workspace", { name: "There" })).status).toBe(200);
    expect([(await read(inHere)).name, (await read(inThere)).name]).toEqual(["Test", "There"]);
    expect((await (await signedIn(here.userId))("GET", "/api/v1/workspace")).status).toBe(400);
  });

  it("is edited by whoever has seen its present version, and by nobody who has seen an older one", async () => {
    const own = await seedWorkspace();
    const key = await seedKey(own);
    const edit = (name: string, version: string) => call("PATCH", "/api/v1/workspace", { key, body: { name }, headers: { "If-Match": version } });
    const seen = (await call("GET", "/api/v1/workspace", { key })).headers.get("ETag") ?? "";
    const first = await edit("First", seen);
    expect([first.status, (await edit("Second", seen)).status]).toEqual([200, 412]);
    expect((await edit("Third", first.headers.get("ETag") ?? "")).status).toBe(200);
    expect((await read(await signedIn(own.userId))).name).toBe("Third");
  });

  it("has an example that is true to its schema", () => {
    expect(Workspace.strict().safeParse(workspaceExample).error).toBeUndefined();
  });
});

describe("another workspace", () => {
  it("has the operator who made it as its admin", async () => {
    const own = await seedWorkspace({ isOperator: true, role: "dev" });
    const answer = await (await signedIn(own.userId))("POST", "/api/admin/workspaces", { name: " Shop ", timeZone: "europe/madrid" });
    expect(answer.status).toBe(201);
    const made = Workspace.strict().parse(await answer.json());
    expect(made).toMatchObject({ name: "Shop", language: "en", timeZone: "Europe/Madrid", auditRetentionDays: null });
    const who = await signedIn(own.userId, made.id);
    expect(await read(who)).toEqual(made);
    expect((await who("PATCH", "/api/v1/workspace", { name: "Shops" })).status).toBe(200);
    const listed = await (await who("GET", "/api/v1/members")).json();
    expect(listed).toEqual({ items: [expect.objectContaining({ userId: own.userId, role: "admin" })] });
  });

  it("is not made by an admin who is no operator", async () => {
    expect((await admin("POST", "/api/admin/workspaces", { name: "Shop" })).status).toBe(403);
  });

  it.each([{}, { name: "" }, { name: "Shop", timeZone: "Mars/Olympus" }, { name: "Shop", role: "admin" }])("is not made of %j", async (body) => {
    const own = await seedWorkspace({ isOperator: true });
    expect((await (await signedIn(own.userId))("POST", "/api/admin/workspaces", body)).status).toBe(422);
  });
});
