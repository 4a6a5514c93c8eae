import type { Context as HonoContext } from "hono";
import { limitersOf } from "../../../durable-objects/stubs.ts";
import { configOf, type LimitName, type LimitSettings, systemClock } from "../../../shared/platform/index.ts";
import type { ApiEnv } from "../env.ts";
import { ipOf } from "../middleware/visit.ts";
import type { Asked } from "./asked.ts";
import { addressCaller, type LimitedCaller } from "./caller.ts";
import { type Asking, createJudge } from "./judge.ts";
import { createKnownCallers } from "./known-callers.ts";
import { refusalOf } from "./refusal.ts";

type Request = HonoContext<ApiEnv>;

// What this isolate remembers, of all requests.
const judge = createJudge({ now: systemClock });
export const knownCallers = createKnownCallers(systemClock);

/** Limits of this installation; none where it is not configured, of which another answer tells than that to whether Mentha is alive. */
export function settingsOf(env: Env): LimitSettings {
  try {
    return configOf(env).limits;
  } catch {
    return {};
  }
}

const askingOf = (c: Request): Asking => ({ limiters: limitersOf(c.env), settings: settingsOf(c.env), log: c.var.log });

/** Where a request comes from, as a caller. */
export const addressOf = (c: Request): LimitedCaller => addressCaller(ipOf(c));

/** Counts a request of a caller; its answer will tell of this limit. */
export function ask(c: Request, caller: LimitedCaller, limit: LimitName): Asked {
  const asked: Asked = { caller, limit, judgement: judge.judge(askingOf(c), caller, limit) };
  c.set("asked", asked);
  return asked;
}

/** @throws AppError `rate_limited` for who was refused a moment ago, as far as this isolate remembers */
export function refuseAgain(c: Request, caller: LimitedCaller, limit: LimitName): void {
  const judgement = judge.recall(askingOf(c), caller, limit);
  const refusal = judgement && refusalOf(judgement);
  if (judgement === undefined || refusal === undefined) return;
  c.set("asked", { caller, limit, judgement: Promise.resolve(judgement) });
  throw refusal;
}

/** @throws AppError `rate_limited`; `unavailable` */
export async function letThrough({ judgement }: Asked): Promise<void> {
  const refusal = refusalOf(await judgement);
  if (refusal !== undefined) throw refusal;
}
