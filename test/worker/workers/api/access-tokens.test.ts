import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { type CryptoKey, generateKeyPair, type JWTHeaderParameters, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { sessions, users } from "../../../../shared/db/schema/index.ts";
import { type Role, roles } from "../../../../shared/identity/index.ts";
import { dayMs, newId, secondMs, toBase64Url } from "../../../../shared/platform/index.ts";
import { call, type SeededWorkspace, seedWorkspace } from "../../../helpers/worker/api.ts";
import { seedMember, signInAs, visitorOfTest } from "../../../helpers/worker/people.ts";

// What attackers do to JSON Web Tokens (RFC 8725, and what was found in libraries since), against the route that asks for nothing but a person.

const db = directoryDatabase(env);
const { keyring, publicUrl } = visitorOfTest();

let workspace: SeededWorkspace;
let good = { accessToken: "", refreshToken: "", sessionId: "" };
let serverKey: Uint8Array;
let refreshKey: Uint8Array;
let pair: { privateKey: CryptoKey };

beforeAll(async () => {
  workspace = await seedWorkspace();
  good = await signInAs(workspace.userId);
  serverKey = (await keyring.bytes("test", "access-token")) ?? expect.unreachable();
  refreshKey = (await keyring.bytes("test", "refresh-token")) ?? expect.unreachable();
  pair = await generateKeyPair("RS256", { extractable: true });
});

const ask = (token: string) => call("GET", "/api/v1/auth/sessions", { headers: { Authorization: `Bearer ${token}` } });

const encode = (value: unknown): string => toBase64Url(new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value)));
const seconds = (): number => Math.floor(Date.now() / secondMs);

const claims = (): Record<string, unknown> => ({
  iss: publicUrl,
  aud: "mentha-api",
  sub: workspace.userId,
  sid: good.sessionId,
  ver: 0,
  iat: seconds(),
  exp: seconds() + 3_600,
});
const header: JWTHeaderParameters = { alg: "HS256", typ: "at+jwt", kid: "test" };

/** A token of ours but for what the test changes; `undefined` leaves a claim or a header out. */
const forge = (changes: { claims?: object; header?: object; key?: Uint8Array | CryptoKey } = {}): Promise<string> =>
  new SignJWT({ ...claims(), ...changes.claims }).setProtectedHeader({ ...header, ...changes.header }).sign(changes.key ?? serverKey);

/** Header and claims as they are, with a signature that may be anything. */
const assemble = (head: unknown, body: unknown, signature = ""): string => `${encode(head)}.${encode(body)}.${signature}`;

/** HMAC-SHA-256 under the server's key of a header that libraries would not write. */
async function signRaw(head: unknown, body: unknown, key = serverKey): Promise<string> {
  const signed = `${encode(head)}.${encode(body)}`;
  const hmac = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return `${signed}.${toBase64Url(new Uint8Array(await crypto.subtle.sign("HMAC", hmac, new TextEncoder().encode(signed))))}`;
}

const parts = (): string[] => good.accessToken.split(".");
const otherKey = new TextEncoder().encode("thirty-two bytes that are no key");

interface Attack {
  readonly attack: string;
  readonly token: () => string | Promise<string>;
}

const algorithms: readonly Attack[] = [
  ...["none", "None", "NONE", "nOnE", "none ", "", "HS1", "hs256", "ES256", null, 0, ["HS256"]].flatMap((alg): Attack[] => [
    { attack: `alg ${JSON.stringify(alg)} without a signature`, token: () => assemble({ ...header, alg }, claims()) },
    { attack: `alg ${JSON.stringify(alg)} with the signature of a good token`, token: () => assemble({ ...header, alg }, claims(), parts()[2]) },
    { attack: `alg ${JSON.stringify(alg)} signed with the server's key`, token: () => signRaw({ ...header, alg }, claims()) },
  ]),
  { attack: "no alg at all", token: () => signRaw({ typ: "at+jwt", kid: "test" }, claims()) },
  { attack: "RS256 by a key of the attacker", token: () => forge({ header: { alg: "RS256" }, key: pair.privateKey }) },
  { attack: "RS256 in the header of an HMAC", token: () => signRaw({ ...header, alg: "RS256" }, claims()) },
  { attack: "HS512 with the server's key", token: () => forge({ header: { alg: "HS512" }, key: new Uint8Array([...serverKey, ...serverKey]) }) },
  { attack: "HS256 with an empty key", token: () => forge({ key: new Uint8Array(32) }) },
];

const keyChoices: readonly Attack[] = [
  ...[
    "",
    "other",
    "Test",
    "test ",
    "test\u0000",
    "../../../../dev/null",
    "/dev/null",
    "' UNION SELECT 'x' --",
    "test' OR '1'='1",
    "__proto__",
    "constructor",
    "0",
    "access-token",
    "http://169.254.169.254/key",
  ].map((kid): Attack => ({ attack: `kid ${JSON.stringify(kid)}`, token: () => signRaw({ ...header, kid }, claims()) })),
  ...[undefined, null, 0, true, ["test"], { test: 1 }].map(
    (kid): Attack => ({ attack: `kid ${JSON.stringify(kid)}, which is no text`, token: () => signRaw({ ...header, kid }, claims()) }),
  ),
  { attack: "kid of a guessed empty file", token: () => forge({ header: { kid: "/dev/null" }, key: new Uint8Array(32) }) },
  { attack: "jwk in the header", token: () => signRaw({ ...header, jwk: { kty: "oct", k: encode("x".repeat(32)) } }, claims(), otherKey) },
  { attack: "jku in the header", token: () => signRaw({ ...header, jku: "https://attacker.test/keys.json" }, claims(), otherKey) },
  { attack: "x5u in the header", token: () => signRaw({ ...header, x5u: "https://attacker.test/chain.pem" }, claims(), otherKey) },
  { attack: "x5c in the header", token: () => signRaw({ ...header, x5c: [btoa("certificate")] }, claims(), otherKey) },
  { attack: "crit that nobody knows", token: () => signRaw({ ...header, crit: ["exp2"], exp2: 1 }, claims()) },
  { attack: "crit for an unencoded payload", token: () => signRaw({ ...header, crit: ["b64"], b64: false }, claims()) },
  { attack: "another key under our kid", token: () => forge({ key: otherKey }) },
  { attack: "the key of refresh tokens", token: () => forge({ key: refreshKey }) },
  {
    attack: "the key from which all others are derived",
    token: () => forge({ key: Uint8Array.from(atob(env.SIGNING_KEYS.slice(5)), (c) => c.charCodeAt(0)) }),
  },
];

const otherClaims: readonly Attack[] = [
  { attack: "expired", token: () => forge({ claims: { iat: seconds() - 3_700, exp: seconds() - 100 } }) },
  { attack: "not good yet", token: () => forge({ claims: { nbf: seconds() + 600 } }) },
  { attack: "issued in the future", token: () => forge({ claims: { iat: seconds() + 600, exp: seconds() + 4_200 } }) },
  { attack: "issued long ago, to end never", token: () => forge({ claims: { iat: seconds() - 2 * 86_400, exp: seconds() + 10 * 365 * 86_400 } }) },
  { attack: "exp that is a text", token: () => signRaw(header, { ...claims(), exp: "9999999999" }) },
  { attack: "exp that is infinite", token: () => signRaw(header, JSON.stringify(claims()).replace(/"exp":\d+/, '"exp":1e999')) },
  { attack: "nbf that is a text", token: () => signRaw(header, { ...claims(), nbf: "0" }) },
  { attack: "another audience", token: () => forge({ claims: { aud: "other-api" } }) },
  { attack: "a list of other audiences", token: () => forge({ claims: { aud: ["other-api", "mentha"] } }) },
  { attack: "another issuer", token: () => forge({ claims: { iss: "https://attacker.test" } }) },
  { attack: "our issuer with a slash", token: () => forge({ claims: { iss: `${publicUrl}/` } }) },
  { attack: "typ JWT", token: () => forge({ header: { typ: "JWT" } }) },
  { attack: "typ of a logout token", token: () => forge({ header: { typ: "logout+jwt" } }) },
  { attack: "no typ", token: () => forge({ header: { typ: undefined } }) },
  ...["iss", "aud", "sub", "sid", "ver", "iat", "exp"].map((name): Attack => ({ attack: `no ${name}`, token: () => forge({ claims: { [name]: undefined } }) })),
  { attack: "a user that does not exist", token: () => forge({ claims: { sub: newId("user") } }) },
  { attack: "a session that does not exist", token: () => forge({ claims: { sid: newId("session") } }) },
  { attack: "a user that is a pattern", token: () => forge({ claims: { sub: "%" } }) },
  { attack: "a session that is SQL", token: () => forge({ claims: { sid: "' or 1=1 --" } }) },
  { attack: "a session that is an object", token: () => signRaw(header, { ...claims(), sid: { ne: null } }) },
  { attack: "a version that is a text", token: () => signRaw(header, { ...claims(), ver: "0" }) },
  { attack: "a version of the past", token: () => forge({ claims: { ver: -1 } }) },
  { attack: "a version of the future", token: () => forge({ claims: { ver: 1 } }) },
  {
    attack: "another user's session",
    token: async () => forge({ claims: { sid: (await signInAs(await seedMember(workspace, { role: "admin" }))).sessionId } }),
  },
];

const shapes: readonly Attack[] = [
  { attack: "a refresh token", token: () => good.refreshToken },
  { attack: "a word", token: () => "token" },
  { attack: "two dots", token: () => ".." },
  { attack: "two parts", token: () => parts().slice(0, 2).join(".") },
  { attack: "four parts", token: () => `${good.accessToken}.${parts()[2]}` },
  { attack: "five parts, as an encrypted one has", token: () => `${good.accessToken}.a.b` },
  { attack: "no signature", token: () => `${parts()[0]}.${parts()[1]}.` },
  { attack: "a signature that is cut short", token: () => good.accessToken.slice(0, -2) },
  { attack: "a changed payload", token: () => `${parts()[0]}.${encode({ ...claims(), sub: newId("user") })}.${parts()[2]}` },
  { attack: "a changed header", token: () => `${encode({ ...header, x: 1 })}.${parts()[1]}.${parts()[2]}` },
  { attack: "padding in the signature", token: () => `${good.accessToken}=` },
  { attack: "a header that is not JSON", token: () => assemble("{", claims(), parts()[2]) },
  { attack: "a payload that is not JSON", token: () => signRaw(header, "claims") },
  { attack: "a payload that is null", token: () => signRaw(header, "null") },
  { attack: "a payload that is a list", token: () => signRaw(header, "[]") },
  { attack: "a payload that is no text", token: () => `${encode(header)}.${toBase64Url(new Uint8Array([255, 254]))}.${parts()[2]}` },
  { attack: "12,000 characters of signature", token: () => `${parts()[0]}.${parts()[1]}.${"A".repeat(12_000)}` },
  { attack: "12,000 characters of claims", token: () => forge({ claims: { sub: "u".repeat(12_000) } }) },
];

const states: readonly Attack[] = [
  {
    attack: "a session that was revoked",
    async token() {
      const { accessToken, sessionId } = await signInAs(workspace.userId);
      await db.update(sessions).set({ revokedAt: Date.now() }).where(eq(sessions.id, sessionId));
      return accessToken;
    },
  },
  {
    attack: "a session that has ended",
    async token() {
      const { accessToken, sessionId } = await signInAs(workspace.userId);
      await db.update(sessions).set({ expiresAt: Date.now() }).where(eq(sessions.id, sessionId));
      return accessToken;
    },
  },
  {
    attack: "a user whose tokens were all ended",
    async token() {
      const userId = await seedMember(workspace, { role: "admin" });
      const { accessToken } = await signInAs(userId);
      await db.update(users).set({ tokenVersion: 1 }).where(eq(users.id, userId));
      return accessToken;
    },
  },
  {
    attack: "a token of the day before yesterday",
    token: async () => (await signInAs(workspace.userId, visitorOfTest({ now: () => Date.now() - 2 * dayMs }))).accessToken,
  },
];

const uniform = async (answer: Response): Promise<object> => {
  expect(answer.headers.get("WWW-Authenticate")).toBe("Bearer");
  return { ...(await answer.json<object>()), requestId: "" };
};

describe("an access token", () => {
  it("lets its person in, also one that is forged with the server's own key", async () => {
    for (const token of [good.accessToken, await forge(), await signRaw(header, claims())]) expect((await ask(token)).status).toBe(200);
  });

  it.each([...algorithms, ...keyChoices, ...otherClaims, ...shapes, ...states])("is refused, with the same words as any other: $attack", async ({ token }) => {
    const answer = await ask(await token());
    expect(answer.status).toBe(401);
    expect(await uniform(answer)).toEqual({
      type: "urn:mentha:problem:unauthenticated",
      title: "Not authenticated",
      status: 401,
      detail: "This access token is not valid (any more). Refresh it at /api/v1/auth/refresh, or sign in again.",
      instance: "/api/v1/auth/sessions",
      code: "unauthenticated",
      requestId: "",
      errors: [],
    });
  });

  it.each([
    { outcome: "in the address", path: () => `/api/v1/auth/sessions?access_token=${good.accessToken}`, headers: () => ({}) },
    { outcome: "as an API key", path: () => "/api/v1/auth/sessions", headers: () => ({ "X-API-Key": good.accessToken }) },
    { outcome: "as basic credentials", path: () => "/api/v1/auth/sessions", headers: () => ({ Authorization: `Basic ${btoa(`x:${good.accessToken}`)}` }) },
    { outcome: "as a cookie", path: () => "/api/v1/auth/sessions", headers: () => ({ Cookie: `access_token=${good.accessToken}` }) },
  ])("is not taken $outcome", async ({ path, headers }) => {
    const answer = await call("GET", path(), { headers: headers() });
    await answer.body?.cancel();
    expect([401, 403]).toContain(answer.status);
  });

  it.each<Role>(roles)("of somebody with the role %s claims no role: what they may do is looked up", async (role) => {
    const { accessToken } = await signInAs(await seedMember(workspace, { role }));
    const payload: unknown = JSON.parse(atob((accessToken.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/")));
    expect(Object.keys(payload ?? {}).toSorted()).toEqual(["aud", "exp", "iat", "iss", "sid", "sub", "ver"]);
  });
});
