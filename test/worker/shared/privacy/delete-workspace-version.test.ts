import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { auditLog, members } from "../../../../shared/db/schema/index.ts";
import { updateWorkspace } from "../../../../shared/identity/index.ts";
import { deleteWorkspace, deleteWorkspaceById } from "../../../../shared/privacy/index.ts";
import { contextOf, type SeededWorkspace, seedWorkspace } from "../../../helpers/worker/api.ts";
import { always, injectFaults, release, stopFaults, untilHeld } from "../../../helpers/worker/faults.ts";
import { withFaults } from "../../../helpers/worker/faulty-bindings.ts";

afterEach(() => void stopFaults());

const db = directoryDatabase(env);

/** Both ways to delete a workspace. Its name is that of `seedWorkspace`. */
const ways = {
  "by an admin": (workspace: SeededWorkspace, ifVersion: number | undefined) =>
    deleteWorkspace(contextOf(withFaults(env), workspace), { name: "Test" }, ifVersion),
  "by an operator": async ({ id }: SeededWorkspace, ifVersion: number | undefined) =>
    deleteWorkspaceById(contextOf(withFaults(env), await seedWorkspace({ isOperator: true })), id, ifVersion),
};

describe("the deletion of a workspace that somebody edits at the same time", () => {
  it.each([
    { way: "by an admin", ifVersion: 1, outcome: "precondition_failed", isLeft: true },
    { way: "by an admin", ifVersion: undefined, outcome: "deleted", isLeft: false },
    { way: "by an operator", ifVersion: 1, outcome: "precondition_failed", isLeft: true },
    { way: "by an operator", ifVersion: undefined, outcome: "deleted", isLeft: false },
  ] as const)("$way comes out as $outcome when it names version $ifVersion", async ({ way, ifVersion, outcome, isLeft }) => {
    const workspace = await seedWorkspace();
    injectFaults(always("d1", "hold-before", { text: 'delete from "members"', times: 1 }));
    const end = ways[way](workspace, ifVersion).then(
      () => "deleted",
      ({ code }) => code,
    );
    await untilHeld();
    await updateWorkspace(contextOf(env, workspace), { auditRetentionDays: 30 });
    release();
    expect(await end).toBe(outcome);
    expect(await db.$count(members, eq(members.workspaceId, workspace.id))).toBe(isLeft ? 1 : 0);
    const told = await db.query.auditLog.findMany({ where: eq(auditLog.targetId, workspace.id) });
    expect(told.filter(({ action }) => action === "workspace.delete")).toHaveLength(isLeft ? 0 : 1);
  });
});
