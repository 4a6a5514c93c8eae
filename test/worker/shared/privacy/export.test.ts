import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { auditLog, audits, findings } from "../../../../shared/db/schema/index.ts";
import { newId } from "../../../../shared/platform/index.ts";
import { PersonalData } from "../../../../shared/privacy/index.ts";
import { tables } from "../../../../shared/privacy/inventory/tables.ts";
import { call, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { secretMark, storeCanaries } from "../../../helpers/worker/canaries.ts";
import { fillPerson, fillWorkspace } from "../../../helpers/worker/erasures.ts";
import { seedMember, signedIn } from "../../../helpers/worker/people.ts";

const db = directoryDatabase(env);
const Line = z.object({ table: z.string(), row: z.record(z.string(), z.unknown()) });

async function exported(key: string) {
  const answer = await call("GET", "/api/v1/workspace/export", { key });
  const text = await answer.text();
  const lines = text.trimEnd().split("\n");
  return { answer, text, lines: lines.map((line) => Line.parse(JSON.parse(line))) };
}

describe("the export of a workspace", () => {
  it("has every text of every table that it is to have, no secret, and nothing of others", async () => {
    const own = await seedWorkspace();
    const key = await seedKey(own);
    await fillWorkspace(own, "canaryown");
    await fillWorkspace(await seedWorkspace(), "canaryother");
    const { answer, text, lines } = await exported(key);
    expect(answer.headers.get("Content-Type")).toBe("application/x-ndjson");
    expect(answer.headers.get("Content-Disposition")).toMatch(/^attachment; filename="mentha-workspace-\d{4}-\d\d-\d\d\.ndjson"$/);
    const expected = Object.entries(tables).flatMap(([name, { workspaceGets }]) => (workspaceGets === null ? [] : [name]));
    expect([...new Set(lines.map(({ table }) => table))].sort()).toEqual(expected.sort());
    expect(text).not.toContain(secretMark);
    expect(text).not.toContain("canaryother");
    for (const { table, row } of lines) {
      const holding = Object.entries(tables).find(([name]) => name === table)?.[1];
      const columns = table === "users" ? ["id", "email", "name"] : [...(holding?.plain ?? []), ...(holding?.personal ?? [])];
      expect(Object.keys(row).sort()).toEqual(columns.sort());
    }
    expect(lines.find(({ table, row }) => table === "invitations" && row.email === "canaryown-email")).toBeDefined();
    expect(lines.find(({ table, row }) => table === "auditLog" && JSON.stringify(row.details).includes("canaryown"))).toBeDefined();
  });

  it("has all rows, each once, of tables that are longer than a page", async () => {
    const own = await seedWorkspace();
    const key = await seedKey(own);
    for (const auditId of [newId("audit"), newId("audit")]) {
      await storeCanaries(audits, "many", { id: auditId, workspaceId: own.id, deletedAt: null, confirmsId: null });
      for (let ordinal = 1; ordinal <= 450; ordinal++)
        await storeCanaries(findings, "many", { auditId, ordinal, id: `${auditId}-${ordinal}`, workspaceId: own.id });
    }
    const found = (await exported(key)).lines.filter(({ table }) => table === "findings").map(({ row }) => row.id);
    expect(found).toHaveLength(900);
    expect(new Set(found).size).toBe(900);
  });

  it("leaves out audits that were deleted", async () => {
    const own = await seedWorkspace();
    await storeCanaries(audits, "hidden", { id: newId("audit"), workspaceId: own.id, deletedAt: 1, confirmsId: null });
    expect((await exported(await seedKey(own))).lines.filter(({ table }) => table === "audits")).toEqual([]);
  });

  it("is told of in the log", async () => {
    const own = await seedWorkspace();
    await exported(await seedKey(own));
    const told = await db.query.auditLog.findMany({ where: and(eq(auditLog.workspaceId, own.id), eq(auditLog.action, "workspace.export")) });
    expect(told).toMatchObject([{ targetId: own.id, actorKind: "key", userId: own.userId }]);
  });
});

describe("the export of a person", () => {
  it("has what is kept of them in every place, no secret, and nothing of others", async () => {
    const workspace = await seedWorkspace();
    const userId = await seedMember(workspace, { role: "dev" });
    await fillPerson(userId, "canaryme", workspace);
    await fillPerson(await seedMember(workspace, { role: "dev" }), "canaryyou", workspace);
    const answer = await (await signedIn(userId))("GET", "/api/v1/me/export");
    expect(answer.headers.get("Content-Type")).toBe("application/json");
    const text = await answer.text();
    const mine = PersonalData.parse(JSON.parse(text));
    expect(text).not.toContain(secretMark);
    expect(text).not.toContain("canaryyou");
    expect(mine.account).toMatchObject({ id: userId, email: "canaryme@example.com", name: "canaryme-name" });
    expect(mine.memberships).toMatchObject([{ id: workspace.id, role: "dev" }]);
    expect(mine.sessions).toEqual(expect.arrayContaining([expect.objectContaining({ ip: "canaryme-ip", userAgent: "canaryme-userAgent" })]));
    expect(mine.invitations).toMatchObject([{ email: "canaryme@example.com" }]);
    expect(mine.keys).toMatchObject([{ name: "canaryme-name", allowedIps: ["canaryme-ip"] }]);
    expect(mine.audits).toMatchObject([{ url: "work-url" }]);
    expect(mine.usage).toMatchObject([{ day: "2026-11-21", requests: 1 }]);
    // What they did, without what was done; what others did to them, without from where.
    expect(mine.log).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ action: "audit.create", client: { ip: "canaryme-ip", userAgent: "canaryme-userAgent" }, details: null }),
        expect.objectContaining({ client: null, details: { before: { name: "canaryme" } } }),
      ]),
    );
    expect(mine.log.some(({ action }) => action === "user.export")).toBe(true);
  });

  it("is well-formed with nothing but an account", async () => {
    const { id, userId } = await seedWorkspace();
    const answer = await (await signedIn(userId, id))("GET", "/api/v1/me/export");
    const mine = PersonalData.parse(await answer.json());
    expect(mine).toMatchObject({ keys: [], audits: [], usage: [], invitations: [] });
    expect(mine.sessions).toHaveLength(1);
  });
});
