import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { erasePersonalDetails, eraseWorkspaceLog, recordChange } from "../../../../shared/audit-log/index.ts";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { auditSeals } from "../../../../shared/db/schema/index.ts";
import { commit, newId } from "../../../../shared/platform/index.ts";
import { type SeededWorkspace, seedWorkspace } from "../../../helpers/worker/api.ts";
import { entriesOf, memberOf, seedEntries, verified } from "../../../helpers/worker/audit-log.ts";
import { seedMember, visitorOfTest } from "../../../helpers/worker/people.ts";

const db = directoryDatabase(env);
const email = "canary@example.com";

let workspace: SeededWorkspace;
let leaver = "";
beforeEach(async () => {
  workspace = await seedWorkspace();
  leaver = await seedMember(workspace, { role: "dev" });
});

const erase = (limit = 100) => erasePersonalDetails(db, { userId: leaver, email }, limit);
/** Which personal fields the newest entry still has. */
const leftOf = async () => {
  const { client, clientSalt, clientDigest, details, detailsSalt, detailsDigest } = (await entriesOf(workspace)).at(-1) ?? {};
  return {
    client: [client, clientSalt, clientDigest].map((value) => value !== null && value !== undefined),
    details: [details, detailsSalt, detailsDigest].map((value) => value !== null && value !== undefined),
  };
};
const kept = [true, true, false];
const erased = [false, false, true];

describe("of an entry, when a person is forgotten,", () => {
  it.each([
    { what: "from where they asked", by: "leaver", about: undefined, after: { name: "Shop" }, left: { client: erased, details: kept } },
    { what: "what is told of them", by: "other", about: "leaver", after: { name: "Ada" }, left: { client: kept, details: erased } },
    { what: "both", by: "leaver", about: "leaver", after: { name: "Ada" }, left: { client: erased, details: erased } },
    {
      what: "details with their address",
      by: "other",
      about: undefined,
      after: { to: [`Ada <${email.toUpperCase()}>`] },
      left: { client: kept, details: erased },
    },
    { what: "nothing of others", by: "other", about: "other", after: { email: "other@example.com" }, left: { client: kept, details: kept } },
  ])("goes: $what", async ({ by, about, after, left }) => {
    const userIdOf = (who: string) => (who === "leaver" ? leaver : workspace.userId);
    const ctx = memberOf({ ...workspace, userId: userIdOf(by) });
    const aboutWhom = about === undefined ? {} : { aboutUserId: userIdOf(about) };
    await commit(db, [recordChange(ctx, db, { action: "member.change-role", targetId: newId("user"), after, ...aboutWhom })]);
    expect(await verified(workspace)).toMatchObject({ holds: true, sealed: 1, erased: 0 });
    expect((await erase()).done).toBe(true);
    expect(await leftOf()).toEqual(left);
    expect(await verified(workspace)).toMatchObject({ holds: true, sealed: 1 });
  });

  it("goes: from where somebody unknown asked for them", async () => {
    const visitor = visitorOfTest({ client: { ip: "203.0.113.9", userAgent: "canary" } });
    const change = { action: "user.forgot-password", targetId: leaver, aboutUserId: leaver, workspaceId: workspace.id } as const;
    await commit(db, [recordChange(visitor, db, change)]);
    await erase();
    expect((await leftOf()).client).toEqual(erased);
  });

  it("stays: who did what, by id", async () => {
    await seedEntries({ ...workspace, userId: leaver }, 1);
    const [before] = await entriesOf(workspace);
    await erase();
    const [after] = await entriesOf(workspace);
    const { client, clientSalt, clientDigest, ...rest } = before ?? {};
    expect(after).toMatchObject(rest);
    expect(after).toMatchObject({ userId: leaver, client: null });
    expect([client, clientSalt, clientDigest]).toEqual([{ ip: "203.0.113.7", userAgent: "test/1" }, expect.stringMatching(/^[0-9a-f]{32}$/), null]);
  });
});

describe("erasing", () => {
  it("does so many entries a call, and says when nothing is left", async () => {
    await seedEntries({ ...workspace, userId: leaver }, 5);
    const calls = [await erase(2), await erase(2), await erase(2)];
    expect(calls.map(({ done, changed }) => ({ done, changed }))).toEqual([
      { done: false, changed: 2 },
      { done: false, changed: 2 },
      { done: true, changed: 1 },
    ]);
    expect(await erase()).toMatchObject({ done: true, changed: 0 });
  });

  it("goes on after the last entry that it looked at, when it is told", async () => {
    await seedEntries({ ...workspace, userId: leaver }, 4);
    const { after } = await erase(2);
    expect(await erasePersonalDetails(db, { userId: leaver, email }, 5, after)).toMatchObject({ done: true, changed: 2 });
  });

  it("holds whether the entry was sealed before or after", async () => {
    await seedEntries({ ...workspace, userId: leaver }, 3);
    await erase(2);
    expect(await verified(workspace)).toMatchObject({ holds: true, sealed: 3, erased: 2 });
    await erase();
    expect(await verified(workspace)).toMatchObject({ holds: true, sealed: 3, erased: 3 });
  });
});

describe("the log of a workspace that is deleted", () => {
  it("goes slice by slice with its seals, and those of no other", async () => {
    const other = await seedWorkspace();
    for (const each of [workspace, other]) await seedEntries(each, 5);
    for (const each of [workspace, other]) await verified(each);
    const calls: { done: boolean; changed: number }[] = [];
    while (calls.at(-1)?.done !== true) calls.push(await eraseWorkspaceLog(db, workspace.id, 3));
    expect(calls.map(({ changed }) => changed)).toEqual([3, 2, 1]);
    expect(await entriesOf(workspace)).toEqual([]);
    expect(await db.$count(auditSeals)).toBeGreaterThan(0);
    expect(await verified(other)).toMatchObject({ holds: true, sealed: 5 });
  });
});
