import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq, sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sealLogs } from "../../../../shared/audit-log/index.ts";
import { sealLog } from "../../../../shared/audit-log/seal-log.ts";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { auditLog, auditSeals } from "../../../../shared/db/schema/index.ts";
import { createLog } from "../../../../shared/platform/index.ts";
import worker from "../../../../workers/index.ts";
import { type SeededWorkspace, seedWorkspace } from "../../../helpers/worker/api.ts";
import { memberOf, seedEntries, verified } from "../../../helpers/worker/audit-log.ts";
import { injectFaults, stopFaults } from "../../../helpers/worker/faults.ts";
import { withFaults } from "../../../helpers/worker/faulty-bindings.ts";
import { entriesOf } from "../../../helpers/worker/log-entries.ts";
import { planOf } from "../../../helpers/worker/query-plan.ts";

const db = directoryDatabase(env);
let workspace: SeededWorkspace;
beforeEach(async () => {
  workspace = await seedWorkspace();
  await db.batch([db.delete(auditLog), db.delete(auditSeals)]);
});
afterEach(stopFaults);

const sealsOf = ({ id }: SeededWorkspace) => db.query.auditSeals.findMany({ where: eq(auditSeals.workspaceId, id), orderBy: auditSeals.toSeq });
const depsOf = (database = db, store: R2Bucket = env.STORE) => ({ ...memberOf(workspace), db: database, store });
const headOf = async ({ id }: SeededWorkspace) => (await env.STORE.get(`${id}/audit-log/head.json`))?.json();

async function sealAll(database = db) {
  const lines: string[] = [];
  const count = await sealLogs({ ...depsOf(database), log: createLog((_, line) => lines.push(line)) });
  return { count, lines };
}

/** The object store, where something happens just before the first write arrives. */
function storeThat(happens: () => Promise<void>): R2Bucket {
  let isFirst = true;
  return new Proxy(env.STORE, {
    get: (store, name) =>
      name === "put"
        ? async (...args: Parameters<R2Bucket["put"]>) => {
            if (isFirst) {
              isFirst = false;
              await happens();
            }
            return store.put(...args);
          }
        : store.get.bind(store),
  });
}

describe("the sealer", () => {
  it("covers every entry once, in chained seals of 200 entries at most", async () => {
    await seedEntries(workspace, 450);
    expect((await sealAll()).count).toBe(450);
    const seals = await sealsOf(workspace);
    expect(seals.map(({ entries }) => entries)).toEqual([200, 200, 50]);
    expect(seals.map(({ previous }) => previous)).toEqual(["0".repeat(64), seals[0]?.hash, seals[1]?.hash]);
    expect(seals.flatMap(({ marks }) => marks.map(([, id]) => id))).toEqual((await entriesOf(workspace.id)).map(({ id }) => id));
  });

  it("seals 2,000 entries of a workspace a call, and the rest in the next", async () => {
    for (let i = 0; i < 5; i++) await seedEntries(workspace, 420);
    expect((await sealAll()).count).toBe(2_000);
    expect((await sealAll()).count).toBe(100);
    expect((await sealAll()).count).toBe(0);
  });

  it("comes to every workspace that has something new, and to no other", async () => {
    const [one, two, quiet] = [await seedWorkspace(), await seedWorkspace(), await seedWorkspace()];
    for (const each of [one, two, quiet]) await seedEntries(each, 1);
    await sealAll();
    await seedEntries(one, 2);
    await seedEntries(two, 3);
    expect((await sealAll()).count).toBe(5);
    expect((await Promise.all([one, two, quiet, workspace].map(sealsOf))).map(({ length }) => length)).toEqual([2, 2, 1, 0]);
  });

  it("comes to the one that waits longest first, however many others are busy", async () => {
    // As many as one call comes to, and before this one by their ids.
    const keepBusy = () =>
      db.run(sql`
        with recursive busy(n) as (select 1 union all select n + 1 from busy where n < 500)
        insert into audit_log (id, workspace_id, at, action, actor_kind, target_kind, target_id, request_id)
        select 'log_' || hex(randomblob(16)), 'wsp_00' || n, 1, 'project.update', 'system', 'project', 'prj_one', '' from busy`);
    await keepBusy();
    await seedEntries(workspace, 1);
    await sealAll();
    expect(await sealsOf(workspace)).toHaveLength(0);
    await keepBusy();
    await sealAll();
    expect(await sealsOf(workspace)).toHaveLength(1);
  }, 60_000);

  it("runs in the cron of every minute", async () => {
    await seedEntries(workspace, 1);
    const context = createExecutionContext();
    await worker.scheduled(createScheduledController({ cron: "* * * * *" }), env, context);
    await waitOnExecutionContext(context);
    expect(await sealsOf(workspace)).toHaveLength(1);
  });

  it("leaves one chain when several seal at once", async () => {
    await seedEntries(workspace, 250);
    const counts = await Promise.all(Array.from({ length: 5 }, () => sealLog(depsOf(), workspace.id)));
    const seals = await sealsOf(workspace);
    expect(seals.reduce((sum, { entries }) => sum + entries, 0)).toBe(250);
    expect(counts.reduce((sum, count) => sum + count)).toBe(250);
    expect(await verified(workspace)).toMatchObject({ holds: true, sealed: 250 });
  });

  it("keeps the newest seal's name outside the database", async () => {
    await seedEntries(workspace, 1);
    await sealAll();
    const [seal] = await sealsOf(workspace);
    expect(await headOf(workspace)).toEqual({ toSeq: seal?.toSeq, hash: seal?.hash, sealedAt: seal?.sealedAt, lost: [] });
    await seedEntries(workspace, 1);
    await sealAll();
    expect(await headOf(workspace)).toMatchObject({ hash: (await sealsOf(workspace))[1]?.hash, lost: [] });
  });

  it.each([
    { when: "before there was one", isFirst: true },
    { when: "later", isFirst: false },
  ])("does not move the head back when a faster one comes between, $when", async ({ isFirst }) => {
    await seedEntries(workspace, 1);
    if (!isFirst) await sealAll();
    await seedEntries(workspace, 1);
    const slow = storeThat(async () => {
      await seedEntries(workspace, 1);
      await sealLog(depsOf(), workspace.id);
    });
    await sealLog(depsOf(db, slow), workspace.id);
    expect(await headOf(workspace)).toMatchObject({ hash: (await sealsOf(workspace)).at(-1)?.hash, lost: [] });
    expect(await verified(workspace)).toMatchObject({ holds: true });
  });

  it("makes good a head that lags behind, which is no break", async () => {
    await seedEntries(workspace, 1);
    await sealAll();
    const first = await headOf(workspace);
    await seedEntries(workspace, 1);
    await sealAll();
    const second = await headOf(workspace);
    await env.STORE.put(`${workspace.id}/audit-log/head.json`, JSON.stringify(first));
    expect(await verified(workspace)).toMatchObject({ holds: true });
    expect(await headOf(workspace)).toEqual(second);
  });

  it("goes on with the other workspaces when one cannot be sealed, and says so in the log", async () => {
    const other = await seedWorkspace();
    for (const each of [workspace, other]) await seedEntries(each, 1);
    let writes = 0;
    injectFaults(({ text }) => (text.includes("insert") && writes++ === 0 ? "fail-before" : undefined));
    const { count, lines } = await sealAll(directoryDatabase(withFaults(env)));
    stopFaults();
    expect({ count, lines: lines.length }).toEqual({ count: 1, lines: 1 });
    expect((await sealAll()).count).toBe(1);
  });

  it("goes on where it was when it did not hear that a seal was stored", async () => {
    await seedEntries(workspace, 1);
    injectFaults(({ text }) => (text.includes("insert") ? "fail-after" : undefined));
    expect((await sealAll(directoryDatabase(withFaults(env)))).lines).toHaveLength(1);
    stopFaults();
    await seedEntries(workspace, 1);
    expect((await sealAll()).count).toBe(1);
    expect(await verified(workspace)).toMatchObject({ holds: true, sealed: 2 });
  });

  it("finds what is new by stepping through the index, not by reading entries", async () => {
    const plan = await planOf((database) => sealAll(database));
    expect(plan).toMatch(/SEARCH audit_log USING COVERING INDEX audit_log_workspace \(workspace_id>\?\)/);
    expect(plan).toMatch(/SEARCH audit_log USING COVERING INDEX audit_log_workspace \(workspace_id=\? AND seq>\?\)/);
    expect(plan).not.toMatch(/SCAN audit_/);
  });
});
