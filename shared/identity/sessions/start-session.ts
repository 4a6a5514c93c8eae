import { recordChange } from "../../audit-log/index.ts";
import { installationId } from "../../db/client.ts";
import { refreshTokens, sessions } from "../../db/schema/index.ts";
import { dayMs, newId, newToken, type Statement, sha256Hex, type VisitorContext } from "../../platform/index.ts";
import { issueAccessToken } from "./access-token.ts";
import { refreshTokenMs } from "./refresh-token.ts";

/** How long somebody stays signed in at most, however often the session is refreshed: then the password is asked for again. */
const sessionMs = 90 * dayMs;

/** What a client keeps of a session. */
export interface SessionTokens {
  readonly sessionId: string;
  /** Sent with each request; ends at `expiresAt`. */
  readonly accessToken: string;
  /** ms, UTC. */
  readonly expiresAt: number;
  /** Exchanged for new tokens until `refreshExpiresAt`; works once. */
  readonly refreshToken: string;
  /** ms, UTC. */
  readonly refreshExpiresAt: number;
}

/** A new session of somebody who proved who they are: its tokens, which are good once the statements are committed. */
export async function startSession(
  ctx: VisitorContext,
  user: { readonly id: string; readonly tokenVersion: number },
): Promise<{ statements: Statement[]; tokens: SessionTokens }> {
  const { directory: db, client } = ctx;
  const now = ctx.now();
  const sessionId = newId("session", now);
  const refreshToken = newToken();
  const refreshExpiresAt = now + refreshTokenMs;
  const { token: accessToken, expiresAt } = await issueAccessToken(ctx, { userId: user.id, sessionId, version: user.tokenVersion });
  return {
    statements: [
      db.insert(sessions).values({ ...client, id: sessionId, userId: user.id, createdAt: now, lastUsedAt: now, expiresAt: now + sessionMs }),
      db.insert(refreshTokens).values({ hash: await sha256Hex(refreshToken), sessionId, generation: 0, createdAt: now, expiresAt: refreshExpiresAt }),
      recordChange(ctx, db, { action: "session.start", targetId: sessionId, userId: user.id, aboutUserId: user.id, workspaceId: installationId }),
    ],
    tokens: { sessionId, accessToken, expiresAt, refreshToken, refreshExpiresAt },
  };
}
