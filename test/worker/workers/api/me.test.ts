import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { members, users } from "../../../../shared/db/schema/index.ts";
import { Account, InvitationPreview, Me, Membership, permissionsOf } from "../../../../shared/identity/index.ts";
import { accountExample, invitationPreviewExample, meExample, membershipExample } from "../../../../workers/api/account-examples.ts";
import { ask } from "../../../helpers/worker/accounts.ts";
import { call, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { seedMember, signInAs } from "../../../helpers/worker/people.ts";

const directory = directoryDatabase(env);
let workspace: SeededWorkspace;
let other: SeededWorkspace;
beforeAll(async () => {
  workspace = await seedWorkspace();
  other = await seedWorkspace();
});

const join = (workspaceId: string, userId: string) => directory.insert(members).values({ workspaceId, userId, role: "dev", createdAt: Date.now() });
const readMe = async (token: string, named?: string) => {
  const answer = await call("GET", "/api/v1/me", { headers: { Authorization: `Bearer ${token}`, ...(named === undefined ? {} : { "X-Workspace": named }) } });
  expect(answer.status).toBe(200);
  return Me.strict().parse(await answer.json());
};

describe("who am I", () => {
  it("says who somebody is and what they may do in their only workspace", async () => {
    const userId = await seedMember(workspace, { role: "qa" });
    const membership = { id: workspace.id, name: "Test", role: "qa" };
    expect(await readMe((await signInAs(userId)).accessToken)).toEqual({
      user: { id: userId, email: `${userId}@example.com`, name: "", language: null, emailVerified: false, isOperator: false },
      workspace: { ...membership, permissions: [...permissionsOf({ role: "qa", isOperator: false })] },
      workspaces: [membership],
    });
  });

  it("says what an operator may do beside their role", async () => {
    const { userId } = await seedWorkspace({ isOperator: true });
    const { user, workspace: current } = await readMe((await signInAs(userId)).accessToken);
    expect(user.isOperator).toBe(true);
    expect(current?.permissions).toEqual([...permissionsOf({ role: "admin", isOperator: true })]);
    expect(current?.permissions).toContain("operations:write");
  });

  it("is in no workspace when somebody has several and names none", async () => {
    const userId = await seedMember(workspace, { role: "qa" });
    await join(other.id, userId);
    const { accessToken } = await signInAs(userId);
    const { workspace: current, workspaces } = await readMe(accessToken);
    expect(current).toBeNull();
    expect(new Map(workspaces.map(({ id, role }) => [id, role]))).toEqual(
      new Map([
        [workspace.id, "qa"],
        [other.id, "dev"],
      ]),
    );
    expect((await readMe(accessToken, other.id)).workspace).toMatchObject({ id: other.id, role: "dev" });
    expect((await readMe(accessToken, workspace.id)).workspace).toMatchObject({ id: workspace.id, role: "qa" });
  });

  it("lists the workspace that is named although there are more than it lists", async () => {
    const userId = await seedMember(workspace, { role: "qa" });
    const many = await Promise.all(Array.from({ length: 101 }, () => seedWorkspace()));
    for (const { id } of many) await join(id, userId);
    const last = many
      .map(({ id }) => id)
      .toSorted()
      .at(-1);
    const me = await readMe((await signInAs(userId)).accessToken, last);
    expect(me.workspace?.id).toBe(last);
    expect(me.workspaces).toHaveLength(100);
  });

  it("is somebody in no workspace, too", async () => {
    const userId = await seedMember(workspace, { role: "qa" });
    await directory.delete(members).where(eq(members.userId, userId));
    expect(await readMe((await signInAs(userId)).accessToken)).toMatchObject({ user: { id: userId }, workspace: null, workspaces: [] });
  });

  it("refuses a workspace of others like one that does not exist", async () => {
    const { accessToken } = await signInAs(workspace.userId);
    const said = [];
    for (const named of [other.id, "wsp_00000000000000000000000000"]) {
      const answer = await call("GET", "/api/v1/me", { headers: { Authorization: `Bearer ${accessToken}`, "X-Workspace": named } });
      expect(answer.status).toBe(403);
      said.push((await answer.json<{ detail: string }>()).detail);
    }
    expect(said[0]).toBe(said[1]);
  });

  it("describes a key, which may do what its scopes and its maker's role both allow, and shows it its own workspace alone", async () => {
    const userId = await seedMember(workspace, { role: "qa" });
    await join(other.id, userId);
    const key = await seedKey({ id: workspace.id, userId }, { scopes: ["audits:read", "projects:write", "no-longer:known"] });
    const answer = await call("GET", "/api/v1/me", { key });
    expect(answer.status).toBe(200);
    expect(Me.strict().parse(await answer.json())).toMatchObject({
      user: { id: userId },
      workspace: { id: workspace.id, role: "qa", permissions: ["audits:read"] },
      workspaces: [{ id: workspace.id }],
      key: { name: "test", prefix: expect.stringMatching(/^mk_test_/), scopes: ["audits:read", "projects:write", "no-longer:known"], expiresAt: null },
    });
  });
});

describe("changing oneself", () => {
  it("sets what is named and leaves the rest", async () => {
    const userId = await seedMember(workspace, { role: "qa" });
    const { accessToken: token } = await signInAs(userId);
    const patch = async (body: unknown) => Account.strict().parse(await (await ask("PATCH", "/me", { token, body })).json());
    expect(await patch({ name: "  Ada Lovelace " })).toMatchObject({ name: "Ada Lovelace", language: null });
    expect(await patch({ language: "es" })).toMatchObject({ name: "Ada Lovelace", language: "es" });
    expect(await patch({})).toMatchObject({ name: "Ada Lovelace", language: "es" });
    expect(await patch({ language: null })).toMatchObject({ language: null });
  });

  it.each([{ name: "" }, { name: "a\nb" }, { name: "a".repeat(101) }, { language: "de" }, { email: "x@example.com" }, { isOperator: true }, { id: "usr_1" }])(
    "refuses %j",
    async (body) => {
      const userId = await seedMember(workspace, { role: "qa" });
      expect((await ask("PATCH", "/me", { token: (await signInAs(userId)).accessToken, body })).status).toBe(422);
      const [user] = await directory.select().from(users).where(eq(users.id, userId));
      expect(user).toMatchObject({ name: "", email: `${userId}@example.com`, isOperator: false });
    },
  );
});

describe("the API reference", () => {
  it("shows examples that the schemas accept", () => {
    expect(Me.strict().safeParse(meExample).error).toBeUndefined();
    expect(Account.strict().safeParse(accountExample).error).toBeUndefined();
    expect(Membership.strict().safeParse(membershipExample).error).toBeUndefined();
    expect(InvitationPreview.strict().safeParse(invitationPreviewExample).error).toBeUndefined();
  });
});
