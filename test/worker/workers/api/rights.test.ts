import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { members, refreshTokens, users } from "../../../../shared/db/schema/index.ts";
import { type Closing, closeChanged } from "../../../../shared/live/index.ts";
import { dayMs, newId, parseApiKey, type RightsChange } from "../../../../shared/platform/index.ts";
import { app } from "../../../../workers/api/app.ts";
import { goodPassword, seedToken } from "../../../helpers/worker/accounts.ts";
import { call, newAddress, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { askForSocket, type EdgeSocket, openSocket, ticketOf } from "../../../helpers/worker/edge-sockets.ts";
import { seedMember, seedPassword, signInAs, visitorOfTest } from "../../../helpers/worker/people.ts";

// Every verb that ends or narrows what somebody may do: what they have open is closed, and what others have stays.

const directory = directoryDatabase(env);
const password = "a password of the rights";
const closedForRights = { code: 4001, reason: "rights_changed" };

const bearer = (accessToken: string, { id }: Pick<SeededWorkspace, "id">) => ({ headers: { Authorization: `Bearer ${accessToken}`, "X-Workspace": id } });

/** A workspace with an admin, and with somebody in two sessions who also made a key; everything that they have is open. */
async function scene() {
  const workspace = await seedWorkspace({ isOperator: true });
  const admin = bearer((await signInAs(workspace.userId)).accessToken, workspace);
  const userId = await seedMember(workspace, { role: "admin" });
  const email = await seedPassword(userId, password);
  const [first, second] = [await signInAs(userId), await signInAs(userId)];
  const key = await seedKey({ id: workspace.id, userId });
  const proofs = { admin, first: bearer(first.accessToken, workspace), second: bearer(second.accessToken, workspace), key: { key } };
  const sockets = {
    admin: await openSocket(proofs.admin),
    first: await openSocket(proofs.first),
    second: await openSocket(proofs.second),
    key: await openSocket(proofs.key),
  };
  return { workspace, userId, email, first, second, key, proofs, sockets };
}
type Scene = Awaited<ReturnType<typeof scene>>;
type Name = keyof Scene["sockets"];

const names: readonly Name[] = ["admin", "first", "second", "key"];

let at: Scene;
beforeEach(async () => {
  at = await scene();
});
afterEach(() => {
  for (const socket of Object.values<EdgeSocket>(at.sockets)) socket.close();
});

interface Verb {
  readonly verb: string;
  readonly act: (scene: Scene) => Promise<Response>;
  /** Those that are closed; all others stay open. */
  readonly closes: readonly Name[];
  /** Of those, who gets no ticket any more, or none that opens anything. */
  readonly out?: readonly Name[];
}

const prefixOf = ({ key }: Scene) => parseApiKey(key)?.prefix ?? "";
const theirs = ["first", "second", "key"] as const;

const verbs: readonly Verb[] = [
  { verb: "signing out", act: ({ proofs }) => call("POST", "/api/v1/auth/logout", proofs.first), closes: ["first"], out: ["first"] },
  {
    verb: "ending another session of one's own",
    act: ({ proofs, second }) => call("DELETE", `/api/v1/auth/sessions/${second.sessionId}`, proofs.first),
    closes: ["second"],
    out: ["second"],
  },
  { verb: "signing out everywhere", act: ({ proofs }) => call("POST", "/api/v1/auth/logout-all", proofs.first), closes: theirs, out: ["first", "second"] },
  {
    verb: "being signed out by an operator",
    act: ({ proofs, userId }) => call("POST", `/api/admin/users/${userId}/sign-out`, proofs.admin),
    closes: theirs,
    out: ["first", "second"],
  },
  {
    verb: "changing the password",
    act: ({ proofs }) => call("POST", "/api/v1/auth/change-password", { ...proofs.first, body: { currentPassword: password, newPassword: goodPassword } }),
    closes: theirs,
    out: ["second"],
  },
  {
    verb: "setting the password by e-mail",
    act: async ({ userId, email }) => {
      const token = await seedToken({ purpose: "reset-password", subjectId: userId, email });
      return call("POST", "/api/v1/auth/reset-password", { body: { token, password: goodPassword } });
    },
    closes: theirs,
    out: ["first", "second"],
  },
  {
    verb: "a refresh token that is used twice",
    act: async ({ first }) => {
      const refresh = () => call("POST", "/api/v1/auth/refresh", { body: { refreshToken: first.refreshToken } });
      await refresh();
      await directory
        .update(refreshTokens)
        .set({ usedAt: Date.now() - dayMs })
        .where(eq(refreshTokens.sessionId, first.sessionId));
      return refresh();
    },
    closes: ["first"],
    out: ["first"],
  },
  {
    verb: "another role",
    act: ({ proofs, userId }) => call("PATCH", `/api/v1/members/${userId}`, { ...proofs.admin, body: { role: "dev" } }),
    closes: theirs,
  },
  { verb: "being removed", act: ({ proofs, userId }) => call("DELETE", `/api/v1/members/${userId}`, proofs.admin), closes: theirs, out: theirs },
  { verb: "leaving", act: ({ proofs, userId }) => call("DELETE", `/api/v1/members/${userId}`, proofs.second), closes: theirs, out: theirs },
  { verb: "a key that is revoked", act: (scene) => call("DELETE", `/api/v1/keys/${prefixOf(scene)}`, scene.proofs.admin), closes: ["key"], out: ["key"] },
  {
    verb: "a key that is rotated",
    act: (scene) => call("POST", `/api/v1/keys/${prefixOf(scene)}/rotate`, { ...scene.proofs.first, body: {} }),
    closes: ["key"],
    out: ["key"],
  },
  {
    verb: "a key that may do less",
    act: (scene) => call("PATCH", `/api/v1/keys/${prefixOf(scene)}`, { ...scene.proofs.first, body: { scopes: ["audits:read"] } }),
    closes: ["key"],
  },
  { verb: "deleting one's account", act: ({ proofs }) => call("DELETE", "/api/v1/me", { ...proofs.first, body: { password } }), closes: theirs, out: theirs },
  {
    verb: "an account that an operator deletes",
    act: ({ proofs, userId }) => call("DELETE", `/api/admin/users/${userId}`, proofs.admin),
    closes: theirs,
    out: theirs,
  },
  {
    verb: "deleting the workspace",
    act: ({ proofs }) => call("DELETE", "/api/v1/workspace", { ...proofs.first, body: { name: "Test" } }),
    closes: names,
    out: names,
  },
  {
    verb: "a workspace that an operator deletes",
    act: async ({ workspace }) => {
      const elsewhere = await seedWorkspace({ isOperator: true });
      return call("DELETE", `/api/admin/workspaces/${workspace.id}`, bearer((await signInAs(elsewhere.userId)).accessToken, elsewhere));
    },
    closes: names,
    out: names,
  },
  {
    verb: "being suspended",
    act: ({ proofs, userId }) => call("POST", `/api/admin/users/${userId}/suspend`, proofs.admin),
    closes: theirs,
    out: theirs,
  },
  {
    verb: "a workspace that is suspended",
    act: async ({ workspace }) => {
      const elsewhere = await seedWorkspace({ isOperator: true });
      return call("POST", `/api/admin/workspaces/${workspace.id}/suspend`, bearer((await signInAs(elsewhere.userId)).accessToken, elsewhere));
    },
    closes: names,
    out: names,
  },
];

describe.each(verbs)("$verb", ({ act, closes, out = [] }) => {
  it(`closes what is concerned (${closes.join(", ")}) and nothing else`, async () => {
    const elsewhere = await seedWorkspace();
    await directory.insert(members).values({ workspaceId: elsewhere.id, userId: at.workspace.userId, role: "admin", createdAt: Date.now() });
    const outside = await openSocket(bearer((await signInAs(at.workspace.userId)).accessToken, elsewhere));
    // Tickets of before open nothing either, where nobody is let in any more.
    const tickets = new Map<Name, string>();
    for (const name of names) tickets.set(name, await ticketOf(at.proofs[name]));

    const answer = await act(at);
    const text = await answer.text();
    expect([200, 201, 204, 401], text).toContain(answer.status);

    for (const name of closes) expect([name, await at.sockets[name].closed]).toEqual([name, closedForRights]);
    for (const name of names.filter((each) => !closes.includes(each))) expect([name, await at.sockets[name].isOpen()]).toEqual([name, true]);
    expect(await outside.isOpen()).toBe(true);
    outside.close();

    const again = async (name: Name) => {
      const { status, webSocket } = await askForSocket(tickets.get(name) ?? "");
      webSocket?.accept();
      webSocket?.close(1000);
      return [name, status === 101];
    };
    for (const name of names) expect(await again(name)).toEqual([name, !out.includes(name)]);
  });
});

describe("a change of rights", () => {
  /** What would be closed by a request. */
  async function closingsOf(request: Request, bindings: object = {}): Promise<{ status: number; closings: readonly (readonly [string, Closing])[] }> {
    const closings: (readonly [string, Closing])[] = [];
    const objects = {
      idFromName: (name: string) => ({ name }),
      get: ({ name }: { name: string }) => ({ close: async (closing: Closing) => closings.push([name, closing]) }),
    };
    const context = createExecutionContext();
    const answer = await app.fetch(request, { ...env, ONLINE_USERS: objects, ...bindings }, context);
    await answer.body?.cancel();
    await waitOnExecutionContext(context);
    return { status: answer.status, closings };
  }

  it("counts whatever the answer says: the batch may have been committed although it got lost", async () => {
    const { workspace, proofs, userId } = at;
    // The database commits, and then its answer does not arrive.
    const broken = new Proxy(env.DB, {
      get: (db, name) => {
        if (name !== "batch") {
          const value: unknown = Reflect.get(db, name);
          return typeof value === "function" ? value.bind(db) : value;
        }
        return async (statements: D1PreparedStatement[]) => {
          await db.batch(statements);
          throw new Error("D1_ERROR: Network connection lost.");
        };
      },
    });
    const request = new Request(`https://mentha.test/api/v1/members/${userId}`, {
      method: "DELETE",
      headers: { ...proofs.admin.headers, "CF-Connecting-IP": newAddress() },
    });
    const { status, closings } = await closingsOf(request, { DB: broken });
    expect(status).toBeGreaterThanOrEqual(500);
    expect(closings).toEqual([[`${workspace.id}:0`, { reason: "rights_changed", userId, actorId: null }]]);
  });

  const repeated: readonly { readonly verb: string; readonly method: string; readonly path: (scene: Scene) => string; readonly body?: object }[] = [
    { verb: "another role", method: "PATCH", path: ({ userId }) => `/api/v1/members/${userId}`, body: { role: "dev" } },
    { verb: "a key that is revoked", method: "DELETE", path: (scene) => `/api/v1/keys/${prefixOf(scene)}` },
    { verb: "a key that may do less", method: "PATCH", path: (scene) => `/api/v1/keys/${prefixOf(scene)}`, body: { scopes: ["audits:read"] } },
    { verb: "being suspended", method: "POST", path: ({ userId }) => `/api/admin/users/${userId}/suspend`, body: {} },
  ];
  it.each(repeated)("counts again when it is sent again, since no answer came: $verb", async ({ method, path, body }) => {
    const send = () => {
      const headers = { ...at.proofs.admin.headers, "CF-Connecting-IP": newAddress(), "Content-Type": "application/json" };
      return closingsOf(new Request(`https://mentha.test${path(at)}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }));
    };
    const first = await send();
    expect(first.closings).toEqual([[`${at.workspace.id}:0`, expect.objectContaining({ reason: "rights_changed", userId: at.userId })]]);
    expect(await send()).toEqual(first);
  });

  it("closes nothing where nothing was ended", async () => {
    const request = new Request("https://mentha.test/api/v1/members", { headers: { ...at.proofs.admin.headers, "CF-Connecting-IP": newAddress() } });
    expect(await closingsOf(request)).toEqual({ status: 200, closings: [] });
  });

  const told = (rightsChanges: readonly RightsChange[]) => {
    const closed: (readonly [string, Closing])[] = [];
    const live = {
      close: async (workspaceId: string, closing: Closing) => {
        if (workspaceId === at.workspace.id) throw new Error("The object does not answer.");
        closed.push([workspaceId, closing]);
        return 1;
      },
    };
    return { closed, done: closeChanged({ ...visitorOfTest(), rightsChanges: [...rightsChanges] }, live) };
  };

  it("of a person without a workspace is one in each that they are in, also when one of these does not answer", async () => {
    const others = [await seedWorkspace(), await seedWorkspace()];
    for (const { id } of others) await directory.insert(members).values({ workspaceId: id, userId: at.userId, role: "dev", createdAt: Date.now() });
    const { closed, done } = told([{ workspaceId: null, userId: at.userId, actorId: "ses_1" }]);
    await done;
    const closing = { reason: "rights_changed", userId: at.userId, actorId: "ses_1" };
    expect(closed).toHaveLength(others.length);
    expect(closed).toEqual(expect.arrayContaining(others.map(({ id }) => [id, closing])));
  });

  it("that cannot be told of is no reason for another not to be", async () => {
    const elsewhere = newId("workspace");
    const { closed, done } = told([
      { workspaceId: at.workspace.id, userId: null, actorId: null },
      { workspaceId: elsewhere, userId: null, actorId: null },
    ]);
    await done;
    expect(closed).toEqual([[elsewhere, { reason: "rights_changed", userId: null, actorId: null }]]);
  });

  it("of somebody who is nowhere is none", async () => {
    await directory.delete(users).where(eq(users.id, at.userId));
    await directory.delete(members).where(eq(members.userId, at.userId));
    const { closed, done } = told([
      { workspaceId: null, userId: at.userId, actorId: null },
      { workspaceId: null, userId: null, actorId: null },
    ]);
    await done;
    expect(closed).toEqual([]);
  });
});
