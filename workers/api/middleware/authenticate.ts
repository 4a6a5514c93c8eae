import { createMiddleware } from "hono/factory";
import { directoryDatabase } from "../../../shared/db/client.ts";
import { authenticateKey } from "../../../shared/identity/index.ts";
import { AppError, systemClock } from "../../../shared/platform/index.ts";
import { buildContext } from "../../context.ts";
import type { SignedInEnv } from "../env.ts";

/** Finds out who calls, and gives the handler the context in which verbs run. */
export const authenticate = createMiddleware<SignedInEnv>(async function authenticate(c, next) {
  const key = presentedKey(c.req.header("X-API-Key"), c.req.header("Authorization"));
  const { actor, workspaceId } = await authenticateKey(directoryDatabase(c.env), key, systemClock());
  const log = c.var.log.with({ workspaceId, actorId: actor.id });
  c.set("log", log);
  c.set("ctx", buildContext(c.env, { actor, workspaceId, requestId: c.var.requestId, log }));
  await next();
});

/** The key from `X-API-Key` or `Authorization: Bearer`. Both may be sent, as proxies do, when they say the same. */
function presentedKey(header: string | undefined, authorization: string | undefined): string {
  const bearer = authorization === undefined ? undefined : /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
  if (header !== undefined && bearer !== undefined && header !== bearer) {
    throw new AppError("bad_request", "X-API-Key and Authorization carry different keys. Send one of them.");
  }
  const key = header ?? bearer;
  if (key === undefined) throw new AppError("unauthenticated", "Send an API key, as X-API-Key or Authorization: Bearer.");
  return key;
}
