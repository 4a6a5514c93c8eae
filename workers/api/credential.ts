import type { Context as HonoContext } from "hono";
import { AppError } from "../../shared/platform/index.ts";
import type { ApiEnv } from "./env.ts";

/** What a request proves with who sends it. */
export interface Credential {
  /** An access token rather than an API key. */
  readonly isToken: boolean;
  readonly text: string;
}

/** How every key begins. Whatever else comes as a bearer token is taken for an access token, and refused as one. */
const keyStart = /^mk_/;

/**
 * The key from `X-API-Key` or `Authorization: Bearer`, or an access token from the latter; null without either. Both may carry a key, as proxies do,
 * when they say the same.
 * @throws AppError `bad_request` when they do not
 */
export function credentialOf({ req }: Pick<HonoContext<ApiEnv>, "req">): Credential | null {
  const header = req.header("X-API-Key");
  const authorization = req.header("Authorization");
  const bearer = authorization === undefined ? undefined : /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
  if (header !== undefined && bearer !== undefined && header !== bearer) {
    throw new AppError("bad_request", "X-API-Key and Authorization carry different things. Send one of them.");
  }
  if (header !== undefined) return { isToken: false, text: header };
  return bearer === undefined ? null : { isToken: !keyStart.test(bearer), text: bearer };
}
