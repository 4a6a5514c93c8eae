import { errors, jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import { type Clock, secondMs } from "./clock.ts";
import type { Keyring, KeyUse } from "./keyring.ts";

/** A kind of token that this installation gives out and takes back: a signed JWT (RFC 7519). */
export interface TokenKind<Claims extends z.ZodType> {
  /** No two kinds are signed with the same bytes. */
  readonly use: KeyUse;
  /** `typ` of the header: tokens of another kind, though signed by us, are not of this one (RFC 8725, 3.11). */
  readonly type: string;
  readonly audience: string;
  /** How long one is good, in ms; whole seconds. */
  readonly lifeMs: number;
  /** What it says beside issuer, audience and times. */
  readonly claims: Claims;
}

interface Issuer {
  readonly keyring: Keyring;
  /** Names the issuer. */
  readonly publicUrl: string;
  readonly now: Clock;
}

/** One algorithm, whatever a token claims: no `none`, no public key taken for a shared secret (RFC 8725, 3.1). */
const algorithm = "HS256";
/** How far the clocks of two machines may differ, in ms: a token must not come from the future because another one made it. */
export const clockToleranceMs = 5 * secondMs;
/** Three parts of base64url, none of them empty (RFC 7515, 3.1), and several times as long as any of ours. */
const shape = /^(?=.{1,2000}$)[\w-]+\.[\w-]+\.[\w-]+$/;

/** Not the infinity that a number of JSON can be. */
const Times = z.object({ iat: z.int(), exp: z.int() });

/** A token and when it ends, in ms. */
export async function signToken<Claims extends z.ZodType<Record<string, unknown>>>(
  { keyring, publicUrl, now }: Issuer,
  { use, type, audience, lifeMs }: TokenKind<Claims>,
  claims: z.output<Claims>,
): Promise<{ token: string; expiresAt: number }> {
  const issuedAt = Math.floor(now() / secondMs);
  const expires = issuedAt + lifeMs / secondMs;
  const key = await keyring.bytes(keyring.current, use);
  if (key === undefined) throw new Error("The keyring lacks its current key.");
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: algorithm, typ: type, kid: keyring.current })
    .setIssuer(publicUrl)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expires)
    .sign(key);
  return { token, expiresAt: expires * secondMs };
}

/** What a good token says, when it was made, to the second, and when the last machine stops taking it for good; in ms. */
interface Read<Claims extends z.ZodType> {
  readonly claims: z.output<Claims>;
  readonly issuedAt: number;
  readonly goodUntil: number;
}

/** What a token of this kind says that we signed, for us, and that has not ended; null for everything else. */
export async function readToken<Claims extends z.ZodType>(
  { keyring, publicUrl, now }: Issuer,
  { use, type, audience, lifeMs, claims }: TokenKind<Claims>,
  token: string,
): Promise<Read<Claims> | null> {
  if (!shape.test(token)) return null;
  try {
    const { payload } = await jwtVerify(
      token,
      async ({ kid }) => {
        // The key is one of ours, found by its name alone: `jku`, `jwk` and `x5u` of the token are never looked at.
        const key = kid === undefined ? undefined : await keyring.bytes(kid, use);
        if (key === undefined) throw new errors.JWKSNoMatchingKey();
        return key;
      },
      {
        algorithms: [algorithm],
        typ: type,
        issuer: publicUrl,
        audience,
        currentDate: new Date(now()),
        clockTolerance: clockToleranceMs / secondMs,
        maxTokenAge: lifeMs / secondMs,
        requiredClaims: ["iss", "aud", "iat", "exp"],
      },
    );
    const said = claims.safeParse(payload);
    const times = Times.safeParse(payload);
    if (!said.success || !times.success) return null;
    return { claims: said.data, issuedAt: times.data.iat * secondMs, goodUntil: times.data.exp * secondMs + clockToleranceMs };
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}
