import { env } from "cloudflare:workers";
import { and, asc, eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import type { Action } from "../../../../../shared/audit-log/index.ts";
import { directoryDatabase, installationId } from "../../../../../shared/db/client.ts";
import { auditLog, refreshTokens, sessions } from "../../../../../shared/db/schema/index.ts";
import { authenticatePerson, refreshSession } from "../../../../../shared/identity/index.ts";
import { createKeyring, dayMs, minuteMs, parseConfig, secondMs, sha256Hex, type VisitorContext } from "../../../../../shared/platform/index.ts";
import { seedWorkspace } from "../../../../helpers/worker/api.ts";
import { seedMember, signInAs, visitorOfTest } from "../../../../helpers/worker/people.ts";

let workspace = { id: "" };
beforeAll(async () => {
  workspace = await seedWorkspace();
});

const db = directoryDatabase(env);
const start = Date.parse("2026-11-22T12:00:00Z");

/** Somebody who signed in at `start`, and a clock that tests turn. */
async function startFamily(overrides: Partial<VisitorContext> = {}) {
  let at = start;
  const ctx = visitorOfTest({ now: () => at, ...overrides });
  const userId = await seedMember(workspace, { role: "dev" });
  const tokens = await signInAs(userId, ctx);
  return {
    userId,
    tokens,
    refresh: (token: string, also: Partial<VisitorContext> = {}) => refreshSession({ ...ctx, ...also }, token),
    authenticate: (accessToken: string) => authenticatePerson(ctx, accessToken),
    rows: () => db.select().from(refreshTokens).where(eq(refreshTokens.sessionId, tokens.sessionId)).orderBy(asc(refreshTokens.generation)),
    session: () => db.query.sessions.findFirst({ where: eq(sessions.id, tokens.sessionId) }),
    entries: (action: Action) =>
      db
        .select()
        .from(auditLog)
        .where(and(eq(auditLog.targetId, tokens.sessionId), eq(auditLog.action, action))),
    passTo(ms: number): void {
      at = start + ms;
    },
  };
}

const refused = { code: "unauthenticated" };

describe("a refresh token", () => {
  it("is exchanged for the next one and a new access token of the same session", async () => {
    const { tokens, refresh, authenticate, rows, session, passTo } = await startFamily();
    passTo(minuteMs);
    const next = await refresh(tokens.refreshToken);
    expect(next).toMatchObject({ sessionId: tokens.sessionId, expiresAt: start + minuteMs + dayMs, refreshExpiresAt: start + minuteMs + 30 * dayMs });
    expect(next.refreshToken).toMatch(/^[\w-]{43}$/);
    expect(next.refreshToken).not.toBe(tokens.refreshToken);
    expect(await authenticate(next.accessToken)).toMatchObject({ sessionId: tokens.sessionId });
    expect(await rows()).toMatchObject([
      { generation: 0, kid: null, usedAt: start + minuteMs, hash: await sha256Hex(tokens.refreshToken) },
      { generation: 1, kid: "test", usedAt: null, hash: await sha256Hex(next.refreshToken) },
    ]);
    expect(await session()).toMatchObject({ lastUsedAt: start + minuteMs, revokedAt: null });
  });

  it("is nowhere in the database", async () => {
    const { tokens, refresh, rows } = await startFamily();
    const next = await refresh(tokens.refreshToken);
    const stored = JSON.stringify([await rows(), await db.select().from(sessions)]);
    expect(stored).not.toContain(tokens.refreshToken);
    expect(stored).not.toContain(next.refreshToken);
  });

  it("that fifty present at once has one successor, which all of them get", async () => {
    const { tokens, refresh, authenticate, rows, session } = await startFamily();
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(tokens.refreshToken)));
    expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(1);
    expect(await rows()).toHaveLength(2);
    expect(await session()).toMatchObject({ revokedAt: null });
    for (const { accessToken } of answers) expect(await authenticate(accessToken)).toMatchObject({ sessionId: tokens.sessionId });
  });

  it("that is presented again after 19 s yields the same next one", async () => {
    const { tokens, refresh, rows, passTo } = await startFamily();
    const next = await refresh(tokens.refreshToken);
    passTo(19 * secondMs);
    expect(await refresh(tokens.refreshToken)).toMatchObject({ refreshToken: next.refreshToken, refreshExpiresAt: next.refreshExpiresAt });
    expect(await rows()).toHaveLength(2);
  });

  it("that is presented again after 21 s ends the session, its access tokens with it, and is in the log of the installation", async () => {
    const { userId, tokens, refresh, authenticate, session, entries, passTo } = await startFamily();
    const next = await refresh(tokens.refreshToken);
    passTo(21 * secondMs);
    await expect(refresh(tokens.refreshToken)).rejects.toMatchObject(refused);
    expect(await session()).toMatchObject({ revokedAt: start + 21 * secondMs, revokedFor: "token-reuse" });
    for (const { accessToken } of [tokens, next]) await expect(authenticate(accessToken)).rejects.toMatchObject(refused);
    await expect(refresh(next.refreshToken)).rejects.toMatchObject(refused);
    const entry = { workspaceId: installationId, actorKind: "visitor", userId: null, targetId: tokens.sessionId, aboutUserId: userId };
    expect(await entries("session.reuse")).toEqual([expect.objectContaining(entry)]);
  });

  it("that is presented again once its successor was used ends the session, however soon", async () => {
    const { tokens, refresh, authenticate, session } = await startFamily();
    const next = await refresh(tokens.refreshToken);
    const last = await refresh(next.refreshToken);
    await expect(refresh(tokens.refreshToken)).rejects.toMatchObject(refused);
    expect(await session()).toMatchObject({ revokedFor: "token-reuse" });
    for (const token of [tokens.refreshToken, next.refreshToken, last.refreshToken]) await expect(refresh(token)).rejects.toMatchObject(refused);
    await expect(authenticate(last.accessToken)).rejects.toMatchObject(refused);
  });

  it("of a session that ended is refused, and why it ended stays", async () => {
    const { tokens, refresh, session } = await startFamily();
    await refresh(tokens.refreshToken);
    await db.update(sessions).set({ revokedAt: start, revokedFor: "sign-out" }).where(eq(sessions.id, tokens.sessionId));
    await expect(refresh(tokens.refreshToken)).rejects.toMatchObject(refused);
    expect(await session()).toMatchObject({ revokedFor: "sign-out" });
  });

  it("is good for 30 days, and its session for 90", async () => {
    const { tokens, refresh, session, passTo } = await startFamily();
    passTo(30 * dayMs - 1);
    const second = await refresh(tokens.refreshToken);
    passTo(60 * dayMs - 2);
    const third = await refresh(second.refreshToken);
    expect(third.refreshExpiresAt).toBe(start + 90 * dayMs - 2);
    passTo(90 * dayMs - 3);
    const last = await refresh(third.refreshToken);
    expect(last.refreshExpiresAt).toBe(start + 90 * dayMs);
    passTo(90 * dayMs);
    await expect(refresh(last.refreshToken)).rejects.toMatchObject(refused);
    expect(await session()).toMatchObject({ revokedAt: null });
  });

  it("that lay for 30 days is refused", async () => {
    const { tokens, refresh, session, passTo } = await startFamily();
    passTo(30 * dayMs);
    await expect(refresh(tokens.refreshToken)).rejects.toMatchObject(refused);
    expect(await session()).toMatchObject({ revokedAt: null });
  });

  it.each(["", "short", "a".repeat(43), "a".repeat(44), "../../etc/passwd", "' or 1=1 --", "\u0000"])("that nobody issued is refused: %j", async (token) => {
    const { refresh } = await startFamily();
    await expect(refresh(token)).rejects.toMatchObject(refused);
  });
});

describe("a server key that is replaced", () => {
  const ring = (...kids: readonly string[]) => {
    const SIGNING_KEYS = kids.map((kid) => `${kid}:${btoa(kid.repeat(32).slice(0, 32))}`).join(",");
    return { keyring: createKeyring(parseConfig({ ...env, SIGNING_KEYS }).signingKeys) };
  };

  it("leaves sessions as they are: they go on with the new one", async () => {
    const { tokens, refresh, rows } = await startFamily(ring("old"));
    const next = await refresh(tokens.refreshToken, ring("new", "old"));
    const last = await refresh(next.refreshToken, ring("new"));
    expect(last.refreshToken).toMatch(/^[\w-]{43}$/);
    expect((await rows()).map(({ kid }) => kid)).toEqual([null, "new", "new"]);
  });

  it("still makes the successor that it made before", async () => {
    const { tokens, refresh } = await startFamily(ring("old"));
    const next = await refresh(tokens.refreshToken);
    expect((await refresh(tokens.refreshToken, ring("new", "old"))).refreshToken).toBe(next.refreshToken);
  });

  it("and is gone makes a lost answer a refusal, but no theft", async () => {
    const { tokens, refresh, session } = await startFamily(ring("old"));
    const next = await refresh(tokens.refreshToken);
    await expect(refresh(tokens.refreshToken, ring("new"))).rejects.toMatchObject(refused);
    expect(await session()).toMatchObject({ revokedAt: null });
    expect(await refresh(next.refreshToken, ring("new"))).toMatchObject({ sessionId: tokens.sessionId });
  });

  it("never makes the same successor as another", async () => {
    const { tokens, refresh } = await startFamily(ring("old"));
    const other = await startFamily(ring("old"));
    const [first, second] = [await refresh(tokens.refreshToken), await other.refresh(other.tokens.refreshToken)];
    expect(first.refreshToken).not.toBe(second.refreshToken);
  });
});
