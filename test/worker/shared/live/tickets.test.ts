import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { apiKeys, members, sessions, users, workspaces } from "../../../../shared/db/schema/index.ts";
import { matrix } from "../../../../shared/identity/index.ts";
import { admit, findRights, issueTicket, shardOf } from "../../../../shared/live/index.ts";
import { readTicket } from "../../../../shared/live/tickets/ticket.ts";
import { dayMs, newId, parseApiKey, secondMs, type VisitorContext } from "../../../../shared/platform/index.ts";
import { contextOf, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { seedMember, signInAs, visitorOfTest } from "../../../helpers/worker/people.ts";

const db = directoryDatabase(env);
const visitor = visitorOfTest();

/** Somebody with a ticket, in a workspace of their own. */
interface Holder {
  readonly workspace: SeededWorkspace;
  readonly actor: { readonly kind: "session" | "key"; readonly id: string };
  readonly ticket: string;
}

async function holderOf(kind: "session" | "key", input = {}): Promise<Holder> {
  const workspace = await seedWorkspace();
  const actor = { kind, id: kind === "session" ? (await signInAs(workspace.userId)).sessionId : await keyOf(workspace) };
  const { ticket } = await issueTicket(contextAs(workspace, actor), input);
  return { workspace, actor, ticket };
}

async function keyOf(workspace: SeededWorkspace): Promise<string> {
  const { prefix = "" } = parseApiKey(await seedKey(workspace, { scopes: ["audits:read", "keys:manage", "a:scope-that-is-gone"] })) ?? {};
  const [row] = await db.select({ id: apiKeys.id }).from(apiKeys).where(eq(apiKeys.prefix, prefix));
  return row?.id ?? expect.unreachable();
}

function contextAs(workspace: SeededWorkspace, { kind, id }: Holder["actor"]) {
  const ctx = contextOf(env, workspace);
  const { userId, permissions } = ctx.actor;
  const actor = kind === "session" ? { kind, id, userId, permissions } : { kind, id, userId, permissions, expiresAt: null, allowedIps: [], limits: {} };
  return { ...ctx, actor } as const;
}

const admitted = (ticket: string, by: Partial<VisitorContext> = {}) => admit(visitorOfTest(by), { ticket, device: "other" });
const rightsOf = async ({ workspace, actor }: Holder) => (await findRights(db, workspace.id, [actor], Date.now())).get(actor.id);

describe("a ticket", () => {
  it("lets a person in as what they are in the workspace now, until their session is over", async () => {
    const { workspace, actor, ticket } = await holderOf("session", { tabId: "tab_00000001" });
    const { jti, permissions, ticketIssuedAt, ticketEndsAt, endsAt, judgedAt, ...arrival } = await admit(visitor, { ticket, device: "mobile" });
    expect(arrival).toEqual({
      workspaceId: workspace.id,
      userId: workspace.userId,
      actor,
      role: "admin",
      shards: 1,
      shard: 0,
      device: "mobile",
      tabId: "tab_00000001",
      allowedIps: [],
    });
    expect(permissions).toEqual(expect.arrayContaining(Object.keys(matrix)));
    expect(jti).toMatch(/^[\w-]{43}$/);
    const ageMs = Date.now() - ticketIssuedAt;
    expect([ageMs >= 0, ageMs < 10 * secondMs]).toEqual([true, true]);
    expect([judgedAt >= ticketIssuedAt, judgedAt <= Date.now()]).toEqual([true, true]);
    // An object that remembers it until then has forgotten none that another machine, with a clock of its own, would still take.
    expect(ticketEndsAt - ticketIssuedAt).toBe(35 * secondMs);
    const refreshable = endsAt ?? expect.unreachable();
    expect([refreshable > Date.now() + 29 * dayMs, refreshable <= Date.now() + 30 * dayMs]).toEqual([true, true]);
  });

  it("lets a key in with what its scopes and its maker's role have in common, until it ends", async () => {
    const { workspace, actor, ticket } = await holderOf("key");
    expect(await admitted(ticket)).toMatchObject({ userId: workspace.userId, actor, permissions: ["audits:read", "keys:manage"], endsAt: null, tabId: null });
    const expiresAt = Date.now() + dayMs;
    await db.update(apiKeys).set({ expiresAt }).where(eq(apiKeys.id, actor.id));
    await db.update(members).set({ role: "dev" }).where(eq(members.workspaceId, workspace.id));
    expect(await admitted(ticket)).toMatchObject({ role: "dev", permissions: ["audits:read"], endsAt: expiresAt });
  });

  it("is another one each time, over as many objects as the workspace has", async () => {
    const { workspace, actor, ticket } = await holderOf("session");
    await db.update(workspaces).set({ liveShards: 64 }).where(eq(workspaces.id, workspace.id));
    const another = await issueTicket(contextAs(workspace, actor), {});
    const [first, second] = [await readTicket(visitor, ticket), await readTicket(visitor, another.ticket)];
    expect(first?.jti).not.toBe(second?.jti);
    expect([first?.shards, second?.shards]).toEqual([1, 64]);
    expect(await admitted(another.ticket)).toMatchObject({ shard: shardOf(workspace.userId, 64), shards: 64 });
  });

  it("is refused for a workspace that is gone", async () => {
    const { workspace, actor } = await holderOf("session");
    await db.delete(workspaces).where(eq(workspaces.id, workspace.id));
    await expect(issueTicket(contextAs(workspace, actor), {})).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("what is no ticket", () => {
  let holder: Holder;
  let serverKey: Uint8Array;
  beforeAll(async () => {
    holder = await holderOf("session");
    serverKey = (await visitor.keyring.bytes("test", "live-ticket")) ?? expect.unreachable();
  });

  const seconds = () => Math.floor(Date.now() / secondMs);
  const claims = () => ({
    jti: "abc",
    sub: holder.workspace.userId,
    wsp: holder.workspace.id,
    act: holder.actor.id,
    shards: 1,
    iat: seconds(),
    exp: seconds() + 30,
  });
  const forge = (changes: { claims?: object; header?: object; key?: Uint8Array } = {}) =>
    new SignJWT({ iss: visitor.publicUrl, aud: "mentha-live", ...claims(), ...changes.claims })
      .setProtectedHeader({ alg: "HS256", typ: "live-ticket+jwt", kid: "test", ...changes.header })
      .sign(changes.key ?? serverKey);

  it("would be one, were it made as ours are", async () => {
    await expect(admitted(await forge())).resolves.toMatchObject({ jti: "abc" });
  });

  it.each<[what: string, text: () => string | Promise<string>]>([
    ["a word", () => "ticket"],
    ["an API key", () => seedKey(holder.workspace)],
    ["an access token", async () => (await signInAs(holder.workspace.userId)).accessToken],
    ["an access token's type", () => forge({ header: { typ: "at+jwt" } })],
    ["another audience", () => forge({ claims: { aud: "mentha-api" } })],
    ["another issuer", () => forge({ claims: { iss: "https://attacker.test" } })],
    ["another key under our name", () => forge({ key: new Uint8Array(32) })],
    ["the key of access tokens", async () => forge({ key: (await visitor.keyring.bytes("test", "access-token")) ?? expect.unreachable() })],
    ["a key that we do not have", () => forge({ header: { kid: "other" } })],
    ["a changed signature", () => holder.ticket.replace(/.{4}$/, "AAAA")],
    ["one that ended", () => forge({ claims: { iat: seconds() - 60, exp: seconds() - 30 } })],
    ["one that lasts too long", () => forge({ claims: { iat: seconds() - 60, exp: seconds() + 600 } })],
    ["one of the future", () => forge({ claims: { iat: seconds() + 60, exp: seconds() + 90 } })],
    ["none of a name", () => forge({ claims: { jti: undefined } })],
    ["one without end", () => forge({ claims: { exp: undefined } })],
    ["no object at all", () => forge({ claims: { shards: 0 } })],
    ["more objects than there may be", () => forge({ claims: { shards: 65 } })],
    ["an actor that is a person", () => forge({ claims: { act: newId("user") } })],
    ["a tab that is markup", () => forge({ claims: { tab: "<script>0" } })],
    ["a session of nobody", () => forge({ claims: { act: newId("session") } })],
    ["a session of somebody else", async () => forge({ claims: { act: (await signInAs(await seedMember(holder.workspace, { role: "dev" }))).sessionId } })],
    ["a session as a key", () => forge({ claims: { act: holder.actor.id.replace("ses_", "key_") } })],
    ["another workspace", async () => forge({ claims: { wsp: (await seedWorkspace()).id } })],
  ])("is refused with the same words as any other: %s", async (_, text) => {
    await expect(admitted(await text())).rejects.toMatchObject({
      code: "unauthenticated",
      message: expect.stringContaining("This ticket is not valid (any more)"),
    });
  });

  it("is a ticket of 40 seconds ago, and not one of 20", async () => {
    const at = (ms: number) => ({ ...contextAs(holder.workspace, holder.actor), now: () => Date.now() - ms });
    const [old, fresh] = [await issueTicket(at(40 * secondMs), {}), await issueTicket(at(20 * secondMs), {})];
    await expect(admitted(old.ticket)).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(admitted(fresh.ticket)).resolves.toMatchObject({ userId: holder.workspace.userId });
  });
});

interface Ending {
  readonly what: string;
  readonly of: Holder["actor"]["kind"] | "both";
  readonly code: "unauthenticated" | "forbidden";
  readonly end: (holder: Holder) => Promise<unknown>;
}

const endings: readonly Ending[] = [
  {
    what: "the session was ended",
    of: "session",
    code: "unauthenticated",
    end: ({ actor }) => db.update(sessions).set({ revokedAt: Date.now(), revokedFor: "sign-out" }).where(eq(sessions.id, actor.id)),
  },
  {
    what: "the session is over",
    of: "session",
    code: "unauthenticated",
    end: ({ actor }) => db.update(sessions).set({ expiresAt: Date.now() }).where(eq(sessions.id, actor.id)),
  },
  {
    what: "the session is gone",
    of: "session",
    code: "unauthenticated",
    end: ({ actor }) => db.delete(sessions).where(eq(sessions.id, actor.id)),
  },
  {
    what: "the key was revoked",
    of: "key",
    code: "unauthenticated",
    end: ({ actor }) => db.update(apiKeys).set({ revokedAt: Date.now() }).where(eq(apiKeys.id, actor.id)),
  },
  {
    what: "the key expired",
    of: "key",
    code: "unauthenticated",
    end: ({ actor }) => db.update(apiKeys).set({ expiresAt: Date.now() }).where(eq(apiKeys.id, actor.id)),
  },
  {
    what: "the key's maker came back after they had left",
    of: "key",
    code: "unauthenticated",
    end: ({ workspace }) =>
      db
        .update(members)
        .set({ createdAt: Date.now() + 1_000 })
        .where(eq(members.workspaceId, workspace.id)),
  },
  {
    what: "the person left the workspace",
    of: "both",
    code: "unauthenticated",
    end: ({ workspace }) => db.delete(members).where(and(eq(members.workspaceId, workspace.id), eq(members.userId, workspace.userId))),
  },
  {
    what: "the person's account is gone",
    of: "both",
    code: "unauthenticated",
    end: ({ workspace }) => db.delete(users).where(eq(users.id, workspace.userId)),
  },
  {
    what: "the workspace is gone",
    of: "both",
    code: "unauthenticated",
    end: ({ workspace }) => db.delete(workspaces).where(eq(workspaces.id, workspace.id)),
  },
  {
    what: "the person is suspended",
    of: "both",
    code: "forbidden",
    end: ({ workspace }) => db.update(users).set({ suspendedAt: Date.now() }).where(eq(users.id, workspace.userId)),
  },
  {
    what: "the workspace is suspended",
    of: "both",
    code: "forbidden",
    end: ({ workspace }) => db.update(workspaces).set({ suspendedAt: Date.now() }).where(eq(workspaces.id, workspace.id)),
  },
];
const cases = endings.flatMap(({ of, ...ending }) => (of === "both" ? (["session", "key"] as const) : [of]).map((kind) => ({ ...ending, kind })));

describe("who holds a good ticket, or has a socket already", () => {
  it.each(cases)("is not let in, and found to have no rights any more, with a $kind: $what", async ({ kind, code, end }) => {
    const holder = await holderOf(kind);
    expect(await rightsOf(holder)).toMatchObject({ role: "admin" });
    await end(holder);
    await expect(admitted(holder.ticket)).rejects.toMatchObject({ code });
    expect(await rightsOf(holder)).toBeUndefined();
  });

  it("is let in with a key from its own addresses only", async () => {
    const { actor, ticket } = await holderOf("key");
    await db
      .update(apiKeys)
      .set({ allowedIps: ["198.51.100.0/24"] })
      .where(eq(apiKeys.id, actor.id));
    const from = (ip: string | null) => ({ client: { ip, userAgent: null } });
    await expect(admitted(ticket, from("198.51.100.7"))).resolves.toMatchObject({ actor });
    for (const ip of ["203.0.113.7", null]) await expect(admitted(ticket, from(ip))).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("the rights of those who are connected", () => {
  it("are what they would be let in with now", async () => {
    const [session, key] = [await holderOf("session"), await holderOf("key")];
    const allowedIps = ["198.51.100.0/24"];
    await db.update(apiKeys).set({ allowedIps }).where(eq(apiKeys.id, key.actor.id));
    for (const { workspace } of [session, key]) await db.update(members).set({ role: "dev" }).where(eq(members.workspaceId, workspace.id));
    for (const holder of [session, key]) {
      const { role, permissions, endsAt, ...arrival } = await admitted(holder.ticket, { client: { ip: "198.51.100.7", userAgent: null } });
      expect(await rightsOf(holder)).toEqual({ role, permissions: new Set(permissions), endsAt, allowedIps: arrival.allowedIps });
    }
    expect(await rightsOf(key)).toMatchObject({ role: "dev", permissions: new Set(["audits:read"]), allowedIps });
  });

  it("are found among thousands, each once, and in their own workspace only", async () => {
    const workspace = await seedWorkspace();
    const others = await holderOf("session");
    const good = { kind: "session", id: (await signInAs(workspace.userId)).sessionId } as const;
    const goodKey = { kind: "key", id: await keyOf(workspace) } as const;
    const unknown = Array.from({ length: 4_100 }, () => ({ kind: "session", id: newId("session") }) as const);
    const unknownKey = { kind: "key", id: newId("key") } as const;
    const asked = [...unknown.slice(0, 2_500), good, good, others.actor, ...unknown.slice(2_500), unknownKey, unknownKey, goodKey];
    const found = await findRights(db, workspace.id, asked, Date.now());
    expect([...found.keys()].toSorted()).toEqual([good.id, goodKey.id].toSorted());
  });

  it("are nobody when nobody is asked for", async () => {
    expect(await findRights(db, newId("workspace"), [], Date.now())).toEqual(new Map());
  });
});
