import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { members, users } from "../../../../shared/db/schema/index.ts";
import { Member, MemberList, type Role, roles } from "../../../../shared/identity/index.ts";
import { newId } from "../../../../shared/platform/index.ts";
import { memberExample } from "../../../../workers/api/examples.ts";
import { call, outcomeOf, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { type SignedIn, seedMember, signedIn } from "../../../helpers/worker/people.ts";

const db = () => directoryDatabase(env);
const path = (userId: string) => `/api/v1/members/${userId}`;

async function list(who: SignedIn, query = ""): Promise<MemberList> {
  const answer = await who("GET", `/api/v1/members${query}`);
  expect(answer.status).toBe(200);
  return MemberList.parse(await answer.json());
}

async function adminsOf({ id }: SeededWorkspace): Promise<string[]> {
  const rows = await db()
    .select({ userId: members.userId })
    .from(members)
    .where(and(eq(members.workspaceId, id), eq(members.role, "admin")));
  return rows.map(({ userId }) => userId);
}

let workspace: SeededWorkspace;
let admin: SignedIn;
beforeAll(async () => {
  workspace = await seedWorkspace();
  admin = await signedIn(workspace.userId);
});

describe("the list of members", () => {
  it("says who is in the workspace, and as what", async () => {
    const own = await seedWorkspace();
    const devId = await seedMember(own, { role: "dev" });
    const { items, nextCursor } = await list(await signedIn(devId));
    expect(items.map((item) => Member.strict().parse(item))).toEqual([
      expect.objectContaining({ userId: own.userId, email: `${own.userId}@example.com`, role: "admin" }),
      expect.objectContaining({ userId: devId, role: "dev" }),
    ]);
    expect(nextCursor).toBeUndefined();
  });

  it("shows everybody once, though people join while it is read", async () => {
    const own = await seedWorkspace();
    const ids = [own.userId];
    for (let i = 0; i < 4; i++) ids.push(await seedMember(own, { role: "qa" }));
    const who = await signedIn(own.userId);
    const seen: string[] = [];
    for (let page = await list(who, "?limit=2"); ; page = await list(who, `?limit=2&cursor=${page.nextCursor}`)) {
      seen.push(...page.items.map(({ userId }) => userId));
      if (page.nextCursor === undefined) break;
      if (ids.length < 7) ids.push(await seedMember(own, { role: "qa" }));
    }
    expect(seen).toEqual(ids.toSorted());
  });

  it("has an example that is true to its schema", () => {
    expect(Member.strict().safeParse(memberExample).error).toBeUndefined();
  });
});

describe("a role", () => {
  it("counts from the member's next request on", async () => {
    const userId = await seedMember(workspace, { role: "dev" });
    const member = await signedIn(userId);
    const key = await seedKey({ id: workspace.id, userId });
    const rename = { name: "Renamed" };
    expect((await member("PATCH", "/api/v1/workspace", rename)).status).toBe(403);
    expect((await call("PATCH", "/api/v1/workspace", { key, body: rename })).status).toBe(403);

    const promoted = await admin("PATCH", path(userId), { role: "manager" });
    expect([promoted.status, await promoted.json()]).toEqual([200, expect.objectContaining({ userId, role: "manager" })]);
    expect((await member("PATCH", "/api/v1/workspace", rename)).status).toBe(200);
    expect((await call("PATCH", "/api/v1/workspace", { key, body: rename })).status).toBe(200);

    expect((await admin("PATCH", path(userId), { role: "qa" })).status).toBe(200);
    expect((await member("PATCH", "/api/v1/workspace", rename)).status).toBe(403);
    expect((await call("PATCH", "/api/v1/workspace", { key, body: rename })).status).toBe(403);
  });

  it("is in this workspace only", async () => {
    const other = await seedWorkspace();
    const userId = await seedMember(workspace, { role: "dev" });
    await db().insert(members).values({ workspaceId: other.id, userId, role: "dev", createdAt: Date.now() });
    expect((await admin("PATCH", path(userId), { role: "manager" })).status).toBe(200);
    const { items } = await list(await signedIn(other.userId));
    expect(items.find((item) => item.userId === userId)?.role).toBe("dev");
  });

  it.each([{ role: "owner" }, { role: "" }, { role: null }, {}, { role: "qa", isOperator: true }])("is refused as %j", async (body) => {
    const userId = await seedMember(workspace, { role: "dev" });
    expect((await admin("PATCH", path(userId), body)).status).toBe(422);
  });

  const targets = roles.flatMap((from) => roles.map((to) => ({ from, to })));
  it.each(targets)("of somebody who is $from cannot be made $to by a manager, a qa or a dev", async ({ from, to }) => {
    const userId = await seedMember(workspace, { role: from });
    for (const role of ["manager", "qa", "dev"] as const) {
      const who = await signedIn(await seedMember(workspace, { role }));
      expect((await who("PATCH", path(userId), { role: to })).status).toBe(403);
    }
  });

  it("is not changed by a manager for themselves", async () => {
    const userId = await seedMember(workspace, { role: "manager" });
    expect((await (await signedIn(userId))("PATCH", path(userId), { role: "admin" })).status).toBe(403);
  });
});

describe("removing a member", () => {
  const removes: Readonly<Record<Role, readonly Role[]>> = { admin: roles, manager: ["qa", "dev"], qa: [], dev: [] };
  const pairs = roles.flatMap((actor) => roles.map((target) => ({ actor, target, status: removes[actor].includes(target) ? 204 : 403 })));

  it.each(pairs)("of role $target by somebody of role $actor answers $status", async ({ actor, target, status }) => {
    const userId = await seedMember(workspace, { role: target });
    const who = await signedIn(await seedMember(workspace, { role: actor }));
    expect((await who("DELETE", path(userId))).status).toBe(status);
    const { items } = await list(admin, "?limit=100");
    expect(items.some((item) => item.userId === userId)).toBe(status === 403);
  });

  it.each(roles)("is for everybody who wants to leave: %s", async (role) => {
    const userId = await seedMember(workspace, { role });
    const who = await signedIn(userId);
    expect((await who("DELETE", path(userId))).status).toBe(204);
    expect((await who("GET", "/api/v1/members")).status).toBe(403);
  });

  it("is not for a key that may only read, though its maker could leave", async () => {
    const userId = await seedMember(workspace, { role: "admin" });
    const key = await seedKey({ id: workspace.id, userId }, { scopes: ["members:read"] });
    expect((await call("DELETE", path(userId), { key })).status).toBe(403);
    expect((await call("GET", "/api/v1/members", { key })).status).toBe(200);
  });

  it("is done once", async () => {
    const userId = await seedMember(workspace, { role: "dev" });
    const answers = await Promise.all(Array.from({ length: 5 }, () => admin("DELETE", path(userId))));
    expect(answers.filter(({ status }) => status === 204).length).toBe(1);
    expect(answers.filter(({ status }) => status === 404).length).toBe(4);
  });
});

describe("a membership that ended", () => {
  it("ends its keys, which coming back does not revive, and no other key", async () => {
    const userId = await seedMember(workspace, { role: "dev" });
    const key = await seedKey({ id: workspace.id, userId });
    const othersKey = await seedKey(workspace);
    const elsewhere = await seedWorkspace();
    await db().insert(members).values({ workspaceId: elsewhere.id, userId, role: "dev", createdAt: Date.now() });
    const keyElsewhere = await seedKey({ id: elsewhere.id, userId });
    const audits = (with_: string) => call("GET", "/api/v1/audits", { key: with_ }).then(({ status }) => status);
    expect(await audits(key)).toBe(200);

    expect((await admin("DELETE", path(userId))).status).toBe(204);
    expect(await audits(key)).toBe(401);
    await db().insert(members).values({ workspaceId: workspace.id, userId, role: "admin", createdAt: Date.now() });
    expect(await audits(key)).toBe(401);
    expect([await audits(othersKey), await audits(keyElsewhere)]).toEqual([200, 200]);
  });

  it("shuts a session out of this workspace at once, and of no other", async () => {
    const userId = await seedMember(workspace, { role: "dev" });
    const elsewhere = await seedWorkspace();
    await db().insert(members).values({ workspaceId: elsewhere.id, userId, role: "dev", createdAt: Date.now() });
    const [here, there] = [await signedIn(userId, workspace.id), await signedIn(userId, elsewhere.id)];
    expect((await here("GET", "/api/v1/audits")).status).toBe(200);
    expect((await admin("DELETE", path(userId))).status).toBe(204);
    expect((await here("GET", "/api/v1/audits")).status).toBe(403);
    expect((await there("GET", "/api/v1/audits")).status).toBe(200);
  });
});

describe("the last admin", () => {
  it("can neither be removed, nor leave, nor be given another role, until there is another", async () => {
    const own = await seedWorkspace();
    const who = await signedIn(own.userId);
    const refused = { status: 409, detail: expect.stringContaining("last admin") };
    expect(await outcomeOf(await who("PATCH", path(own.userId), { role: "dev" }))).toEqual(refused);
    expect(await outcomeOf(await who("DELETE", path(own.userId)))).toEqual(refused);
    expect((await who("PATCH", path(own.userId), { role: "admin" })).status).toBe(200);

    const userId = await seedMember(own, { role: "dev" });
    expect((await who("PATCH", path(userId), { role: "admin" })).status).toBe(200);
    expect((await who("DELETE", path(own.userId))).status).toBe(204);
    expect(await adminsOf(own)).toEqual([userId]);
  });

  it("is not made up for by an admin of another workspace", async () => {
    const own = await seedWorkspace();
    const userId = await seedMember(own, { role: "dev" });
    const other = await seedWorkspace();
    await db().insert(members).values({ workspaceId: other.id, userId, role: "admin", createdAt: Date.now() });
    expect((await (await signedIn(own.userId))("DELETE", path(own.userId))).status).toBe(409);
  });

  it("is not made up for by an admin who is suspended, until they are resumed", async () => {
    const own = await seedWorkspace();
    const userId = await seedMember(own, { role: "admin" });
    const setSuspended = (suspendedAt: number | null) => db().update(users).set({ suspendedAt }).where(eq(users.id, userId));
    await setSuspended(Date.now());
    const who = await signedIn(own.userId);
    const refused = { status: 409, detail: expect.stringContaining("last admin") };
    expect(await outcomeOf(await who("PATCH", path(own.userId), { role: "dev" }))).toEqual(refused);
    expect(await outcomeOf(await who("DELETE", path(own.userId)))).toEqual(refused);
    await setSuspended(null);
    expect((await who("DELETE", path(own.userId))).status).toBe(204);
    expect(await adminsOf(own)).toEqual([userId]);
  });

  it("may remove an admin who is suspended", async () => {
    const own = await seedWorkspace();
    const userId = await seedMember(own, { role: "admin" });
    await db().update(users).set({ suspendedAt: Date.now() }).where(eq(users.id, userId));
    expect((await (await signedIn(own.userId))("DELETE", path(userId))).status).toBe(204);
    expect(await adminsOf(own)).toEqual([own.userId]);
  });

  const attacks: readonly { what: string; act: (who: SignedIn, self: string, other: string) => Promise<Response> }[] = [
    { what: "take each other's role", act: (who, _, other) => who("PATCH", path(other), { role: "dev" }) },
    { what: "remove each other", act: (who, _, other) => who("DELETE", path(other)) },
    { what: "leave", act: (who, self) => who("DELETE", path(self)) },
    { what: "step down", act: (who, self) => who("PATCH", path(self), { role: "qa" }) },
  ];
  it.each(attacks)("stays when two admins $what at once", async ({ act }) => {
    for (let round = 0; round < 5; round++) {
      const own = await seedWorkspace();
      const secondId = await seedMember(own, { role: "admin" });
      const [first, second] = [await signedIn(own.userId), await signedIn(secondId)];
      const answers = await Promise.all([act(first, own.userId, secondId), act(second, secondId, own.userId)]);
      expect(answers.filter(({ ok }) => ok).length).toBe(1);
      expect((await adminsOf(own)).length).toBe(1);
    }
  });

  it("stays when ten leave at once", async () => {
    const own = await seedWorkspace();
    const ids = [own.userId];
    while (ids.length < 10) ids.push(await seedMember(own, { role: "admin" }));
    const people = await Promise.all(ids.map(async (id) => ({ id, who: await signedIn(id) })));
    const answers = await Promise.all(people.map(({ id, who }) => who("DELETE", path(id))));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([...Array<number>(9).fill(204), 409]);
    expect((await adminsOf(own)).length).toBe(1);
  });
});

describe("members of other workspaces", () => {
  const unasked = (answer: object) => ({ ...answer, instance: "", requestId: "" });
  it.each([
    { method: "PATCH", body: { role: "dev" } },
    { method: "DELETE", body: undefined },
  ])("are answered as people who do not exist: $method", async ({ method, body }) => {
    const others = await seedWorkspace();
    const [foreign, unknown] = [await admin(method, path(others.userId), body), await admin(method, path(newId("user")), body)];
    expect([foreign.status, unknown.status]).toEqual([404, 404]);
    expect(unasked(await foreign.json())).toEqual(unasked(await unknown.json()));
    expect(await adminsOf(others)).toEqual([others.userId]);
  });

  it("are not listed to somebody who is in both and names one", async () => {
    const [here, there] = [await seedWorkspace(), await seedWorkspace()];
    await db().insert(members).values({ workspaceId: there.id, userId: here.userId, role: "dev", createdAt: Date.now() });
    expect((await list(await signedIn(here.userId, here.id))).items.map(({ userId }) => userId)).toEqual([here.userId]);
    expect((await list(await signedIn(here.userId, there.id))).items.map(({ userId }) => userId)).toEqual([here.userId, there.userId].toSorted());
    expect((await (await signedIn(here.userId))("GET", "/api/v1/members")).status).toBe(400);
  });
});
