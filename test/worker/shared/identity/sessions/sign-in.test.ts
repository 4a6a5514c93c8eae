import { env } from "cloudflare:workers";
import { eq, like } from "drizzle-orm";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { directoryDatabase } from "../../../../../shared/db/client.ts";
import { attempts, refreshTokens, sessions, users } from "../../../../../shared/db/schema/index.ts";
import { refreshSession, signIn } from "../../../../../shared/identity/index.ts";
import { newId } from "../../../../../shared/platform/index.ts";
import { triesOf } from "../../../../helpers/worker/accounts.ts";
import { seedWorkspace } from "../../../../helpers/worker/api.ts";
import { seedMember, seedPassword, signInAs, visitorOfTest } from "../../../../helpers/worker/people.ts";

// A password takes a while to hash, which is what keeps guesses few.
vi.setConfig({ testTimeout: 60_000 });

const db = directoryDatabase(env);
const password = "seven green lamps";

let workspace = { id: "" };
beforeAll(async () => {
  workspace = await seedWorkspace();
});

/** The database, in which somebody else changes something just before what was decided is written; tries are counted in batches of two. */
function changedBefore(change: () => PromiseLike<unknown>): typeof db {
  const batch: typeof db.batch = async (statements) => {
    if (statements.length > 2) await change();
    return db.batch(statements);
  };
  return new Proxy(db, { get: (target, name) => (name === "batch" ? batch : Reflect.get(target, name)) });
}

async function seedPerson() {
  const id = await seedMember(workspace, { role: "dev" });
  return { id, email: await seedPassword(id, password) };
}

describe("a sign-in", () => {
  it.each([
    { outcome: "the password is changed", change: { passwordHash: "another" } },
    { outcome: "everybody is signed out", change: { tokenVersion: 7 } },
  ])("starts no session when, while the password is checked, $outcome", async ({ change }) => {
    const { id, email } = await seedPerson();
    const directory = changedBefore(() => db.update(users).set(change).where(eq(users.id, id)));
    await expect(signIn(visitorOfTest({ directory }), { email, password })).rejects.toMatchObject({ code: "conflict" });
    expect(await db.select().from(sessions).where(eq(sessions.userId, id))).toEqual([]);
  });

  it("starts one when nothing changes", async () => {
    const { id, email } = await seedPerson();
    const directory = changedBefore(async () => {});
    expect(await signIn(visitorOfTest({ directory }), { email, password })).toMatchObject({ user: { id } });
  });
});

/** Signs in from a place while the clock stands still, however long the machine takes; answers `ok` or the code of the error. */
function tryTo(email: string, ip: string, word = "wrong"): Promise<string> {
  const ctx = visitorOfTest({ now: () => 1_800_000_000_000, client: { ip, userAgent: null } });
  return signIn(ctx, { email, password: word }).then(
    () => "ok",
    ({ code }: { code: string }) => code,
  );
}

/** How often each outcome came. */
async function tally(tries: readonly Promise<string>[]): Promise<Record<string, number>> {
  const outcomes = Map.groupBy(await Promise.all(tries), (outcome) => outcome);
  return Object.fromEntries([...outcomes].map(([outcome, all]) => [outcome, all.length]));
}

const nobody = () => `${newId("user")}@example.com`;
const fifty = Array.from({ length: 50 }, (_, i) => i);

describe("whoever guesses", () => {
  it("at one address from many places gets five tries, though fifty come at once", async () => {
    const { email } = await seedPerson();
    expect(await tally(fifty.map((i) => tryTo(email, `198.51.100.${i}`, `guess ${i}`)))).toEqual({ unauthenticated: 5, rate_limited: 45 });
    expect(await tryTo(email, "203.0.113.1", password)).toBe("rate_limited");
  });

  it("at an address that nobody has gets as many", async () => {
    const email = nobody();
    expect(await tally(fifty.map((i) => tryTo(email, `198.51.101.${i}`)))).toEqual({ unauthenticated: 5, rate_limited: 45 });
  });

  it("at many addresses from one place gets five tries, though fifty come at once", async () => {
    expect(await tally(fifty.map(() => tryTo(nobody(), "198.51.102.1")))).toEqual({ unauthenticated: 5, rate_limited: 45 });
  });

  it("gets no more by changing the address within a network of IPv6", async () => {
    expect(await tally(fifty.map((i) => tryTo(nobody(), `2001:db8:7:7::${i + 1}`)))).toEqual({ unauthenticated: 5, rate_limited: 45 });
  });

  it("does not keep an address busy from a place that must wait", async () => {
    const { email } = await seedPerson();
    await tally(fifty.map(() => tryTo(nobody(), "198.51.103.1")));
    expect(await tally(fifty.map(() => tryTo(email, "198.51.103.1")))).toEqual({ rate_limited: 50 });
    expect(await tryTo(email, "203.0.113.2", password)).toBe("ok");
  });

  it("does not start anew by signing in to an account of their own in between", async () => {
    const { email } = await seedPerson();
    const outcomes: string[] = [];
    for (let i = 0; i < 3; i++) outcomes.push(await tryTo(nobody(), "198.51.104.1"), await tryTo(email, "198.51.104.1", password));
    expect(outcomes).toEqual(["unauthenticated", "ok", "unauthenticated", "ok", "unauthenticated", "ok"]);
    expect(await db.select({ count: attempts.count }).from(attempts).where(like(attempts.subject, "signInIp:198.51.104.1"))).toEqual([{ count: 3 }]);
  });
});

describe("the failures of an address", () => {
  it("say nothing of a success in between: later tries fare as those at an address that nobody has", async () => {
    const { email } = await seedPerson();
    const outcomesAt = async (address: string, afterFour: () => Promise<unknown>) => {
      const outcomes: string[] = [];
      for (let i = 0; i < 4; i++) outcomes.push(await tryTo(address, `198.51.105.${i}`));
      await afterFour();
      for (let i = 0; i < 4; i++) outcomes.push(await tryTo(address, `198.51.106.${i}`));
      return outcomes;
    };
    const known = await outcomesAt(email, async () => expect(await tryTo(email, "198.51.107.1", password)).toBe("ok"));
    expect(known).toEqual([...Array.from({ length: 5 }, () => "unauthenticated"), "rate_limited", "rate_limited", "rate_limited"]);
    await db.delete(attempts).where(like(attempts.subject, "signInIp:198.51.10_.%"));
    expect(await outcomesAt(nobody(), async () => {})).toEqual(known);
  });

  it("are not held against the place from which the right password came meanwhile", async () => {
    const { email } = await seedPerson();
    for (let i = 0; i < 5; i++) await tryTo(email, `198.51.108.${i}`);
    expect(await tally(fifty.map(() => tryTo(email, "198.51.109.1", password)))).toEqual({ rate_limited: 50 });
    expect(await triesOf("signInIp", "198.51.109.1")).toBe(0);
    expect(await tryTo((await seedPerson()).email, "198.51.109.1", password)).toBe("ok");
  });
});

describe("a try that was no guess", () => {
  it("counts neither against the place nor against the address when too many passwords wait to be looked at", async () => {
    const addresses = Array.from({ length: 20 }, nobody);
    const outcomes = await Promise.all(addresses.map((address, i) => tryTo(address, `198.51.110.${i}`)));
    expect(outcomes).toContain("rate_limited");
    const counts = await Promise.all(
      addresses.map(async (address, i) => [await triesOf("signInIp", `198.51.110.${i}`), await triesOf("signInAddress", address)]),
    );
    expect(counts).toEqual(outcomes.map((outcome) => (outcome === "unauthenticated" ? [1, 1] : [0, 0])));
  });

  it("counts neither when the account is changed meanwhile, which it is told", async () => {
    const { id, email } = await seedPerson();
    const directory = changedBefore(() => db.update(users).set({ tokenVersion: 7 }).where(eq(users.id, id)));
    const ctx = visitorOfTest({ directory, client: { ip: "198.51.111.1", userAgent: null } });
    await expect(signIn(ctx, { email, password })).rejects.toMatchObject({ message: "Your account was changed at the same moment. Try again." });
    expect([await triesOf("signInIp", "198.51.111.1"), await triesOf("signInAddress", email)]).toEqual([0, 0]);
  });
});

describe("refreshing", () => {
  it("makes no token of a session that ends meanwhile", async () => {
    const { id } = await seedPerson();
    const { sessionId, refreshToken } = await signInAs(id);
    const directory = changedBefore(() => db.update(sessions).set({ revokedAt: Date.now(), revokedFor: "sign-out" }).where(eq(sessions.id, sessionId)));
    await expect(refreshSession(visitorOfTest({ directory }), refreshToken)).rejects.toMatchObject({ code: "unauthenticated" });
    expect(await db.select().from(refreshTokens).where(eq(refreshTokens.sessionId, sessionId))).toMatchObject([{ generation: 0, usedAt: null }]);
  });

  it("leaves nothing half done when the database fails", async () => {
    const { id } = await seedPerson();
    const { sessionId, refreshToken } = await signInAs(id);
    const directory = changedBefore(() => Promise.reject(new Error("the database is away")));
    await expect(refreshSession(visitorOfTest({ directory }), refreshToken)).rejects.toMatchObject({ code: "unavailable" });
    expect(await refreshSession(visitorOfTest(), refreshToken)).toMatchObject({ sessionId });
  });
});
