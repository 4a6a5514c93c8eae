import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { attempts, oneTimeTokens, refreshTokens, sessions } from "../../../../shared/db/schema/index.ts";
import { dayMs, hourMs, newId } from "../../../../shared/platform/index.ts";
import { cleanUp } from "../../../helpers/worker/clean-up.ts";

const db = directoryDatabase(env);
const now = 1_800_000_000_000;
const month = 30 * dayMs;

beforeAll(() => applyD1Migrations(env.DB, env.MIGRATIONS));
beforeEach(async () => {
  for (const table of [attempts, oneTimeTokens, refreshTokens, sessions]) await db.delete(table);
});

/** Whether a row is still there after a clean-up. */
async function isKept(table: typeof sessions | typeof refreshTokens | typeof oneTimeTokens | typeof attempts): Promise<boolean> {
  await cleanUp(now);
  return (await db.select().from(table)).length === 1;
}

describe("what is left of sign-ins", () => {
  const session = { id: newId("session"), userId: newId("user"), createdAt: now, lastUsedAt: now, expiresAt: now + dayMs };
  it.each([
    { what: "a session that goes on", values: {}, kept: true },
    { what: "one that was ended not yet 30 days ago", values: { revokedAt: now - month + 1 }, kept: true },
    { what: "one that was ended 30 days ago", values: { revokedAt: now - month }, kept: false },
    { what: "one whose time was over not yet 30 days ago", values: { expiresAt: now - month + 1 }, kept: true },
    { what: "one whose time was over 30 days ago", values: { expiresAt: now - month }, kept: false },
    { what: "one that could not be refreshed any more not yet 30 days ago", values: { lastUsedAt: now - 2 * month + 1 }, kept: true },
    { what: "one that could not be refreshed any more 30 days ago", values: { lastUsedAt: now - 2 * month }, kept: false },
  ])("is kept ($kept): $what", async ({ values, kept }) => {
    await db.insert(sessions).values({ ...session, ...values });
    expect(await isKept(sessions)).toBe(kept);
  });

  it.each([
    { what: "not over", expiresAt: now + 1, kept: true },
    { what: "over", expiresAt: now, kept: false },
  ])("is kept ($kept): a refresh token that is $what", async ({ expiresAt, kept }) => {
    await db.insert(refreshTokens).values({ hash: "a", sessionId: newId("session"), generation: 0, createdAt: now - month, expiresAt });
    expect(await isKept(refreshTokens)).toBe(kept);
  });

  it.each([
    { what: "ended not yet a day ago", expiresAt: now - dayMs + 1, usedAt: null, kept: true },
    { what: "ended a day ago", expiresAt: now - dayMs, usedAt: null, kept: false },
    { what: "was used when another could be made that its use ended", expiresAt: now - dayMs, usedAt: now - 8 * dayMs + 1, kept: true },
    { what: "was used so long ago that all it ended are over", expiresAt: now - dayMs, usedAt: now - 8 * dayMs, kept: false },
  ])("is kept ($kept): the token of a link that $what", async ({ expiresAt, usedAt, kept }) => {
    const about = { purpose: "accept-invitation", subjectId: newId("invitation"), email: "ada@example.com" } as const;
    await db.insert(oneTimeTokens).values({ ...about, hash: "a", createdAt: now - 9 * dayMs, expiresAt, usedAt });
    expect(await isKept(oneTimeTokens)).toBe(kept);
  });

  it.each([
    { what: "that began not yet two days ago", since: now - 2 * dayMs + 1, blockedUntil: null, kept: true },
    { what: "that began two days ago", since: now - 2 * dayMs, blockedUntil: null, kept: false },
    { what: "after which somebody had to wait lately", since: now - 9 * dayMs, blockedUntil: now - hourMs, kept: true },
  ])("is kept ($kept): a count of tries $what", async ({ since, blockedUntil, kept }) => {
    await db.insert(attempts).values({ subject: "signInIp:192.0.2.1", count: 3, since, blockedUntil });
    expect(await isKept(attempts)).toBe(kept);
  });
});
