import { decide, emptyLog, type Limiters, limitPolicies, type Quota, type SlidingLog, type Verdict } from "../../../shared/limits/index.ts";
import { type Clock, errorFields, type LimitName, type LimitSettings, type Log, secondMs } from "../../../shared/platform/index.ts";
import { BoundedMap } from "./bounded-map.ts";
import type { LimitedCaller } from "./caller.ts";
import { createDenials } from "./denials.ts";
import { answerWithinMs, within } from "./within.ts";

/** One that did not answer in time is not asked again for this long: nobody else is to wait for it meanwhile. */
const restMs = 5 * secondMs;
const capacity = 10_000;

interface Judged {
  readonly verdict: Verdict;
  /** Counted by this isolate alone, since the limiter could not be asked. */
  readonly isLocal: boolean;
}

/** Whether a request may go on; `unavailable` when that cannot be told and must not be guessed. */
export type Judgement = Judged | "unavailable";

export interface Judge {
  /** Counts one request of a caller, and says whether it may go on. Never throws. */
  judge(asking: Asking, caller: LimitedCaller, limit: LimitName): Promise<Judgement>;
  /** What an isolate remembers of a refusal that still holds. */
  recall(asking: Asking, caller: LimitedCaller, limit: LimitName): Judgement | undefined;
}

export interface Asking {
  readonly limiters: Limiters;
  /** Limits of this installation. */
  readonly settings: LimitSettings;
  readonly log: Log;
}

/** One request under a policy. A key's own limit comes before that of the installation, and this before the usual one. */
export function quotaOf(limit: LimitName, own: LimitedCaller["limits"], settings: LimitSettings): Quota {
  const { windowMs, limit: usual } = limitPolicies[limit];
  return { name: limit, limit: own[limit] ?? settings[limit] ?? usual, windowMs, cost: 1 };
}

/** Asks limiters, and remembers for its isolate what makes asking needless. */
export function createJudge({ now, deadlineMs = answerWithinMs }: { readonly now: Clock; readonly deadlineMs?: number }): Judge {
  const denials = createDenials(now);
  const logs = new BoundedMap<SlidingLog>(capacity);
  const resting = new BoundedMap<number>(capacity);

  function countHere(caller: LimitedCaller, quota: Quota): Judged {
    const name = `${caller.name} ${quota.name}`;
    const decision = decide([quota], () => logs.get(name) ?? emptyLog, now());
    logs.set(name, decision.logs.get(quota.name) ?? emptyLog);
    return { verdict: decision.verdict, isLocal: true };
  }

  async function ask({ limiters }: Asking, caller: LimitedCaller, quota: Quota): Promise<Verdict> {
    if ((resting.get(caller.name) ?? 0) > now()) throw new Error("the limiter did not answer a moment ago");
    const refusedBefore = denials.takeRefused(caller.name, quota);
    const { usage } = caller;
    const hit = limiters(caller.name).hit({
      v: 1,
      quotas: [quota],
      ...(usage === undefined ? {} : { usage }),
      ...(refusedBefore === 0 ? {} : { refusedBefore }),
    });
    const verdict = await within(hit, deadlineMs);
    if (verdict !== null) return verdict;
    resting.set(caller.name, now() + restMs);
    throw new Error(`the limiter did not answer within ${deadlineMs} ms`);
  }

  const recall: Judge["recall"] = ({ settings }, caller, limit) => {
    const verdict = denials.find(caller.name, quotaOf(limit, caller.limits, settings));
    return verdict && { verdict, isLocal: false };
  };

  return {
    recall,
    async judge(asking, caller, limit) {
      const quota = quotaOf(limit, caller.limits, asking.settings);
      const policy = limitPolicies[limit];
      if (policy.isolateOnly) return { ...countHere(caller, quota), isLocal: false };
      const recalled = recall(asking, caller, limit);
      if (recalled !== undefined) return recalled;
      try {
        const verdict = await ask(asking, caller, quota);
        if (!verdict.allowed) denials.remember(caller.name, quota, verdict);
        return { verdict, isLocal: false };
      } catch (cause) {
        asking.log.warn("limits cannot be counted", { limit, ...errorFields(cause) });
        return policy.withoutLimiter === "local" ? countHere(caller, quota) : "unavailable";
      }
    },
  };
}
