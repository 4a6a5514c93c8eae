import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { type Database, directoryDatabase } from "../../../../shared/db/client.ts";
import { getMe, getWorkspace, updateMe, updateWorkspace } from "../../../../shared/identity/index.ts";
import type { Context, PersonContext } from "../../../../shared/platform/index.ts";
import { contextOf, type SeededWorkspace, seedWorkspace } from "../../../helpers/worker/api.ts";
import { signInAs, visitorOfTest } from "../../../helpers/worker/people.ts";

const db = directoryDatabase(env);
let workspace: SeededWorkspace;
let ctx: Context;
let person: PersonContext;
beforeEach(async () => {
  workspace = await seedWorkspace();
  ctx = contextOf(env, workspace);
  const { userId } = workspace;
  person = { ...visitorOfTest(), userId, sessionId: (await signInAs(userId)).sessionId };
});

/** The directory, with something that happens right before its first batch and right after it. */
function around({ before = async () => {}, after = () => {} }: { before?: () => Promise<unknown>; after?: () => void }): Database {
  return new Proxy(db, {
    get: (target, name) => {
      if (name !== "batch") return Reflect.get(target, name);
      return async (statements: Parameters<Database["batch"]>[0]) => {
        await before();
        const results = await target.batch(statements);
        after();
        return results;
      };
    },
  });
}

/** A directory that answers nothing any more once something was written. */
function goneAfterWrite(): Database {
  let isGone = false;
  const directory = around({
    after: () => {
      isGone = true;
    },
  });
  return new Proxy(directory, {
    get: (target, name) => {
      if (isGone) throw new Error("The directory is gone.");
      return Reflect.get(target, name);
    },
  });
}

const meOf = async () => (await getMe(person, { kind: "session", userId: person.userId, workspaceId: undefined })).user;

describe("an edit that was made", () => {
  it("of the workspace is answered with what is stored now, though nothing can be read any more", async () => {
    const edited = await updateWorkspace({ ...ctx, directory: goneAfterWrite() }, { language: "es", auditRetentionDays: null, name: undefined });
    expect(edited).toMatchObject({ name: "Test", language: "es", version: 2 });
    expect(await getWorkspace(ctx)).toEqual(edited);
  });

  it("of an account is answered with what is stored now, though nothing can be read any more", async () => {
    const edited = await updateMe({ ...person, directory: goneAfterWrite() }, { name: "Grace", language: null });
    expect(edited).toMatchObject({ name: "Grace", language: null });
    expect(await meOf()).toEqual(edited);
  });
});

describe("an edit of an account that another overtakes", () => {
  it("is a conflict, and changes nothing", async () => {
    const directory = around({ before: () => updateMe(person, { name: "First" }) });
    await expect(updateMe({ ...person, directory }, { name: "Second", language: "es" })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("Read it again"),
    });
    expect(await meOf()).toMatchObject({ name: "First", language: null });
  });
});
