import { z } from "zod";
import { hourMs, idPattern, readToken, signToken, type TokenKind, type VisitorContext } from "../../platform/index.ts";

const Claims = z.object({
  sub: z.string().regex(idPattern("user")),
  sid: z.string().regex(idPattern("session")),
  ver: z.int().min(0),
});

/** How long an access token is good for, 24 hours, is not how long it works: whether its session still is, the database says at each request. */
const accessToken: TokenKind<typeof Claims> = {
  use: "access-token",
  // RFC 9068, 2.1.
  type: "at+jwt",
  audience: "mentha-api",
  lifeMs: 24 * hourMs,
  claims: Claims,
};

/** Who an access token says it is, before anybody asked whether that still holds. */
export interface AccessClaims {
  readonly userId: string;
  readonly sessionId: string;
  /** The user's token version when it was issued. */
  readonly version: number;
}

type Issuer = Pick<VisitorContext, "keyring" | "publicUrl" | "now">;

/** A signed token and when it ends, in ms. */
export function issueAccessToken(issuer: Issuer, { userId, sessionId, version }: AccessClaims): Promise<{ token: string; expiresAt: number }> {
  return signToken(issuer, accessToken, { sub: userId, sid: sessionId, ver: version });
}

/** The claims of a token that we signed, for us, and that has not ended; null for everything else. */
export async function readAccessToken(issuer: Issuer, token: string): Promise<AccessClaims | null> {
  const read = await readToken(issuer, accessToken, token);
  return read && { userId: read.claims.sub, sessionId: read.claims.sid, version: read.claims.ver };
}
