import { env } from "cloudflare:workers";
import { eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import type { StoredFinding } from "../../../../../shared/audits/queries.ts";
import { everyFinding } from "../../../../../shared/audits/report/every-finding.ts";
import { directoryDatabase } from "../../../../../shared/db/client.ts";
import { audits, findings } from "../../../../../shared/db/schema/index.ts";
import { newId } from "../../../../../shared/platform/index.ts";
import { contextOf, type SeededWorkspace, seedAudit, seedWorkspace } from "../../../../helpers/worker/api.ts";

const db = directoryDatabase(env);
let workspace: SeededWorkspace;
beforeAll(async () => {
  workspace = await seedWorkspace();
});

const context = (DB = env.DB) => contextOf({ ...env, DB }, workspace);

/** Stores `count` findings of which every third is an error, every other third a warning; each with as much evidence as it is told. */
async function storeFindings(auditId: string, count: number, evidenceCharacters: number): Promise<void> {
  await db.run(sql`
    with recursive n(i) as (select 0 union all select i + 1 from n where i < ${count - 1})
    insert into findings (audit_id, ordinal, id, workspace_id, rule_id, rule_version, category, severity, page_url, message_values, evidence, evidence_total)
    select ${auditId}, i, 'fnd_' || printf('%026d', i), ${workspace.id}, 'title-missing', 1, 'content',
      case i % 3 when 0 then 'info' when 1 then 'error' else 'warning' end,
      case when i % 7 = 0 then null else 'https://example.com/' || i end, '{}', json_array(printf('%.*c', ${evidenceCharacters}, 'x')), 1 from n`);
}

/** A statement that notes how many rows it is told to look at, which is the last but one value it is given. */
function noting(statement: D1PreparedStatement, looked: number[], text: string): D1PreparedStatement {
  return new Proxy(statement, {
    get: (target, name) =>
      name === "bind"
        ? (...values: unknown[]) => {
            if (text.includes('"before"')) looked.push(Number(values.at(-2)));
            return target.bind(...values);
          }
        : Reflect.get(target, name).bind(target),
  });
}

async function readAll(auditId: string): Promise<StoredFinding[][]> {
  const reads: StoredFinding[][] = [];
  for await (const some of everyFinding(context(), auditId, "en")) reads.push(some);
  return reads;
}

const ordinals = (some: readonly StoredFinding[]): number[] => some.map(({ id }) => Number(id.slice("fnd_".length)));
const inOrder = (count: number): number[] => [1, 2, 0].flatMap((rest) => Array.from({ length: count }, (_, i) => i).filter((i) => i % 3 === rest));

describe("every finding", () => {
  it.each([
    { kind: "few", count: 10, evidenceCharacters: 5, reads: 3 },
    { kind: "many", count: 6_001, evidenceCharacters: 5, reads: 5 },
    { kind: "long ones", count: 150, evidenceCharacters: 100_000, reads: 6 },
    { kind: "very long ones", count: 6, evidenceCharacters: 1_900_000, reads: 3 },
    { kind: "none", count: 0, evidenceCharacters: 0, reads: 0 },
  ])("comes once, errors first, in bounded reads: $kind", async ({ count, evidenceCharacters, reads }) => {
    const auditId = await seedAudit(workspace);
    if (count > 0) await storeFindings(auditId, count, evidenceCharacters);
    const read = await readAll(auditId);
    expect(read.flatMap(ordinals)).toEqual(inOrder(count));
    expect(read).toHaveLength(reads);
    for (const some of read) expect(JSON.stringify(some).length).toBeLessThan(8_000_000);
  });

  it("is looked at about once, however long it is", async () => {
    const auditId = await seedAudit(workspace);
    await storeFindings(auditId, 900, 50_000);
    const looked: number[] = [];
    const DB = new Proxy(env.DB, {
      get: (target, name) => (name === "prepare" ? (text: string) => noting(target.prepare(text), looked, text) : Reflect.get(target, name).bind(target)),
    });
    for await (const _ of everyFinding(context(DB), auditId, "en"));
    expect(looked.length).toBeGreaterThan(9);
    expect(looked.reduce((sum, limit) => sum + limit, 0)).toBeLessThan(2 * 900);
  });

  it.each([
    { kind: "is deleted", change: { deletedAt: 1 }, code: "not_found" },
    { kind: "has other counts than rows", change: { counts: { error: 1, warning: 1, info: 2 } }, code: "internal" },
  ])("is no whole when the audit $kind", async ({ change, code }) => {
    const auditId = await seedAudit(workspace);
    await storeFindings(auditId, 3, 5);
    const counts = { error: 1, warning: 1, info: 1 };
    await db.update(audits).set({ counts }).where(eq(audits.id, auditId));
    expect((await readAll(auditId)).flat()).toHaveLength(3);
    if (code === "internal") await db.update(audits).set(change).where(eq(audits.id, auditId));
    const read = everyFinding(context(), auditId, "en");
    await read.next();
    if (code === "not_found") await db.update(audits).set(change).where(eq(audits.id, auditId));
    const rest = async (): Promise<void> => {
      for await (const _ of read);
    };
    await expect(rest()).rejects.toMatchObject({ code });
  });

  it("is whole although a cancelled audit counted more than it stored", async () => {
    const auditId = await seedAudit(workspace);
    await storeFindings(auditId, 3, 5);
    await db
      .update(audits)
      .set({ status: "cancelled", counts: { error: 9, warning: 9, info: 9 } })
      .where(eq(audits.id, auditId));
    expect((await readAll(auditId)).flat()).toHaveLength(3);
  });

  it("is of its own audit and workspace alone", async () => {
    const [auditId, otherAudit] = [await seedAudit(workspace), await seedAudit(workspace)];
    await storeFindings(auditId, 3, 5);
    await storeFindings(otherAudit, 3, 5);
    await db
      .update(findings)
      .set({ workspaceId: newId("workspace") })
      .where(eq(findings.auditId, otherAudit));
    expect((await readAll(auditId)).flat()).toHaveLength(3);
    expect(await readAll(otherAudit)).toEqual([]);
  });
});
