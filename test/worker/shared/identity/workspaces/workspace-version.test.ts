import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { type Database, directoryDatabase } from "../../../../../shared/db/client.ts";
import { workspaces } from "../../../../../shared/db/schema/index.ts";
import { updateWorkspace } from "../../../../../shared/identity/index.ts";
import type { Context } from "../../../../../shared/platform/index.ts";
import { contextOf, type SeededWorkspace, seedWorkspace } from "../../../../helpers/worker/api.ts";
import { entriesOf } from "../../../../helpers/worker/log-entries.ts";

const db = directoryDatabase(env);
let workspace: SeededWorkspace;
let ctx: Context;
beforeEach(async () => {
  workspace = await seedWorkspace();
  ctx = contextOf(env, workspace);
});

const nameOf = async ({ id }: SeededWorkspace) => (await db.query.workspaces.findFirst({ where: eq(workspaces.id, id) }))?.name;

describe("the version of the workspace", () => {
  it("rises with every edit, and with nothing else", async () => {
    const versions: number[] = [];
    for (const name of ["One", "One", "Two"]) versions.push((await updateWorkspace(ctx, { name })).version);
    expect(versions).toEqual([2, 2, 3]);
  });

  it.each([
    { ifVersion: 1, outcome: "precondition_failed" },
    { ifVersion: 2, outcome: "edited" },
    { ifVersion: 3, outcome: "precondition_failed" },
    { ifVersion: undefined, outcome: "edited" },
  ])("lets an edit of version $ifVersion be $outcome when it is 2", async ({ ifVersion, outcome }) => {
    await updateWorkspace(ctx, { name: "Two" });
    const edit = updateWorkspace(ctx, { name: "Three" }, ifVersion).then(
      () => "edited",
      ({ code }) => code,
    );
    expect([await edit, await nameOf(workspace)]).toEqual([outcome, outcome === "edited" ? "Three" : "Two"]);
  });

  it("refuses an edit of an older version though it would change nothing", async () => {
    await updateWorkspace(ctx, { name: "Two" });
    await expect(updateWorkspace(ctx, { name: "Two" }, 1)).rejects.toMatchObject({ code: "precondition_failed" });
  });

  it("lets one of twenty win who edit the same version at once, and tells of that one", async () => {
    const edits = Array.from({ length: 20 }, (_, i) => updateWorkspace(ctx, { name: `Name ${i}` }, 1));
    const outcomes = (await Promise.allSettled(edits)).map((outcome) => (outcome.status === "fulfilled" ? outcome.value.name : outcome.reason.code));
    expect(outcomes.filter((outcome) => outcome === "precondition_failed")).toHaveLength(19);
    expect(outcomes).toContain(await nameOf(workspace));
    expect(await entriesOf(workspace.id)).toMatchObject([{ details: { before: { name: "Test" }, after: { name: await nameOf(workspace) } } }]);
  });

  it("is nobody else's: what came between reading and writing is a conflict to who named none", async () => {
    let isFirst = true;
    const directory: Database = new Proxy(db, {
      get: (target, name) => {
        if (name === "batch" && isFirst) {
          isFirst = false;
          return async (statements: Parameters<Database["batch"]>[0]) => {
            await updateWorkspace(ctx, { language: "es" });
            return target.batch(statements);
          };
        }
        return Reflect.get(target, name);
      },
    });
    const late = { ...contextOf(env, workspace), directory };
    await expect(updateWorkspace(late, { name: "Late" })).rejects.toMatchObject({ code: "conflict" });
    expect(await nameOf(workspace)).toBe("Test");
    expect(await entriesOf(workspace.id)).toMatchObject([{ details: { after: { language: "es" } } }]);
  });
});
