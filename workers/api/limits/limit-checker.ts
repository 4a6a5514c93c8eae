import { decide, emptyLog, type Limiters, limitPolicies, type Quota, type QuotaState, type SlidingLog, type Verdict } from "../../../shared/limits/index.ts";
import { type Clock, errorFields, type LimitSettings, type Log, secondMs } from "../../../shared/platform/index.ts";
import { BoundedMap } from "./bounded-map.ts";
import type { LimitedCaller } from "./caller.ts";
import { type Charges, quotaOf } from "./charge.ts";
import { createRefusalCache } from "./refusal-cache.ts";
import { createUntoldRefusals, tellAfterMs } from "./untold-refusals.ts";
import { answerWithinMs, within } from "./within.ts";

/** One that did not answer in time is not asked again for this long: nobody else is to wait for it meanwhile. */
const restMs = 5 * secondMs;
const capacity = 10_000;

interface Decided {
  readonly verdict: Verdict;
  /** The quota that a refusal is for want of; null for a request that may go on. Of several, the one of the longest window. */
  readonly refusedBy: QuotaState | null;
  /** Counted by this isolate alone, since the limiter could not be asked. */
  readonly isLocal: boolean;
}

/** Whether a request may go on; `unavailable` when that cannot be told and must not be guessed. */
export type LimitDecision = Decided | "unavailable";

export interface LimitChecker {
  /** Counts one request of a caller, and says whether it may go on. Never throws. */
  check(means: CheckMeans, caller: LimitedCaller, charges: Charges): Promise<LimitDecision>;
  /** What an isolate remembers of a refusal that still holds; whom it is told is refused by it. */
  recall(means: CheckMeans, caller: LimitedCaller, charges: Charges): LimitDecision | undefined;
}

/** What a request brings along to be checked with. */
export interface CheckMeans {
  readonly limiters: Limiters;
  /** Limits of this installation. */
  readonly settings: LimitSettings;
  readonly log: Log;
  /** Goes on with something after the answer. */
  readonly afterwards: (work: Promise<void>) => void;
}

interface CheckerDeps {
  readonly now: Clock;
  readonly deadlineMs?: number;
  readonly wait?: (ms: number) => Promise<void>;
}

const waitFor = async (ms: number): Promise<void> => {
  const over = Promise.withResolvers<void>();
  setTimeout(over.resolve, ms);
  await over.promise;
};

/** The quotas that had less left than was asked of them. */
const shortOf = (quotas: readonly Quota[], { quotas: states }: Verdict): { readonly quota: Quota; readonly state: QuotaState }[] =>
  quotas.flatMap((quota) => states.filter(({ name, remaining }) => name === quota.name && remaining < quota.cost).map((state) => ({ quota, state })));

function decided(quotas: readonly Quota[], verdict: Verdict, isLocal: boolean): Decided {
  if (verdict.allowed) return { verdict, refusedBy: null, isLocal };
  const [longest] = shortOf(quotas, verdict).toSorted((a, b) => b.quota.windowMs - a.quota.windowMs);
  return { verdict, refusedBy: longest?.state ?? verdict.quotas[0] ?? null, isLocal };
}

/** Asks limiters, and remembers for its isolate what makes asking needless. */
export function createLimitChecker({ now, deadlineMs = answerWithinMs, wait = waitFor }: CheckerDeps): LimitChecker {
  const refusals = createRefusalCache(now);
  const untold = createUntoldRefusals(now);
  const logs = new BoundedMap<SlidingLog>(capacity);
  const resting = new BoundedMap<number>(capacity);

  function countHere(caller: LimitedCaller, quotas: readonly Quota[]): Verdict {
    const { verdict, logs: after } = decide(quotas, (name) => logs.get(`${caller.name} ${name}`) ?? emptyLog, now());
    for (const [at, { name }] of quotas.entries()) logs.set(`${caller.name} ${name}`, after[at] ?? emptyLog);
    return verdict;
  }

  async function ask({ limiters }: CheckMeans, caller: LimitedCaller, quotas: readonly Quota[]): Promise<Verdict> {
    if ((resting.get(caller.name) ?? 0) > now()) throw new Error("the limiter did not answer a moment ago");
    for (const quota of quotas) refusals.forget(caller.name, quota);
    const refusedBefore = untold.take(caller);
    const { usage } = caller;
    const hit = limiters(caller.name).hit({
      v: 1,
      quotas,
      ...(usage === undefined ? {} : { usage }),
      ...(refusedBefore === 0 ? {} : { refusedBefore }),
    });
    const verdict = await within(hit, deadlineMs);
    if (verdict !== null) return verdict;
    resting.set(caller.name, now() + restMs);
    throw new Error(`the limiter did not answer within ${deadlineMs} ms`);
  }

  function remember(caller: LimitedCaller, quotas: readonly Quota[], verdict: Verdict): void {
    const [short, ...others] = verdict.allowed ? [] : shortOf(quotas, verdict);
    // Of several, nobody knows which of them the wait is for, and other requests take of only one.
    if (short !== undefined && others.length === 0) refusals.remember(caller.name, short.quota, verdict);
  }

  /** Whoever falls silent once they are refused would not bring it along. */
  async function tell({ limiters, log }: CheckMeans, caller: LimitedCaller): Promise<void> {
    await wait(tellAfterMs);
    const limited = untold.take(caller);
    if (limited === 0 || caller.usage === undefined) return;
    try {
      await limiters(caller.name).note({ v: 1, usage: caller.usage, limited });
    } catch (cause) {
      log.warn("refused requests were not counted", errorFields(cause));
    }
  }

  function recall(means: CheckMeans, caller: LimitedCaller, quotas: readonly Quota[]): Decided | undefined {
    for (const quota of quotas) {
      const verdict = refusals.find(caller.name, quota);
      if (verdict === undefined) continue;
      if (untold.add(caller)) means.afterwards(tell(means, caller));
      return decided([quota], verdict, false);
    }
    return undefined;
  }

  const quotasOf = ({ settings }: Pick<CheckMeans, "settings">, { limits }: LimitedCaller, charges: Charges): Quota[] =>
    charges.map((charge) => quotaOf(charge, limits, settings));

  return {
    recall: (means, caller, charges) => recall(means, caller, quotasOf(means, caller, charges)),
    async check(means, caller, charges) {
      const quotas = quotasOf(means, caller, charges);
      const policies = charges.map(({ limit }) => limitPolicies[limit]);
      if (policies.every(({ isolateOnly }) => isolateOnly === true)) return decided(quotas, countHere(caller, quotas), false);
      const recalled = recall(means, caller, quotas);
      if (recalled !== undefined) return recalled;
      try {
        const verdict = await ask(means, caller, quotas);
        remember(caller, quotas, verdict);
        return decided(quotas, verdict, false);
      } catch (cause) {
        means.log.warn("limits cannot be counted", { limit: charges[0].limit, ...errorFields(cause) });
        const isGuarded = policies.some(({ withoutLimiter }) => withoutLimiter === "refuse");
        return isGuarded ? "unavailable" : decided(quotas, countHere(caller, quotas), true);
      }
    },
  };
}
