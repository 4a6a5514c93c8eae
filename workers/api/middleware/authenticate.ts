import type { Context as HonoContext, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { authenticateMember, authenticatePerson, authenticateOperator as operatorOf } from "../../../shared/identity/index.ts";
import { authenticateKey, noteKeyUse } from "../../../shared/keys/index.ts";
import { AppError } from "../../../shared/platform/index.ts";
import { workspaceContext } from "../../context.ts";
import { type Credential, credentialOf } from "../credential.ts";
import type { ApiEnv, CallerEnv, PersonEnv, SignedInEnv } from "../env.ts";
import { visitorOf } from "./visit.ts";

// Each of these may run twice in one request: before its body is read, and again after it, when the caller may no longer be who they were.

/** Finds out who calls, by key or access token, and in which workspace; gives the handler the context in which verbs run. */
export const authenticate = authenticateWith(authenticateMember);

/** The same for what operators do, who need not be in a workspace. */
export const authenticateOperator = authenticateWith(operatorOf);

function authenticateWith(readToken: typeof authenticateMember): MiddlewareHandler<SignedInEnv> {
  return createMiddleware<SignedInEnv>(async function authenticate(c, next) {
    const visitor = visitorOf(c);
    const { isToken, text } = presented(c);
    const named = c.req.header("X-Workspace");
    const key = isToken ? null : await authenticateKey(visitor, text, named);
    const { actor, workspaceId } = key ?? (await readToken(visitor, text, named));
    const log = c.var.log.with({ workspaceId, actorId: actor.id });
    c.set("log", log);
    if (key !== null) c.set("usedKey", key);
    c.set("ctx", workspaceContext(c.env, visitor, { actor, workspaceId, log }));
    await next();
  });
}

/** For what concerns a person and no workspace, such as their sessions: an access token only, since a key is not a person. */
export const authenticateSelf = createMiddleware<PersonEnv>(async function authenticateSelf(c, next) {
  const visitor = visitorOf(c);
  const { isToken, text } = presented(c);
  if (!isToken) throw new AppError("forbidden", "This is for people who signed in; an API key cannot do it. Send an access token.");
  const person = await authenticatePerson(visitor, text);
  const log = c.var.log.with({ actorId: person.sessionId });
  c.set("log", log);
  c.set("person", { ...visitor, ...person, log });
  await next();
});

/** For what both may ask, whether or not they are in a workspace. */
export const authenticateCaller = createMiddleware<CallerEnv>(async function authenticateCaller(c, next) {
  const visitor = visitorOf(c);
  const { isToken, text } = presented(c);
  const named = c.req.header("X-Workspace");
  c.set("visitor", visitor);
  if (isToken) {
    const { userId } = await authenticatePerson(visitor, text);
    c.set("caller", { kind: "session", userId, workspaceId: named });
    return next();
  }
  const key = await authenticateKey(visitor, text, named);
  const { actor, workspaceId } = key;
  c.set("usedKey", key);
  c.set("caller", { kind: "key", userId: actor.userId, keyId: actor.id, workspaceId });
  await next();
});

/** Answers, and notes only then that a key was used, also by who is refused for what it lacks. */
export const noteUse = createMiddleware<ApiEnv>(async function noteUse(c, next) {
  try {
    await next();
  } finally {
    const { usedKey } = c.var;
    if (usedKey !== undefined) c.executionCtx.waitUntil(noteKeyUse(visitorOf(c), usedKey));
  }
});

/** @throws AppError `unauthenticated` when there is neither key nor token; `bad_request` when there are two different ones */
function presented(c: Pick<HonoContext<ApiEnv>, "req">): Credential {
  const credential = credentialOf(c);
  if (credential !== null) return credential;
  throw new AppError("unauthenticated", "Send an API key, as X-API-Key or Authorization: Bearer, or an access token as the latter.");
}
