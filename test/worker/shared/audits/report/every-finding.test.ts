import { env } from "cloudflare:workers";
import { eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { everyFinding } from "../../../../../shared/audits/report/every-finding.ts";
import type { Finding } from "../../../../../shared/audits/schemas.ts";
import { directoryDatabase } from "../../../../../shared/db/client.ts";
import { findings } from "../../../../../shared/db/schema/index.ts";
import { createLog, newId } from "../../../../../shared/platform/index.ts";
import { buildContext } from "../../../../../workers/context.ts";
import { type SeededWorkspace, seedAudit, seedWorkspace } from "../../../../helpers/worker/api.ts";

const db = directoryDatabase(env);
let workspace: SeededWorkspace;
beforeAll(async () => {
  workspace = await seedWorkspace();
});

const context = () =>
  buildContext(env, { actor: { kind: "key", id: newId("key"), permissions: new Set() }, workspaceId: workspace.id, requestId: "x", log: createLog() });

/** Stores `count` findings of which every third is an error, every other third a warning; each with as much evidence as it is told. */
async function storeFindings(auditId: string, count: number, evidenceCharacters: number): Promise<void> {
  await db.run(sql`
    with recursive n(i) as (select 0 union all select i + 1 from n where i < ${count - 1})
    insert into findings (audit_id, ordinal, id, workspace_id, rule_id, rule_version, category, severity, page_url, message_values, evidence, evidence_total)
    select ${auditId}, i, 'fnd_' || printf('%026d', i), ${workspace.id}, 'title-missing', 1, 'content',
      case i % 3 when 0 then 'info' when 1 then 'error' else 'warning' end,
      case when i % 7 = 0 then null else 'https://example.com/' || i end, '{}', json_array(printf('%.*c', ${evidenceCharacters}, 'x')), 1 from n`);
}

async function readAll(auditId: string): Promise<Finding[][]> {
  const reads: Finding[][] = [];
  for await (const some of everyFinding(context(), auditId, "en")) reads.push(some);
  return reads;
}

const ordinals = (some: readonly Finding[]): number[] => some.map(({ id }) => Number(id.slice("fnd_".length)));
const inOrder = (count: number): number[] => [1, 2, 0].flatMap((rest) => Array.from({ length: count }, (_, i) => i).filter((i) => i % 3 === rest));

describe("every finding", () => {
  it.each([
    { kind: "few", count: 10, evidenceCharacters: 5, reads: 3 },
    { kind: "many", count: 6_001, evidenceCharacters: 5, reads: 4 },
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
