import { createMiddleware } from "hono/factory";
import { limitersOf } from "../../../durable-objects/stubs.ts";
import { type ConcurrencyName, limitPolicies } from "../../../shared/limits/index.ts";
import { credentialOf } from "../credential.ts";
import type { ApiEnv } from "../env.ts";
import { acquireLease } from "../limits/acquire-lease.ts";
import { addressOf, ask, askKnown, knownCallers, letThrough, refuseAgain } from "../limits/ask-limiter.ts";
import { callerOf } from "../limits/caller-of.ts";
import { type Charges, countedAs, oneOf } from "../limits/charge.ts";
import { digestOf } from "../limits/known-callers.ts";

/** What is limited, of which kind of callers. */
export interface LimitedRoute {
  /** All of an address, or all of a caller. */
  readonly charges: Charges;
  readonly holds?: ConcurrencyName | undefined;
  /** Who the credential of a request stands for: a person or key alone, or in a workspace; `nobody` when none is looked at. */
  readonly asks: "nobody" | "somebody" | "member";
  /** Whether the handler may run while the limiter is asked. */
  readonly runsWhileAsking: boolean;
}

const areOfAddress = ([{ limit }]: Charges): boolean => limitPolicies[limit].per === "ip";

/**
 * Refuses before anything else is looked at: an address that asks too often, whoever was refused a moment ago, and who tries keys. A caller whom
 * this isolate knows is counted while the database is asked who they are, instead of after it.
 */
export const limitEarly = ({ charges, asks }: LimitedRoute) =>
  createMiddleware<ApiEnv>(async function limitEarly(c, next) {
    const isOfAddress = areOfAddress(charges);
    if (isOfAddress) await letThrough(ask(c, addressOf(c), charges));
    const credential = asks === "nobody" ? null : credentialOf(c);
    if (credential === null) return next();
    const digest = await digestOf(credential.text, asks === "member" ? (c.req.header("X-Workspace") ?? asks) : asks);
    c.set("credentialDigest", digest);
    const known = knownCallers.find(digest);
    if (known === undefined) refuseAgain(c, addressOf(c), oneOf("unauthenticated"));
    else if (!isOfAddress) {
      const caller = countedAs(known, charges);
      refuseAgain(c, caller, charges);
      ask(c, caller, charges);
    }
    await next();
  });

/** Refuses whoever asks too often, by key or person, now that they are known, and whoever has too much open. */
export const limitCaller = ({ charges, holds, runsWhileAsking }: LimitedRoute) =>
  createMiddleware<ApiEnv>(async function limitCaller(c, next) {
    const caller = callerOf(c.var);
    if (caller === null) return next();
    const { credentialDigest } = c.var;
    if (credentialDigest !== undefined) knownCallers.note(credentialDigest, caller);
    if (!areOfAddress(charges)) {
      const asked = await askKnown(c, countedAs(caller, charges), charges);
      if (!runsWhileAsking) await letThrough(asked);
    }
    // Nothing stays open for who asks for the head of an answer alone.
    if (holds !== undefined && c.req.method !== "HEAD") c.set("releaseLease", await acquireLease(limitersOf(c.env)(caller.name), holds, c.var.log));
    await next();
  });
