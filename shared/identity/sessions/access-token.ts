import { errors, jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import { hourMs, idPattern, secondMs, type VisitorContext } from "../../platform/index.ts";

/** How long an access token is good for; whether its session still is, the database says at each request. */
const accessTokenMs = 24 * hourMs;

/** One algorithm, whatever a token claims: no `none`, no public key taken for a shared secret (RFC 8725, 3.1). */
const algorithm = "HS256";
/** RFC 9068, 2.1: tokens of another kind, though signed by us, are not access tokens. */
const type = "at+jwt";
const audience = "mentha-api";
/** Seconds by which the clocks of two machines may differ: a token must not come from the future because another one made it. */
const clockTolerance = 5;

/** Three parts of base64url, none of them empty (RFC 7515, 3.1), and several times as long as any of ours. */
const shape = /^(?=.{1,2000}$)[\w-]+\.[\w-]+\.[\w-]+$/;

const Claims = z.object({
  sub: z.string().regex(idPattern("user")),
  sid: z.string().regex(idPattern("session")),
  ver: z.int().min(0),
  exp: z.int(),
});

/** Who an access token says it is, before anybody asked whether that still holds. */
export interface AccessClaims {
  readonly userId: string;
  readonly sessionId: string;
  /** The user's token version when it was issued. */
  readonly version: number;
}

type Issuer = Pick<VisitorContext, "keyring" | "publicUrl" | "now">;

/** A signed JWT (RFC 7519) and when it ends, in ms. */
export async function issueAccessToken({ keyring, publicUrl, now }: Issuer, claims: AccessClaims): Promise<{ token: string; expiresAt: number }> {
  const issuedAt = Math.floor(now() / secondMs);
  const expires = issuedAt + accessTokenMs / secondMs;
  const key = await keyring.bytes(keyring.current, "access-token");
  if (key === undefined) throw new Error("The keyring lacks its current key.");
  const token = await new SignJWT({ sid: claims.sessionId, ver: claims.version })
    .setProtectedHeader({ alg: algorithm, typ: type, kid: keyring.current })
    .setIssuer(publicUrl)
    .setAudience(audience)
    .setSubject(claims.userId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expires)
    .sign(key);
  return { token, expiresAt: expires * secondMs };
}

/** The claims of a token that we signed, for us, and that has not ended; null for everything else. */
export async function readAccessToken({ keyring, publicUrl, now }: Issuer, token: string): Promise<AccessClaims | null> {
  if (!shape.test(token)) return null;
  try {
    const { payload } = await jwtVerify(
      token,
      async ({ kid }) => {
        // The key is one of ours, found by its name alone: `jku`, `jwk` and `x5u` of the token are never looked at.
        const key = kid === undefined ? undefined : await keyring.bytes(kid, "access-token");
        if (key === undefined) throw new errors.JWKSNoMatchingKey();
        return key;
      },
      {
        algorithms: [algorithm],
        typ: type,
        issuer: publicUrl,
        audience,
        currentDate: new Date(now()),
        clockTolerance,
        maxTokenAge: accessTokenMs / secondMs,
        requiredClaims: ["iss", "aud", "sub", "sid", "ver", "iat", "exp"],
      },
    );
    const { sub, sid, ver } = Claims.parse(payload);
    return { userId: sub, sessionId: sid, version: ver };
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof z.ZodError) return null;
    throw error;
  }
}
