import { createMiddleware } from "hono/factory";
import { limitersOf } from "../../../durable-objects/stubs.ts";
import { type ConcurrencyName, limitPolicies } from "../../../shared/limits/index.ts";
import type { LimitName } from "../../../shared/platform/index.ts";
import { credentialOf } from "../credential.ts";
import type { ApiEnv } from "../env.ts";
import { isCountedAlike } from "../limits/caller.ts";
import { callerOf } from "../limits/caller-of.ts";
import { hold } from "../limits/hold.ts";
import { addressOf, ask, knownCallers, letThrough, refuseAgain } from "../limits/isolate.ts";
import { digestOf } from "../limits/known-callers.ts";

/** What is limited, of which kind of callers. */
export interface LimitedRoute {
  readonly limit: LimitName;
  readonly holds?: ConcurrencyName | undefined;
  /** Who the credential of a request stands for: a person or key alone, or in a workspace; `nobody` when none is looked at. */
  readonly asks: "nobody" | "somebody" | "member";
  /** Whether the handler may run while the limiter is asked. */
  readonly isBeside: boolean;
}

/**
 * Refuses before anything else is looked at: an address that asks too often, whoever was refused a moment ago, and who tries keys. A caller whom
 * this isolate knows is counted while the database is asked who they are, instead of after it.
 */
export const limitEarly = ({ limit, asks }: LimitedRoute) =>
  createMiddleware<ApiEnv>(async function limitEarly(c, next) {
    const isOfAddress = limitPolicies[limit].per === "ip";
    if (isOfAddress) await letThrough(ask(c, addressOf(c), limit));
    const credential = asks === "nobody" ? null : credentialOf(c);
    if (credential === null) return next();
    const digest = await digestOf(credential.text, asks === "member" ? (c.req.header("X-Workspace") ?? asks) : asks);
    c.set("credentialDigest", digest);
    const known = knownCallers.find(digest);
    if (known === undefined) refuseAgain(c, addressOf(c), "unauthenticated");
    else if (!isOfAddress) {
      refuseAgain(c, known, limit);
      ask(c, known, limit);
    }
    await next();
  });

/** Refuses whoever asks too often, by key or person, now that they are known, and whoever has too much open. */
export const limitCaller = ({ limit, holds, isBeside }: LimitedRoute) =>
  createMiddleware<ApiEnv>(async function limitCaller(c, next) {
    const caller = callerOf(c.var);
    if (caller === null) return next();
    const { credentialDigest, asked } = c.var;
    if (credentialDigest !== undefined) knownCallers.note(credentialDigest, caller);
    if (limitPolicies[limit].per === "caller") {
      const wasRight = asked !== undefined && isCountedAlike(asked.caller, caller, limit);
      const rightly = wasRight ? asked : ask(c, caller, limit);
      if (!isBeside) await letThrough(rightly);
    }
    if (holds !== undefined) c.set("endHold", await hold(limitersOf(c.env)(caller.name), holds, c.var.log));
    await next();
  });
