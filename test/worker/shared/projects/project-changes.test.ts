import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Context } from "../../../../shared/platform/index.ts";
import {
  addSite,
  createProject,
  deleteProject,
  getProject,
  listProjects,
  type Project,
  removeSite,
  updateProject,
  verifySite,
} from "../../../../shared/projects/index.ts";
import { contextOf, type SeededWorkspace, seedWorkspace } from "../../../helpers/worker/api.ts";
import { always, injectFaults, once, release, stopFaults, untilHeld } from "../../../helpers/worker/faults.ts";
import { withFaults } from "../../../helpers/worker/faulty-bindings.ts";
import { entriesOf } from "../../../helpers/worker/log-entries.ts";
import { defineSite } from "../../../helpers/worker/site.ts";

let workspace: SeededWorkspace;
let ctx: Context;
let project: Project;
beforeEach(async () => {
  workspace = await seedWorkspace();
  ctx = contextOf(env, workspace);
  project = await createProject(ctx, { name: "Shop" });
});
afterEach(() => {
  stopFaults();
});

const told = async () => (await entriesOf(workspace.id)).slice(1).map(({ action, targetId, details }) => ({ action, targetId, details }));

describe("the audit log", () => {
  it("tells of a project from its beginning to its end, by whom and in which request", async () => {
    await updateProject(ctx, project.id, { name: "Shop 2" });
    const site = await addSite(ctx, project.id, { url: "https://www.example.com/a" });
    await deleteProject(ctx, project.id);
    const entries = await entriesOf(workspace.id);
    expect(entries.map(({ action, targetId, details }) => ({ action, targetId, details }))).toEqual([
      { action: "project.create", targetId: project.id, details: { after: { name: "Shop" } } },
      { action: "project.update", targetId: project.id, details: { before: { name: "Shop" }, after: { name: "Shop 2" } } },
      { action: "site.add", targetId: site.id, details: { after: { projectId: project.id, origin: "https://www.example.com" } } },
      { action: "project.delete", targetId: project.id, details: { before: { name: "Shop 2", sites: ["https://www.example.com"] } } },
    ]);
    for (const entry of entries)
      expect(entry).toMatchObject({ actorKind: "session", actorId: ctx.actor.id, userId: workspace.userId, requestId: ctx.requestId });
  });

  it("tells of a proof, and of what goes with a site", async () => {
    const site = await addSite(ctx, project.id, { url: "http://told.test/" });
    await defineSite("told.test", { "/.well-known/mentha-verification.txt": site.verificationToken });
    const where = { projectId: project.id, origin: "http://told.test" };
    const { site: proven } = await verifySite(ctx, project.id, site.id, { method: "file" });
    const proof = { verifiedAt: proven.verifiedAt, verifiedBy: "file" };
    await removeSite(ctx, project.id, site.id);
    expect(await told()).toMatchObject([
      { action: "site.add" },
      { action: "site.verify", targetId: site.id, details: { before: { ...where, verifiedAt: null, verifiedBy: null }, after: proof } },
      { action: "site.remove", targetId: site.id, details: { before: { ...where, ...proof } } },
    ]);
    expect(JSON.stringify(await told())).not.toContain(site.verificationToken);
  });

  it.each([
    { what: "a name that it has already", change: () => updateProject(ctx, project.id, { name: "Shop" }) },
    { what: "an edit that names nothing", change: () => updateProject(ctx, project.id, {}) },
    { what: "an edit of another version", change: () => updateProject(ctx, project.id, { name: "x" }, 7).catch(() => undefined) },
    { what: "a site that cannot be one", change: () => addSite(ctx, project.id, { url: "http://10.0.0.1/" }).catch(() => undefined) },
  ])("says nothing of $what, and the version stays", async ({ change }) => {
    await change();
    expect(await told()).toEqual([]);
    expect(await getProject(ctx, project.id)).toEqual(project);
  });

  it("says nothing of a proof that was not found", async () => {
    const site = await addSite(ctx, project.id, { url: "http://nothing.test/" });
    await defineSite("nothing.test", {});
    await verifySite(ctx, project.id, site.id, { method: "file" });
    expect(await told()).toMatchObject([{ action: "site.add" }]);
  });

  it.each([
    { what: "project", change: (projectId: string) => deleteProject(ctx, projectId), action: "project.delete" },
    { what: "site", change: (projectId: string, siteId: string) => removeSite(ctx, projectId, siteId), action: "site.remove" },
  ])("tells once of a $what that several delete at once, and the others find none", async ({ change, action }) => {
    const site = await addSite(ctx, project.id, { url: "https://www.example.com/" });
    const settled = await Promise.allSettled(Array.from({ length: 4 }, () => change(project.id, site.id)));
    const lost = settled.filter((one) => one.status === "rejected");
    expect(lost.map(({ reason }) => reason)).toEqual(Array.from({ length: 3 }, () => expect.objectContaining({ code: "not_found" })));
    expect((await told()).map((entry) => entry.action)).toEqual(["site.add", action]);
  });

  it("has no entry of a change that did not happen", async () => {
    injectFaults(once("d1", "fail-before", { text: 'update "projects"' }));
    await expect(updateProject(contextOf(withFaults(env), workspace), project.id, { name: "x" })).rejects.toMatchObject({ code: "unavailable" });
    expect(await told()).toEqual([]);
  });
});

describe("the version of a project", () => {
  it("begins with 1 and grows with every edit of the project itself", async () => {
    expect(project.version).toBe(1);
    expect(await updateProject(ctx, project.id, { name: "a" }, 1)).toMatchObject({ name: "a", version: 2 });
    await addSite(ctx, project.id, { url: "https://www.example.com/" });
    expect(await updateProject(ctx, project.id, { name: "b" })).toMatchObject({ name: "b", version: 3 });
    expect(await getProject(ctx, project.id)).toMatchObject({ version: 3 });
    expect((await listProjects(ctx, { limit: 1, sort: "newest" })).items).toMatchObject([{ version: 3 }]);
  });

  it("refuses all but one of those who edit the same one at the same time", async () => {
    const settled = await Promise.allSettled(["a", "b", "c", "d"].map((name) => updateProject(ctx, project.id, { name }, 1)));
    const lost = settled.filter((edit) => edit.status === "rejected");
    expect(lost.map(({ reason }) => reason)).toEqual(Array.from({ length: 3 }, () => expect.objectContaining({ code: "precondition_failed" })));
    expect(await getProject(ctx, project.id)).toMatchObject({ version: 2 });
    expect(await told()).toHaveLength(1);
  });

  it.each([
    { what: "another edit", meanwhile: () => updateProject(ctx, project.id, { name: "theirs" }), ifVersion: 1, code: "precondition_failed" },
    { what: "another edit", meanwhile: () => updateProject(ctx, project.id, { name: "theirs" }), ifVersion: undefined, code: "conflict" },
    { what: "its end", meanwhile: () => deleteProject(ctx, project.id), ifVersion: 1, code: "not_found" },
    { what: "its end", meanwhile: () => deleteProject(ctx, project.id), ifVersion: undefined, code: "not_found" },
  ])("is looked at when it is written: an edit that $what overtakes is refused ($ifVersion: $code)", async ({ meanwhile, ifVersion, code }) => {
    injectFaults(always("d1", "hold-before", { text: 'update "projects"', times: 1 }));
    const edit = updateProject(contextOf(withFaults(env), workspace), project.id, { name: "mine" }, ifVersion);
    const refused = expect(edit).rejects.toMatchObject({ code });
    await untilHeld();
    await meanwhile();
    release();
    await refused;
    expect(JSON.stringify(await told())).not.toContain("mine");
  });

  it.each([
    { what: "an edit", meanwhile: () => updateProject(ctx, project.id, { name: "theirs" }), ifVersion: 1, outcome: "precondition_failed" },
    { what: "an edit", meanwhile: () => updateProject(ctx, project.id, { name: "theirs" }), ifVersion: undefined, outcome: "deleted" },
    { what: "another end", meanwhile: () => deleteProject(ctx, project.id), ifVersion: 1, outcome: "not_found" },
  ])("is looked at when it ends: an end that $what overtakes is $outcome ($ifVersion)", async ({ meanwhile, ifVersion, outcome }) => {
    await addSite(ctx, project.id, { url: "https://stays.test/" });
    injectFaults(always("d1", "hold-before", { text: 'delete from "projects"', times: 1 }));
    const end = deleteProject(contextOf(withFaults(env), workspace), project.id, ifVersion).then(
      () => "deleted",
      ({ code }) => code,
    );
    await untilHeld();
    await meanwhile();
    release();
    expect(await end).toBe(outcome);
    if (outcome === "precondition_failed") expect((await getProject(ctx, project.id)).sites).toHaveLength(1);
    else await expect(getProject(ctx, project.id)).rejects.toMatchObject({ code: "not_found" });
  });
});
