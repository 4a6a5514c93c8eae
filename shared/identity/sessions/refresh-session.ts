import { and, eq, isNull, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { recordChange } from "../../audit-log/index.ts";
import { refreshTokens, sessions, users } from "../../db/schema/index.ts";
import { AppError, commit, commitOr, guarded, isToken, sha256Hex, type VisitorContext } from "../../platform/index.ts";
import { requireActivePerson } from "../suspension/standing.ts";
import { issueAccessToken } from "./access-token.ts";
import { endSessions } from "./end-sessions.ts";
import { judgeRefresh } from "./refresh-policy.ts";
import { refreshTokenMs, successorOf } from "./refresh-token.ts";
import type { SessionTokens } from "./start-session.ts";

/** Each time somebody else was faster there is a new state to judge, and after the first it hardly changes. */
const mostTries = 4;

/**
 * Exchanges a refresh token for new tokens. One that is presented a second time yields the same ones for a moment; later it ends its session,
 * since then two have it.
 * @throws AppError `unauthenticated`, with the same words whatever is wrong; `forbidden` while the account is suspended: the token stays good
 */
export async function refreshSession(ctx: VisitorContext, token: string): Promise<SessionTokens> {
  if (!isToken(token)) throw refusal();
  const hash = await sha256Hex(token);
  for (let attempt = 1; attempt <= mostTries; attempt++) {
    const found = await findToken(ctx, hash);
    const next = found && (await follow[judgeRefresh(found, ctx.now())](ctx, token, found));
    if (!next) throw refusal();
    if (next !== "again") return await tokensOf(ctx, found, next);
  }
  throw new AppError("unavailable", "The session is changed by too many requests at once.");
}

type FoundToken = NonNullable<Awaited<ReturnType<typeof findToken>>>;

interface NextToken {
  readonly refreshToken: string;
  readonly refreshExpiresAt: number;
}

/** What each verdict entails; null is a refusal, `again` that somebody else was faster. */
const follow: Readonly<
  Record<ReturnType<typeof judgeRefresh>, (ctx: VisitorContext, token: string, found: FoundToken) => Promise<NextToken | "again" | null>>
> = {
  rotate,
  repeat,
  revoke,
  refuse: async () => null,
};

/** A token with its session, its user and its successor. */
async function findToken({ directory }: VisitorContext, hash: string) {
  const successors = alias(refreshTokens, "successors");
  const { usedAt, expiresAt, sessionId, generation } = refreshTokens;
  const [found] = await directory
    .select({
      hash: refreshTokens.hash,
      usedAt,
      expiresAt,
      generation,
      session: { id: sessions.id, expiresAt: sessions.expiresAt, revokedAt: sessions.revokedAt },
      user: { id: users.id, tokenVersion: users.tokenVersion, suspendedAt: users.suspendedAt },
      successor: { kid: successors.kid, usedAt: successors.usedAt, expiresAt: successors.expiresAt },
    })
    .from(refreshTokens)
    .innerJoin(sessions, eq(sessions.id, sessionId))
    .innerJoin(users, eq(users.id, sessions.userId))
    .leftJoin(successors, and(eq(successors.sessionId, sessionId), eq(successors.generation, sql`${generation} + 1`)))
    .where(eq(refreshTokens.hash, hash))
    .limit(1);
  return found;
}

/** Nobody who is suspended gets new tokens. In one batch, which loses when the token was used or the session ended in the meantime: a crash leaves nothing half done. */
async function rotate(ctx: VisitorContext, token: string, { hash, generation, session, user }: FoundToken): Promise<NextToken | "again" | null> {
  requireActivePerson(user.suspendedAt);
  const { directory: db, keyring } = ctx;
  const now = ctx.now();
  const kid = keyring.current;
  const refreshToken = await successorOf(token, kid, keyring);
  if (refreshToken === undefined) throw new Error("The keyring lacks its current key.");
  const refreshExpiresAt = Math.min(now + refreshTokenMs, session.expiresAt);
  const use = db
    .update(refreshTokens)
    .set({ usedAt: now })
    .where(and(eq(refreshTokens.hash, hash), isNull(refreshTokens.usedAt)));
  const touch = db
    .update(sessions)
    .set({ lastUsedAt: now })
    .where(and(eq(sessions.id, session.id), isNull(sessions.revokedAt)));
  const successor = {
    hash: await sha256Hex(refreshToken),
    sessionId: session.id,
    generation: generation + 1,
    kid,
    createdAt: now,
    expiresAt: refreshExpiresAt,
  };
  try {
    await commit(db, [...guarded(db, use), ...guarded(db, touch), db.insert(refreshTokens).values(successor)]);
  } catch (error) {
    if (error instanceof AppError && error.code === "conflict") return "again";
    throw error;
  }
  return { refreshToken, refreshExpiresAt };
}

/** The successor is not stored, but made again; when its key is gone from the ring, that cannot be done, and nobody is to blame. */
async function repeat({ keyring }: VisitorContext, token: string, { successor, user }: FoundToken): Promise<NextToken | null> {
  requireActivePerson(user.suspendedAt);
  if (successor === null || successor.kid === null) return null;
  const refreshToken = await successorOf(token, successor.kid, keyring);
  return refreshToken === undefined ? null : { refreshToken, refreshExpiresAt: successor.expiresAt };
}

/** Who presents the token may be the thief or the person: the entry names nobody as the one who asked. */
async function revoke(ctx: VisitorContext, _token: string, { session, user }: FoundToken): Promise<null> {
  const { directory: db } = ctx;
  const end = endSessions(ctx, { userId: user.id, only: session.id, why: "token-reuse" });
  const entry = recordChange(ctx, db, { action: "session.reuse", targetId: session.id, aboutUserId: user.id });
  ctx.rightsChanges.push({ workspaceId: null, userId: user.id, actorId: session.id });
  // Lost against another end of the session, which is as good, and has an entry of its own.
  await commitOr(db, [...guarded(db, end), entry], async () => refusal());
  return null;
}

async function tokensOf(ctx: VisitorContext, { session, user }: FoundToken, next: NextToken): Promise<SessionTokens> {
  const { token: accessToken, expiresAt } = await issueAccessToken(ctx, { userId: user.id, sessionId: session.id, version: user.tokenVersion });
  return { ...next, sessionId: session.id, accessToken, expiresAt };
}

function refusal(): AppError {
  return new AppError("unauthenticated", "This refresh token is not valid (any more). Sign in again.");
}
