import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { crawlsOf } from "../../../../durable-objects/stubs.ts";
import { CreateAuditInput, cancelAudit, createAudit, deleteAudit, rerunAudit } from "../../../../shared/audits/index.ts";
import { type Context, dayMs } from "../../../../shared/platform/index.ts";
import { contextOf, type SeededWorkspace, seedAudit, seedWorkspace } from "../../../helpers/worker/api.ts";
import { cleanUp } from "../../../helpers/worker/clean-up.ts";
import { injectFaults, once, stopFaults } from "../../../helpers/worker/faults.ts";
import { withFaults } from "../../../helpers/worker/faulty-bindings.ts";
import { entriesOf } from "../../../helpers/worker/log-entries.ts";

let workspace: SeededWorkspace;
let ctx: Context;
beforeEach(async () => {
  workspace = await seedWorkspace();
  ctx = contextOf(env, workspace);
});
afterEach(() => {
  stopFaults();
});

const inputOf = (more: object = {}): CreateAuditInput => CreateAuditInput.parse({ url: "http://logged.test/shop?preview=s3cr3t#top", ...more });
const told = async () => (await entriesOf(workspace.id)).map(({ action, targetId, details }) => ({ action, targetId, details }));
const cancel = (auditId: string) => cancelAudit(ctx, crawlsOf(env), auditId);

describe("the audit log", () => {
  it("tells of an audit what was asked for and by whom, with the names of headers and no value", async () => {
    const { id } = await createAudit(ctx, inputOf({ maxPages: 7, headers: { Authorization: "Basic c2VjcmV0" } }));
    const entries = await entriesOf(workspace.id);
    expect(entries).toMatchObject([
      {
        action: "audit.create",
        targetKind: "audit",
        targetId: id,
        userId: workspace.userId,
        actorId: ctx.actor.id,
        requestId: ctx.requestId,
        details: { after: { url: "http://logged.test/shop?…", maxPages: 7, headerNames: ["Authorization"] } },
      },
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/s3cr3t|c2VjcmV0/);
  });

  it("tells of a rerun as of any audit", async () => {
    const first = await seedAudit(workspace);
    const { id } = await rerunAudit(ctx, first, {});
    expect(await told()).toMatchObject([{ action: "audit.create", targetId: id, details: { after: { url: "https://example.com/" } } }]);
  });

  it("tells of a cancelled audit once, whoever else cancels it", async () => {
    const id = await seedAudit(workspace, "queued");
    const settled = await Promise.allSettled(Array.from({ length: 4 }, () => cancel(id)));
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await told()).toEqual([{ action: "audit.cancel", targetId: id, details: { before: { status: "queued" }, after: { status: "cancelled" } } }]);
    await expect(cancel(id)).rejects.toMatchObject({ code: "conflict" });
    expect(await told()).toHaveLength(1);
  });

  it("tells of a deleted audit which it was, once, whoever else deletes it", async () => {
    const id = await seedAudit(workspace);
    const settled = await Promise.allSettled(Array.from({ length: 4 }, () => deleteAudit(ctx, id)));
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await told()).toEqual([{ action: "audit.delete", targetId: id, details: { before: { url: "https://example.com/", status: "completed" } } }]);
  });

  it("names Mentha itself where the retention of the workspace deletes", async () => {
    const id = await seedAudit(workspace);
    await env.DB.prepare("UPDATE workspaces SET audit_retention_days = 1 WHERE id = ?").bind(workspace.id).run();
    await cleanUp(Date.now() + 2 * dayMs);
    expect(await entriesOf(workspace.id)).toMatchObject([
      { action: "audit.delete", actorKind: "system", actorId: null, userId: null, targetId: id, client: { ip: null, userAgent: null } },
    ]);
  });

  it.each([
    { what: "an audit", text: 'insert into "audits"', change: (faulty: Context) => createAudit(faulty, inputOf()) },
    { what: "a deletion", text: 'update "audits"', change: async (faulty: Context) => deleteAudit(faulty, await seedAudit(workspace)) },
    {
      what: "a cancellation",
      text: 'update "audits"',
      change: async (faulty: Context) => cancelAudit(faulty, crawlsOf(env), await seedAudit(workspace, "queued")),
    },
  ])("has no entry of $what that did not happen", async ({ text, change }) => {
    injectFaults(once("d1", "fail-before", { text }));
    await expect(change(contextOf(withFaults(env), workspace))).rejects.toMatchObject({ code: "unavailable" });
    expect(await entriesOf(workspace.id)).toEqual([]);
  });
});
