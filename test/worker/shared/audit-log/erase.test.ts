import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { erasePersonalDetails, eraseWorkspaceLog, recordChange } from "../../../../shared/audit-log/index.ts";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { auditSeals } from "../../../../shared/db/schema/index.ts";
import { commit, newId } from "../../../../shared/platform/index.ts";
import { type SeededWorkspace, seedWorkspace } from "../../../helpers/worker/api.ts";
import { memberOf, seedEntries, verified } from "../../../helpers/worker/audit-log.ts";
import { entriesOf } from "../../../helpers/worker/log-entries.ts";
import { seedMember, visitorOfTest } from "../../../helpers/worker/people.ts";

const db = directoryDatabase(env);
const email = "canary@example.com";

let workspace: SeededWorkspace;
let leaver = "";
beforeEach(async () => {
  workspace = await seedWorkspace();
  leaver = await seedMember(workspace, { role: "dev" });
});

const erase = (limit = 100) => erasePersonalDetails(db, { userId: leaver, email, before: Number.MAX_SAFE_INTEGER }, limit);
/** Which personal fields the newest entry still has. */
const leftOf = async () => {
  const { client, clientSalt, clientDigest, details, detailsSalt, detailsDigest } = (await entriesOf(workspace.id)).at(-1) ?? {};
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
    await erase();
    expect(await erase()).toBe(0);
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
    const [before] = await entriesOf(workspace.id);
    await erase();
    const [after] = await entriesOf(workspace.id);
    const { client, clientSalt, clientDigest, ...rest } = before ?? {};
    expect(after).toMatchObject(rest);
    expect(after).toMatchObject({ userId: leaver, client: null });
    expect([client, clientSalt, clientDigest]).toEqual([{ ip: "203.0.113.7", userAgent: "test/1" }, expect.stringMatching(/^[0-9a-f]{32}$/), null]);
  });
});

describe("erasing", () => {
  it("does so many entries a call, and says when nothing is left", async () => {
    await seedEntries({ ...workspace, userId: leaver }, 5);
    expect([await erase(2), await erase(2), await erase(2), await erase(2)]).toEqual([2, 2, 1, 0]);
  });

  it.each([100, 101, 120])("does what one batch cannot take in as many as it needs, up to %i entries", async (limit) => {
    await seedEntries({ ...workspace, userId: leaver }, 120);
    expect(await erase(limit)).toBe(limit);
    const left = (await entriesOf(workspace.id)).filter(({ client }) => client !== null);
    expect(left).toHaveLength(120 - limit);
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
    const rows: number[] = [];
    while (rows.at(-1) !== 0) rows.push(await eraseWorkspaceLog(db, workspace.id, 3));
    expect(rows).toEqual([3, 2, 1, 0]);
    expect(await entriesOf(workspace.id)).toEqual([]);
    expect(await db.$count(auditSeals)).toBeGreaterThan(0);
    expect(await verified(other)).toMatchObject({ holds: true, sealed: 5 });
  });
});
