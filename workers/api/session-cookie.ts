import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { z } from "zod";
import type { SessionTokens, SignedInUser, Tokens } from "../../shared/identity/index.ts";
import { AppError, configOf, secondMs, systemClock } from "../../shared/platform/index.ts";
import type { PersonEnv, VisitorEnv } from "./env.ts";

/** Goes into the body of whatever signs in. */
export const KeepInCookie = z
  .literal(true)
  .describe(
    "For pages of this installation: keeps the refresh token in a cookie that only `/auth/refresh` gets and no script can read, instead of in the answer",
  );

type Asking = Context<VisitorEnv> | Context<PersonEnv>;

const name = "mentha_refresh";

/** No script can read it, no other site can make a browser send it, and one address alone gets it. */
const attributes = { httpOnly: true, sameSite: "Strict", path: "/api/v1/auth/refresh" } as const;

/** Elsewhere than in development over plain http, browsers are told to keep it for https, and its name tells us that it was set over https (RFC 6265bis, 4.1.3.1). */
function prefixOf(c: Asking): "secure" | undefined {
  const isPlain = configOf(c.env).environment === "development" && new URL(c.req.url).protocol === "http:";
  return isPlain ? undefined : "secure";
}

/** The answer to who signs in, in whatever way; `cookie` is what the body says. @throws AppError `forbidden` before anything is done, for a page of another site */
export async function answerSignIn(
  c: Asking,
  { cookie: inCookie = false }: { cookie: boolean | undefined },
  signIn: () => Promise<{ tokens: SessionTokens; user: SignedInUser }>,
): Promise<Tokens & { user: SignedInUser }> {
  if (inCookie) requireOwnPage(c);
  const { tokens, user } = await signIn();
  return { ...answerTokens(c, tokens, { inCookie }), user };
}

/** The tokens as an answer; with `inCookie` the refresh token goes into the cookie, and the answer does not have it. */
export function answerTokens(
  c: Asking,
  { accessToken, expiresAt, refreshToken, refreshExpiresAt }: SessionTokens,
  { inCookie }: { inCookie: boolean },
): Tokens {
  if (!inCookie) return { accessToken, expiresAt, refreshToken };
  const maxAge = Math.max(0, Math.floor((refreshExpiresAt - systemClock()) / secondMs));
  setCookie(c, name, refreshToken, { ...attributes, ...optionsOf(c), maxAge });
  return { accessToken, expiresAt };
}

/** What is in the cookie; undefined without one. @throws AppError `forbidden` for a page of another site */
export function refreshCookie(c: Asking): string | undefined {
  const token = getCookie(c, name, prefixOf(c));
  if (token !== undefined) requireOwnPage(c);
  return token;
}

/** Makes the browser forget the cookie, if it has one. */
export function clearRefreshCookie(c: Asking): void {
  deleteCookie(c, name, { ...attributes, ...optionsOf(c) });
}

function optionsOf(c: Asking): { prefix?: "secure" } {
  const prefix = prefixOf(c);
  return prefix === undefined ? {} : { prefix };
}

/**
 * Cookies are for pages of this installation alone: the browser says where a request comes from, and `SameSite` is not all that stands in the way.
 * @throws AppError `forbidden`
 */
function requireOwnPage(c: Asking): void {
  const site = c.req.header("Sec-Fetch-Site");
  const origin = c.req.header("Origin");
  const isOwn = (site === undefined || site === "same-origin" || site === "none") && (origin === undefined || origin === configOf(c.env).publicUrl);
  if (!isOwn) throw new AppError("forbidden", "The cookie is for pages of this installation. Programs and other sites send the refresh token in the body.");
}
