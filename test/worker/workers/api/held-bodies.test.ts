import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { apiKeys, members, sessions, users, workspaces } from "../../../../shared/db/schema/index.ts";
import { permissionsOf } from "../../../../shared/identity/index.ts";
import { isOperatorPermission, type Permission, parseApiKey, permissions } from "../../../../shared/platform/index.ts";
import { app } from "../../../../workers/api/app.ts";
import { bodyDeadlineMs } from "../../../../workers/api/middleware/body-limit.ts";
import { Problem } from "../../../../workers/api/problem.ts";
import { type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { seedMember, signInAs } from "../../../helpers/worker/people.ts";
import { addressOf, type SampleRoute, sampleRoutes } from "../../../helpers/worker/route-samples.ts";

// Whoever sends a request decides how long its body takes. What they lose meanwhile they must not use any more.

afterEach(() => {
  vi.useRealTimers();
});

const db = () => directoryDatabase(env);

interface Held {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly credential: string;
  /** What happens once the request was let in and before the rest of its body arrives. */
  readonly meanwhile: () => Promise<unknown>;
}

let requests = 0;

/** A request that begins its body when it is read, which is after its caller was let in, and goes on with it when something has happened. */
async function hold({ method, path, body, credential, meanwhile }: Held): Promise<Response> {
  const [first = "", ...rest] = JSON.stringify(body);
  const text = new TextEncoder();
  const pieces = [async () => first, () => meanwhile().then(() => rest.join(""))];
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = pieces.shift();
        if (next === undefined) controller.close();
        else controller.enqueue(text.encode(await next()));
      },
    },
    { highWaterMark: 0 },
  );
  requests += 1;
  // Each from an address of its own, of which no limit is reached.
  const headers = { Authorization: `Bearer ${credential}`, "Content-Type": "application/json", "CF-Connecting-IP": `2001:db8:${requests.toString(16)}::1` };
  const ctx = createExecutionContext();
  const answer = await app.fetch(new Request(`https://mentha.test${path}`, { method, headers, body: stream }), env, ctx);
  await waitOnExecutionContext(ctx);
  return answer;
}

const ofMember = ({ id, userId }: SeededWorkspace) => and(eq(members.workspaceId, id), eq(members.userId, userId));
const endSession = (sessionId: string) => db().update(sessions).set({ revokedAt: 1, revokedFor: "sign-out" }).where(eq(sessions.id, sessionId));
const endMembership = (workspace: SeededWorkspace) => db().delete(members).where(ofMember(workspace));
const demote = async (workspace: SeededWorkspace): Promise<void> => {
  await db().update(members).set({ role: "qa" }).where(ofMember(workspace));
  await db().update(users).set({ isOperator: false }).where(eq(users.id, workspace.userId));
};
const suspend = ({ userId }: SeededWorkspace) => db().update(users).set({ suspendedAt: 1 }).where(eq(users.id, userId));
const close = ({ id }: SeededWorkspace) => db().update(workspaces).set({ suspendedAt: 1 }).where(eq(workspaces.id, id));
const revoke = (key: string) =>
  db()
    .update(apiKeys)
    .set({ revokedAt: 1 })
    .where(eq(apiKeys.prefix, parseApiKey(key)?.prefix ?? ""));

/** A person's token and a key of theirs; a key is refused with the status that is given, a person, who still is one, with 403. */
const credentials = (ofKey: 401 | 403) =>
  [
    { status: 403, credentialOf: async ({ userId }: SeededWorkspace) => (await signInAs(userId)).accessToken },
    { status: ofKey, credentialOf: (workspace: SeededWorkspace) => seedKey(workspace) },
  ] as const;

/** Calls a route for something that nobody has: only a refusal of the caller answers 401 or 403. */
async function expectRefusal(route: SampleRoute, status: 401 | 403, held: Pick<Held, "credential" | "meanwhile">): Promise<void> {
  const meanwhile = vi.fn(held.meanwhile);
  const { method, body } = route;
  const answer = await hold({ method: method.toUpperCase(), path: addressOf(route, route.thing?.unknown()), body, credential: held.credential, meanwhile });
  expect(meanwhile).toHaveBeenCalledOnce();
  expect(Problem.parse(await answer.json())).toMatchObject({ status });
}

const isPermission = (name: string): name is Permission => permissions.some((permission) => permission === name);
const withBody = sampleRoutes.filter(({ permission, body }) => permission !== "public" && permission !== "visitor" && body !== undefined);
const ofWorkspace = withBody.filter(({ permission }) => isPermission(permission));
const qaMay = permissionsOf({ role: "qa", isOperator: false });
const beyondQa = ofWorkspace.filter(({ permission }) => isPermission(permission) && !qaMay.has(permission));

describe.each(withBody)("$name, with a body that is held back", (route) => {
  it("does nothing for a session that ended meanwhile", async () => {
    const { accessToken, sessionId } = await signInAs((await seedWorkspace({ isOperator: true })).userId);
    await expectRefusal(route, 401, { credential: accessToken, meanwhile: () => endSession(sessionId) });
  });
});

describe.each(withBody)("$name, with a body that is held back", (route) => {
  it("does nothing for somebody who was suspended meanwhile", async () => {
    const workspace = await seedWorkspace({ isOperator: true });
    await expectRefusal(route, 403, { credential: (await signInAs(workspace.userId)).accessToken, meanwhile: () => suspend(workspace) });
  });
});

describe.each(ofWorkspace)("$name, with a body that is held back", (route) => {
  it("does nothing for a key whose workspace was suspended meanwhile", async () => {
    const workspace = await seedWorkspace({ isOperator: true });
    await expectRefusal(route, 403, { credential: await seedKey(workspace), meanwhile: () => close(workspace) });
  });

  it("does nothing for a key that was revoked meanwhile", async () => {
    const key = await seedKey(await seedWorkspace({ isOperator: true }));
    await expectRefusal(route, 401, { credential: key, meanwhile: () => revoke(key) });
  });

  it("does nothing for somebody who was removed meanwhile, nor for a key of theirs", async () => {
    // An operator need not be in a workspace; their key lives by their membership.
    const isOfOperators = isPermission(route.permission) && isOperatorPermission(route.permission);
    for (const { status, credentialOf } of credentials(401).filter((each) => !isOfOperators || each.status === 401)) {
      const workspace = await seedWorkspace({ isOperator: true });
      await expectRefusal(route, status, { credential: await credentialOf(workspace), meanwhile: () => endMembership(workspace) });
    }
  });
});

describe.each(beyondQa)("$name, with a body that is held back", (route) => {
  it("does nothing for somebody whose role was taken meanwhile, nor for a key of theirs", async () => {
    for (const { status, credentialOf } of credentials(403)) {
      const workspace = await seedWorkspace({ isOperator: true });
      await expectRefusal(route, status, { credential: await credentialOf(workspace), meanwhile: () => demote(workspace) });
    }
  });
});

describe("a body that is held back", () => {
  it("does not give an admin her role back", async () => {
    const workspace = await seedWorkspace();
    const credential = (await signInAs(workspace.userId)).accessToken;
    await seedMember(workspace, { role: "admin" });
    const path = `/api/v1/members/${workspace.userId}`;
    const answer = await hold({ method: "PATCH", path, body: { role: "admin" }, credential, meanwhile: () => demote(workspace) });
    expect(answer.status).toBe(403);
    expect(await db().select({ role: members.role }).from(members).where(ofMember(workspace))).toEqual([{ role: "qa" }]);
  });

  it("does not make a key with one that was revoked", async () => {
    const workspace = await seedWorkspace();
    const credential = await seedKey(workspace);
    const body = { name: "Second life", scopes: ["audits:read"] };
    expect((await hold({ method: "POST", path: "/api/v1/keys/generate", body, credential, meanwhile: () => revoke(credential) })).status).toBe(401);
    expect(await db().$count(apiKeys, eq(apiKeys.workspaceId, workspace.id))).toBe(1);
  });

  it("is read to its end when nothing was taken", async () => {
    const workspace = await seedWorkspace();
    const credential = await seedKey(workspace);
    const answer = await hold({ method: "PATCH", path: "/api/v1/workspace", body: { name: "Held" }, credential, meanwhile: async () => undefined });
    expect(answer.status).toBe(200);
  });

  it("is waited for no longer than the deadline", async () => {
    const credential = await seedKey(await seedWorkspace());
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const never = Promise.withResolvers<void>();
    const meanwhile = () => {
      vi.advanceTimersByTime(bodyDeadlineMs);
      return never.promise;
    };
    const answer = await hold({ method: "PATCH", path: "/api/v1/workspace", body: { name: "Late" }, credential, meanwhile });
    expect(Problem.parse(await answer.json())).toMatchObject({ status: 408, code: "request_timeout" });
  });
});
