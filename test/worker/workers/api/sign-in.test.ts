import { env } from "cloudflare:workers";
import { eq, like } from "drizzle-orm";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { attempts, sessions, users } from "../../../../shared/db/schema/index.ts";
import { Session, SignedIn, Tokens } from "../../../../shared/identity/index.ts";
import { dayMs, newId } from "../../../../shared/platform/index.ts";
import { call, type SeededWorkspace, seedWorkspace } from "../../../helpers/worker/api.ts";
import { seedMember, seedPassword, signInAs } from "../../../helpers/worker/people.ts";

// A password takes a while to hash, which is what keeps guesses few.
vi.setConfig({ testTimeout: 60_000 });

const db = directoryDatabase(env);
const password = "seven green lamps";

let workspace: SeededWorkspace;
/** Of somebody who has the password. */
let email = "";
beforeAll(async () => {
  workspace = await seedWorkspace();
  email = await seedPassword(workspace.userId, password);
});

let places = 0;
/** An address for each test, so that the failures of one are not held against another. */
const newIp = (): string => `203.0.113.${places++}`;

const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
  call("POST", `/api/v1/auth/${path}`, { ...(body === undefined ? {} : { body }), headers: { "CF-Connecting-IP": newIp(), ...headers } });
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const statusWith = async (token: string): Promise<number> => {
  const answer = await call("GET", "/api/v1/auth/sessions", { headers: bearer(token) });
  await answer.body?.cancel();
  return answer.status;
};
const signedIn = async (answer: Promise<Response>) => SignedIn.strict().parse(await (await answer).json());

/** A user of a test's own, with the password. */
async function seedPerson() {
  const id = await seedMember(workspace, { role: "dev" });
  return { id, email: await seedPassword(id, password) };
}

/** An answer but for what is new each time. */
async function likenessOf(answer: Response) {
  const body = await answer.json<Record<string, unknown>>();
  const { "x-request-id": _, ratelimit: __, ...headers } = Object.fromEntries(answer.headers);
  return { status: answer.status, headers, body: { ...body, requestId: "" } };
}

describe("somebody who signs in", () => {
  it("gets tokens that let them in, and their session says where they came from", async () => {
    const answer = await post("login", { email, password }, { "User-Agent": "test browser", "CF-Connecting-IP": "203.0.113.200" });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect(answer.headers.get("Set-Cookie")).toBeNull();
    const { accessToken, expiresAt, refreshToken, user } = SignedIn.strict().parse(await answer.json());
    expect(user).toEqual({ id: workspace.userId, email, name: "" });
    expect(refreshToken).toMatch(/^[\w-]{43}$/);
    expect(Math.abs(expiresAt - Date.now() - dayMs)).toBeLessThan(60_000);
    const list = await call("GET", "/api/v1/auth/sessions", { headers: bearer(accessToken) });
    const { items } = await list.json<{ items: unknown[] }>();
    expect(items.map((item) => Session.strict().parse(item))).toContainEqual(
      expect.objectContaining({ current: true, ip: "203.0.113.200", userAgent: "test browser" }),
    );
  });

  it("may write the address in capitals and with spaces around it", async () => {
    expect((await post("login", { email: ` ${email.toUpperCase()} `, password })).status).toBe(200);
  });

  it("may write the password in characters that another keyboard composes", async () => {
    const person = await seedPerson();
    await seedPassword(person.id, "caf\u00e9 de Colombia");
    expect((await post("login", { email: person.email, password: "cafe\u0301 de Colombia" })).status).toBe(200);
  });

  it("is not limited by how often they succeed", async () => {
    const headers = { "CF-Connecting-IP": newIp() };
    for (let i = 0; i < 6; i++) expect((await post("login", { email, password }, headers)).status).toBe(200);
  });

  it("gets a password that was cheap to guess stored anew", async () => {
    const person = await seedPerson();
    const cheap = "$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$kKqnTRK0fL1E6bpkHhaqrKaHgni7Wvv6Cpnxl73hHuY";
    await db.update(users).set({ passwordHash: cheap }).where(eq(users.id, person.id));
    for (let i = 0; i < 2; i++) {
      expect((await post("login", { email: person.email, password })).status).toBe(200);
      const stored = await db.query.users.findFirst({ where: eq(users.id, person.id) });
      expect(stored?.passwordHash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$/);
    }
  });

  it.each([
    { outcome: "without a password", body: { email: "ada@example.com" }, path: "body.password" },
    { outcome: "without an address", body: { password }, path: "body.email" },
    { outcome: "with an address that is none", body: { email: "ada", password }, path: "body.email" },
    { outcome: "with an unknown field", body: { email: "ada@example.com", password, remember: true }, path: "body.remember" },
    { outcome: "with a password of 1,025 characters", body: { email: "ada@example.com", password: "x".repeat(1_025) }, path: "body.password" },
  ])("$outcome is told so", async ({ body, path }) => {
    const answer = await post("login", body);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ errors: [{ path }] });
  });
});

describe("whoever does not know", () => {
  it("whether an address has an account does not learn it: the answers are alike, whatever is wrong", async () => {
    const passwordless = `${await seedMember(workspace, { role: "qa" })}@example.com`;
    const unknown = `${newId("user")}@example.com`;
    const attempted = [
      { email, password: `${password}!` },
      { email: unknown, password },
      { email: passwordless, password },
    ];
    const answers = await Promise.all(attempted.map(async (body) => likenessOf(await post("login", body))));
    expect(answers[0]).toMatchObject({
      status: 401,
      body: { code: "unauthenticated", detail: "The e-mail address or the password is not right.", errors: [] },
    });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  it("does not learn it from the first step either", async () => {
    const answers = await Promise.all([email, `${newId("user")}@example.com`].map(async (each) => likenessOf(await post("check-email", { email: each }))));
    expect(answers[0]).toMatchObject({ status: 200, body: { next: "password" } });
    expect(answers[1]).toEqual(answers[0]);
  });

  it("finds no address in what is kept of failures", async () => {
    const { email: address } = await seedPerson();
    await post("login", { email: address, password: "wrong" });
    expect(JSON.stringify(await db.select().from(attempts))).not.toContain(address.slice(0, 20));
  });
});

describe("somebody who must wait", () => {
  it.each([
    { outcome: "since their address was tried too often", ip: "203.0.113.201", blocks: "signInAddress:" },
    { outcome: "since their network was tried from too often", ip: "203.0.113.202", blocks: "signInIp:203.0.113.202" },
  ])("$outcome is not let in with the right password, and told for how long", async ({ ip, blocks }) => {
    const person = await seedPerson();
    const headers = { "CF-Connecting-IP": ip };
    expect((await post("login", { email: person.email, password: "wrong" }, headers)).status).toBe(401);
    await db
      .update(attempts)
      .set({ blockedUntil: Date.now() + 600_000 })
      .where(like(attempts.subject, `${blocks}%`));
    const answer = await post("login", { email: person.email, password }, headers);
    expect(answer.status).toBe(429);
    expect(await answer.json()).toMatchObject({ code: "rate_limited", errors: [] });
    expect(Number(answer.headers.get("Retry-After"))).toBeGreaterThan(500);
    expect(Number(answer.headers.get("Retry-After"))).toBeLessThanOrEqual(600);
    await db.delete(attempts);
  });
});

describe("whoever asks for something else", () => {
  it("is answered while passwords of others wait to be looked at", async () => {
    const done: string[] = [];
    const signIns = Array.from({ length: 8 }, async (_, i) => {
      await (await post("login", { email: `${i}${newId("user")}@example.com`, password })).text();
      done.push("password");
    });
    const other = (async () => {
      await (await call("GET", "/healthz")).text();
      done.push("other");
    })();
    await Promise.all([...signIns, other]);
    expect(done.indexOf("other")).toBeLessThan(7);
  });
});

describe("refreshing", () => {
  it("gives new tokens, and fifty at once get the same", async () => {
    const { refreshToken } = await signInAs(workspace.userId);
    const answers = await Promise.all(Array.from({ length: 50 }, () => post("refresh", { refreshToken })));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    const tokens = await Promise.all(answers.map(async (answer) => Tokens.strict().parse(await answer.json())));
    expect(new Set(tokens.map((each) => each.refreshToken)).size).toBe(1);
    expect(await statusWith(tokens[0]?.accessToken ?? "")).toBe(200);
  });

  it("with a token that was used up ends the session, and its access token with it", async () => {
    const first = await signInAs(workspace.userId);
    const second = Tokens.parse(await (await post("refresh", { refreshToken: first.refreshToken })).json());
    expect((await post("refresh", { refreshToken: second.refreshToken })).status).toBe(200);
    expect(await statusWith(second.accessToken)).toBe(200);
    expect((await post("refresh", { refreshToken: first.refreshToken })).status).toBe(401);
    expect(await statusWith(second.accessToken)).toBe(401);
  });

  it.each([
    { outcome: "an access token", body: async () => ({ refreshToken: (await signInAs(workspace.userId)).accessToken.slice(0, 200) }) },
    { outcome: "a token that nobody issued", body: async () => ({ refreshToken: "A".repeat(43) }) },
    { outcome: "an empty token", body: async () => ({ refreshToken: "" }) },
    { outcome: "nothing", body: async () => ({}) },
    { outcome: "no body", body: async () => undefined },
  ])("with $outcome is refused", async ({ body }) => {
    const answer = await post("refresh", await body());
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: "unauthenticated" });
  });
});

describe("signing out", () => {
  it("ends the session: its tokens are refused from the next request on, and other sessions go on", async () => {
    const [one, another] = [await signInAs(workspace.userId), await signInAs(workspace.userId)];
    const answer = await post("logout", undefined, bearer(one.accessToken));
    expect(answer.status).toBe(204);
    expect([await statusWith(one.accessToken), await statusWith(another.accessToken)]).toEqual([401, 200]);
    expect((await post("refresh", { refreshToken: one.refreshToken })).status).toBe(401);
    expect((await post("logout", undefined, bearer(one.accessToken))).status).toBe(401);
  });

  it("everywhere ends every session of the person, and nobody else's", async () => {
    const person = await seedPerson();
    const [one, another, others] = [await signInAs(person.id), await signInAs(person.id), await signInAs(workspace.userId)];
    expect((await post("logout-all", undefined, bearer(one.accessToken))).status).toBe(204);
    for (const { accessToken, refreshToken } of [one, another]) {
      expect(await statusWith(accessToken)).toBe(401);
      expect((await post("refresh", { refreshToken })).status).toBe(401);
    }
    expect(await statusWith(others.accessToken)).toBe(200);
    const { accessToken } = await signedIn(post("login", { email: person.email, password }));
    expect(await statusWith(accessToken)).toBe(200);
  });
});

describe("an operator", () => {
  const signOut = async (operator: string, userId: string) => call("POST", `/api/admin/users/${userId}/sign-out`, { headers: bearer(operator) });
  let operator = "";
  beforeAll(async () => {
    operator = (await signInAs((await seedWorkspace({ isOperator: true, role: "dev" })).userId)).accessToken;
  });

  it("ends every session of somebody in any workspace, and nobody else's; they can sign in again", async () => {
    const person = await seedPerson();
    const [one, another, others] = [await signInAs(person.id), await signInAs(person.id), await signInAs(workspace.userId)];
    expect((await signOut(operator, person.id)).status).toBe(204);
    for (const { accessToken, refreshToken } of [one, another]) {
      expect(await statusWith(accessToken)).toBe(401);
      expect((await post("refresh", { refreshToken })).status).toBe(401);
    }
    expect([await statusWith(others.accessToken), await statusWith(operator)]).toEqual([200, 200]);
    const { accessToken } = await signedIn(post("login", { email: person.email, password }));
    expect(await statusWith(accessToken)).toBe(200);
  });

  it("ends a session that is being started at this moment", async () => {
    const { id } = await seedPerson();
    const before = await db.query.users.findFirst({ where: eq(users.id, id) });
    await signOut(operator, id);
    expect((await db.query.users.findFirst({ where: eq(users.id, id) }))?.tokenVersion).toBe((before?.tokenVersion ?? 0) + 1);
  });

  it("is told when there is no such user", async () => {
    expect((await signOut(operator, newId("user"))).status).toBe(404);
  });

  it("is who it takes: an admin of the person's workspace is refused, and the session goes on", async () => {
    const { accessToken } = await signInAs((await seedPerson()).id);
    const admin = await signInAs(workspace.userId);
    expect((await signOut(admin.accessToken, (await seedPerson()).id)).status).toBe(403);
    expect(await statusWith(accessToken)).toBe(200);
  });
});

describe("somebody's sessions", () => {
  it("are listed newest first, page by page, without those that ended", async () => {
    const { id } = await seedPerson();
    const started = [await signInAs(id), await signInAs(id), await signInAs(id)];
    const gone = await signInAs(id);
    await post("logout", undefined, bearer(gone.accessToken));
    const [forgotten] = await db
      .select()
      .from(sessions)
      .where(eq(sessions.id, started[0]?.sessionId ?? ""));
    await db.insert(sessions).values({ ...(forgotten ?? expect.unreachable()), id: newId("session"), lastUsedAt: Date.now() - 30 * dayMs });
    const read = async (query: string) => {
      const answer = await call("GET", `/api/v1/auth/sessions${query}`, { headers: bearer(started[1]?.accessToken ?? "") });
      return answer.json<{ items: { id: string; current: boolean }[]; nextCursor?: string }>();
    };
    const first = await read("?limit=2");
    const second = await read(`?limit=2&cursor=${first.nextCursor}`);
    const listed = [...first.items, ...second.items];
    expect(listed.map((session) => session.id)).toEqual(
      started
        .map(({ sessionId }) => sessionId)
        .toSorted()
        .toReversed(),
    );
    expect(listed.map(({ id: listedId, current }) => current === (listedId === started[1]?.sessionId))).toEqual([true, true, true]);
    expect(second.nextCursor).toBeUndefined();
  });

  it("can be ended one by one", async () => {
    const { id } = await seedPerson();
    const [here, there] = [await signInAs(id), await signInAs(id)];
    const end = () => call("DELETE", `/api/v1/auth/sessions/${there.sessionId}`, { headers: bearer(here.accessToken) });
    expect((await end()).status).toBe(204);
    expect([await statusWith(there.accessToken), await statusWith(here.accessToken)]).toEqual([401, 200]);
    expect((await end()).status).toBe(404);
  });

  it("of others cannot be ended, and answer as if they did not exist", async () => {
    const [mine, theirs] = [await signInAs((await seedPerson()).id), await signInAs(workspace.userId)];
    const end = async (id: string) => likenessOf(await call("DELETE", `/api/v1/auth/sessions/${id}`, { headers: bearer(mine.accessToken) }));
    const [others, unknown] = [await end(theirs.sessionId), await end(newId("session"))];
    expect(others.status).toBe(404);
    expect({ ...others, body: { ...others.body, instance: "" } }).toEqual({ ...unknown, body: { ...unknown.body, instance: "" } });
    expect(await statusWith(theirs.accessToken)).toBe(200);
  });
});
