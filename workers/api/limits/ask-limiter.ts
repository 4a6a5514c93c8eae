import type { Context as HonoContext } from "hono";
import { limitersOf } from "../../../durable-objects/stubs.ts";
import { configOf, type LimitSettings, systemClock } from "../../../shared/platform/index.ts";
import { ipOf } from "../client-address.ts";
import type { ApiEnv } from "../env.ts";
import type { Asked } from "./asked.ts";
import { addressCaller, type LimitedCaller } from "./caller.ts";
import { type Charges, costless, isCountedAlike, isSame } from "./charge.ts";
import { createKnownCallers } from "./known-callers.ts";
import { type CheckMeans, createLimitChecker } from "./limit-checker.ts";
import { refusalOf } from "./refusal.ts";

type Request = HonoContext<ApiEnv>;

// What this isolate remembers, of all requests.
const checker = createLimitChecker({ now: systemClock });
export const knownCallers = createKnownCallers(systemClock);

/** Limits of this installation; none where it is not configured, of which another answer tells than that to whether Mentha is alive. */
export function settingsOf(env: Env): LimitSettings {
  try {
    return configOf(env).limits;
  } catch {
    return {};
  }
}

const meansOf = (c: Request): CheckMeans => ({
  limiters: limitersOf(c.env),
  settings: settingsOf(c.env),
  log: c.var.log,
  afterwards: (work) => c.executionCtx.waitUntil(work),
});

/** Where a request comes from, as a caller. */
export const addressOf = (c: Request): LimitedCaller => addressCaller(ipOf(c));

/** Counts a request of a caller; its answer will tell of these limits. */
export function ask(c: Request, caller: LimitedCaller, charges: Charges): Asked {
  const asked: Asked = { caller, charges, decision: checker.check(meansOf(c), caller, charges) };
  c.set("asked", asked);
  return asked;
}

/** @throws AppError `rate_limited` for who was refused a moment ago, as far as this isolate remembers */
export function refuseAgain(c: Request, caller: LimitedCaller, charges: Charges): void {
  const decision = checker.recall(meansOf(c), caller, charges);
  const refusal = decision && refusalOf(decision);
  if (decision === undefined || refusal === undefined) return;
  c.set("asked", { caller, charges, decision: Promise.resolve(decision) });
  throw refusal;
}

/**
 * Counts a request of a caller who turned out to have other limits than those that it was counted under. What it took there it does not take again,
 * nor is it another request of theirs.
 */
async function askAnew(c: Request, { name, limits }: LimitedCaller, charges: Charges, before: Asked): Promise<Asked> {
  const caller = { name, limits };
  const decision = await before.decision;
  if (decision !== "unavailable" && !decision.isLocal && decision.verdict.allowed) {
    const asked = ask(c, caller, costless(charges));
    if (refusalOf(await asked.decision) === undefined) return asked;
  }
  // Also to hear how long to wait: until all of it fits.
  return ask(c, caller, charges);
}

/** Counts a request of a caller who is known by now, unless that was done already. */
export async function askKnown(c: Request, caller: LimitedCaller, charges: Charges): Promise<Asked> {
  const { asked } = c.var;
  if (asked !== undefined && isCountedAlike(asked.caller, caller, charges)) return asked;
  refuseAgain(c, caller, charges);
  return asked !== undefined && isSame(asked.caller, caller) ? await askAnew(c, caller, charges, asked) : ask(c, caller, charges);
}

/** @throws AppError `rate_limited`; `unavailable` */
export async function letThrough({ decision }: Asked): Promise<void> {
  const refusal = refusalOf(await decision);
  if (refusal !== undefined) throw refusal;
}
