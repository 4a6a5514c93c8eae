import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { generateKey, getKey, revokeKey, rotateKey, updateKey } from "../../../../shared/keys/index.ts";
import type { Context } from "../../../../shared/platform/index.ts";
import { contextOf, type SeededWorkspace, seedWorkspace } from "../../../helpers/worker/api.ts";
import { always, injectFaults, release, stopFaults, untilHeld } from "../../../helpers/worker/faults.ts";
import { withFaults } from "../../../helpers/worker/faulty-bindings.ts";
import { entriesOf } from "../../../helpers/worker/log-entries.ts";

let workspace: SeededWorkspace;
let ctx: Context;
let prefix = "";
beforeEach(async () => {
  workspace = await seedWorkspace();
  ctx = contextOf(env, workspace);
  ({ prefix } = await generateKey(ctx, { name: "CI", scopes: ["audits:read"] }));
});
afterEach(() => {
  stopFaults();
});

const editsTold = async () => (await entriesOf(workspace.id, "key.update")).map(({ details }) => details);

/** Begins an edit, and does something else between its look at the key and its write. */
async function overtaken(name: string, meanwhile: () => Promise<unknown>, ifVersion?: number): Promise<unknown> {
  injectFaults(always("d1", "hold-before", { text: 'update "api_keys"', times: 1 }));
  const edit = updateKey(contextOf(withFaults(env), workspace), prefix, { name }, ifVersion);
  const outcome = edit.then(
    (key) => key,
    (error: unknown) => error,
  );
  await untilHeld();
  await meanwhile();
  release();
  return outcome;
}

describe("the version of a key", () => {
  it("begins with 1 and grows with every edit, rotation and revocation", async () => {
    expect(await getKey(ctx, prefix)).toMatchObject({ version: 1 });
    expect(await updateKey(ctx, prefix, { name: "a" })).toMatchObject({ version: 2 });
    expect(await updateKey(ctx, prefix, { limits: { lists: 1 } }, 2)).toMatchObject({ version: 3 });
    expect(await getKey(ctx, prefix)).toMatchObject({ version: 3 });
    const next = await rotateKey(ctx, prefix, {});
    expect([(await getKey(ctx, prefix)).version, next.version]).toEqual([4, 1]);
    await revokeKey(ctx, next.prefix);
    expect(await getKey(ctx, next.prefix)).toMatchObject({ version: 2 });
  });

  it.each([0, 2, 99])("is not %i: an edit of that one is refused, and nothing changes", async (other) => {
    await expect(updateKey(ctx, prefix, { name: "mine" }, other)).rejects.toMatchObject({ code: "precondition_failed" });
    expect(await getKey(ctx, prefix)).toMatchObject({ name: "CI", version: 1 });
    expect(await editsTold()).toEqual([]);
  });

  it("refuses one of two who edit the same one at the same time", async () => {
    const edits = ["a", "b", "c", "d"].map((name) => updateKey(ctx, prefix, { name }, 1));
    const settled = await Promise.allSettled(edits);
    const lost = settled.filter((edit) => edit.status === "rejected");
    expect(lost.map(({ reason }) => reason)).toEqual(Array.from({ length: 3 }, () => expect.objectContaining({ code: "precondition_failed" })));
    expect(await getKey(ctx, prefix)).toMatchObject({ version: 2 });
    expect(await editsTold()).toHaveLength(1);
  });
});

describe("an edit that somebody else overtakes", () => {
  const rename = () => updateKey(ctx, prefix, { name: "theirs" });

  it("is refused as one of an older version, when it named one", async () => {
    expect(await overtaken("mine", rename, 1)).toMatchObject({ code: "precondition_failed" });
  });

  it("is a conflict, when it named none", async () => {
    expect(await overtaken("mine", rename)).toMatchObject({ code: "conflict", message: expect.stringContaining("Read it again") });
  });

  it.each([undefined, 1])("by its end is told that it ended (version %s)", async (ifVersion) => {
    expect(await overtaken("mine", () => revokeKey(ctx, prefix), ifVersion)).toMatchObject({ code: "conflict", message: expect.stringContaining("revoked") });
  });

  it("is neither in the key nor in the log", async () => {
    await overtaken("mine", rename);
    expect(await getKey(ctx, prefix)).toMatchObject({ name: "theirs", version: 2 });
    expect(await editsTold()).toEqual([{ before: { name: "CI" }, after: { name: "theirs" } }]);
  });
});

describe("a revocation that somebody else overtakes", () => {
  it.each([
    { what: "an edit", meanwhile: () => updateKey(ctx, prefix, { name: "theirs" }), ifVersion: 1, outcome: "precondition_failed", status: "active", told: 0 },
    { what: "an edit", meanwhile: () => updateKey(ctx, prefix, { name: "theirs" }), ifVersion: undefined, outcome: "done", status: "revoked", told: 1 },
    { what: "another", meanwhile: () => revokeKey(ctx, prefix), ifVersion: 1, outcome: "done", status: "revoked", told: 1 },
    { what: "another", meanwhile: () => revokeKey(ctx, prefix), ifVersion: undefined, outcome: "done", status: "revoked", told: 1 },
  ])("with $what is $outcome (version $ifVersion)", async ({ meanwhile, ifVersion, outcome, status, told }) => {
    injectFaults(always("d1", "hold-before", { text: 'update "api_keys"', times: 1 }));
    const end = revokeKey(contextOf(withFaults(env), workspace), prefix, ifVersion).then(
      () => "done",
      ({ code }) => code,
    );
    await untilHeld();
    await meanwhile();
    release();
    expect(await end).toBe(outcome);
    expect(await getKey(ctx, prefix)).toMatchObject({ status });
    expect(await entriesOf(workspace.id, "key.revoke")).toHaveLength(told);
  });

  it("is done when it is sent again, as no answer came, with the version that it ended", async () => {
    for (const _ of [1, 2]) await revokeKey(ctx, prefix, 1);
    expect(await entriesOf(workspace.id, "key.revoke")).toHaveLength(1);
  });
});
