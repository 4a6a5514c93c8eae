import { z } from "zod";
import {
  CheckEmailInput,
  endSession,
  listSessions,
  NextStep,
  nextStep,
  RefreshInput,
  refreshSession,
  SessionList,
  SignedIn,
  SignInInput,
  signIn,
  signOutEverywhere,
  Tokens,
} from "../../../shared/identity/index.ts";
import { AppError, Id, ListQuery } from "../../../shared/platform/index.ts";
import { api, del, get, post } from "../route.ts";
import { answerSignIn, answerTokens, clearRefreshCookie, KeepInCookie, refreshCookie } from "../session-cookie.ts";
import { sessionExample, signInExample, tokensExample, userExample } from "../sign-in-examples.ts";

const notOwnPage = "A page of another site asked for the cookie";

const checkEmail = post("/api/v1/auth/check-email", {
  id: "checkEmail",
  tag: "Sign-in",
  permission: "public",
  limit: "signIn",
  summary: "Ask how an address signs in",
  description: "The first step of the sign-in. The answer is the same for every address, whether or not anybody has it: nothing is looked up.",
  body: CheckEmailInput,
  ok: NextStep,
  examples: { body: { email: signInExample.email }, answer: { next: "password" } },
});

const login = post("/api/v1/auth/login", {
  id: "signIn",
  tag: "Sign-in",
  permission: "visitor",
  limit: "signIn",
  summary: "Sign in",
  description:
    "Starts a session. Its access token is good for 24 hours, its refresh token for 30 days, and the session for 90 days, after which the password is asked for again. After five failures within 15 minutes, of one address or from one place, each further try has to wait, twice as long each time.",
  body: SignInInput.extend({ cookie: KeepInCookie.optional() }).meta({ id: "SignInInput" }),
  ok: SignedIn,
  conflict: "The account was changed while the password was checked",
  refusals: { unauthenticated: "The address or the password is not right; which of them is not said", forbidden: notOwnPage },
  examples: { body: signInExample, answer: { ...tokensExample, user: userExample } },
});

const refresh = post("/api/v1/auth/refresh", {
  id: "refreshSession",
  tag: "Sign-in",
  permission: "visitor",
  limit: "refreshes",
  summary: "Get new tokens",
  description:
    "Exchanges a refresh token, from the body or from the cookie, for a new access token and the next refresh token, in the same way. A token works once. For 20 seconds, and until the next one is used, it yields the same next one again, so that a lost answer or a second tab does no harm; any other second use ends the session.",
  body: RefreshInput,
  bodyOptional: true,
  ok: Tokens,
  refusals: { unauthenticated: "No refresh token, or one that is not valid any more", forbidden: notOwnPage },
  examples: { body: { refreshToken: tokensExample.refreshToken }, answer: tokensExample },
});

const logout = post("/api/v1/auth/logout", {
  id: "signOut",
  tag: "Sign-in",
  permission: "person",
  limit: "signOuts",
  summary: "Sign out",
  description: "Ends the session of the access token: the next request with any of its tokens is refused. Removes the cookie.",
  noContent: "Signed out",
});

const logoutAll = post("/api/v1/auth/logout-all", {
  id: "signOutEverywhere",
  tag: "Sign-in",
  permission: "person",
  limit: "signOuts",
  summary: "Sign out everywhere",
  description: "Ends every session of the person, this one too. Removes the cookie.",
  noContent: "Signed out everywhere",
});

const list = get("/api/v1/auth/sessions", {
  id: "listSessions",
  tag: "Sign-in",
  permission: "person",
  limit: "lists",
  summary: "List my sessions",
  description: "Where the person is signed in, newest first.",
  query: ListQuery,
  ok: SessionList,
  examples: { answer: { items: [sessionExample] } },
});

const end = del("/api/v1/auth/sessions/{id}", {
  id: "endSession",
  tag: "Sign-in",
  permission: "person",
  limit: "signOuts",
  summary: "End one of my sessions",
  description: "Signs the person out there: the next request with any of the session's tokens is refused.",
  params: z.object({ id: Id("session").describe("Id of the session") }),
  noContent: "Ended",
});

export const signInRoutes = api()
  .openapi(checkEmail, (c) => c.json(nextStep(), 200))
  .openapi(login, async (c) => {
    const { cookie, ...credentials } = c.req.valid("json");
    return c.json(await answerSignIn(c, { cookie }, () => signIn(c.var.visitor, credentials)), 200);
  })
  .openapi(refresh, async (c) => {
    const { refreshToken } = c.req.valid("json");
    const token = refreshToken ?? refreshCookie(c);
    if (token === undefined) throw new AppError("unauthenticated", "Send the refresh token, in the body or as the cookie that the sign-in set.");
    const tokens = await refreshSession(c.var.visitor, token);
    return c.json(answerTokens(c, tokens, { inCookie: refreshToken === undefined }), 200);
  })
  .openapi(logout, async (c) => {
    await endSession(c.var.person, c.var.person.sessionId);
    clearRefreshCookie(c);
    return c.body(null, 204);
  })
  .openapi(logoutAll, async (c) => {
    await signOutEverywhere(c.var.person);
    clearRefreshCookie(c);
    return c.body(null, 204);
  })
  .openapi(list, async (c) => c.json(await listSessions(c.var.person, c.req.valid("query")), 200))
  .openapi(end, async (c) => {
    await endSession(c.var.person, c.req.valid("param").id);
    return c.body(null, 204);
  });
