import type { Context as HonoContext } from "hono";
import { createMiddleware } from "hono/factory";
import { limitersOf } from "../../../durable-objects/stubs.ts";
import { AppError, errorFields, type LimitName } from "../../../shared/platform/index.ts";
import type { ApiEnv } from "../env.ts";
import type { Asked } from "../limits/asked.ts";
import { callerOf } from "../limits/caller-of.ts";
import { limitHeaders } from "../limits/headers.ts";
import { heldOpen } from "../limits/held-open.ts";
import { addressOf, ask, knownCallers, settingsOf } from "../limits/isolate.ts";
import { quotaOf } from "../limits/judge.ts";
import { outcomeOf } from "../limits/outcome.ts";
import { refusalOf } from "../limits/refusal.ts";
import { problemAnswer, toAppError } from "../problem.ts";

type Answered = HonoContext<ApiEnv>;

interface AnsweredRoute {
  readonly method: string;
  readonly path: string;
  readonly limit: LimitName;
  readonly counts?: "audits" | undefined;
}

/**
 * What follows from limits once an answer is made: it gives way to a refusal that came later, says how much is left, and is counted. Around all
 * guards, so that it sees what they answered too.
 */
export const answerLimits = (route: AnsweredRoute) =>
  createMiddleware<ApiEnv>(async function answerLimits(c, next) {
    await next();
    await (c.error instanceof AppError && c.error.code === "unauthenticated" ? countGuess(c) : giveWay(c, c.var.asked));
    for (const [name, value] of Object.entries(await headersOf(c, route.limit))) c.res.headers.set(name, value);
    endHoldWith(c);
    noteOutcome(c, route);
  });

/** Forgets a credential that is not good any more, and counts it against its address. */
async function countGuess(c: Answered): Promise<void> {
  const { credentialDigest } = c.var;
  if (credentialDigest === undefined) return;
  knownCallers.forget(credentialDigest);
  await giveWay(c, ask(c, addressOf(c), "unauthenticated"));
}

/** Puts a refusal in place of an answer that was made meanwhile. */
async function giveWay(c: Answered, asked: Asked | undefined): Promise<void> {
  const refusal = asked && refusalOf(await asked.judgement);
  if (refusal === undefined || isRefused(c)) return;
  await c.res.body?.cancel();
  c.error = refusal;
  // Else Hono would keep the headers of the answer that nobody gets.
  c.res = undefined;
  c.res = problemAnswer(c, refusal);
}

const isRefused = ({ error }: Answered): boolean => error instanceof AppError && ["rate_limited", "unavailable"].includes(error.code);

async function headersOf(c: Answered, limit: LimitName): Promise<Record<string, string>> {
  const { asked } = c.var;
  const judgement = await asked?.judgement;
  const policy = quotaOf(asked?.limit ?? limit, asked?.caller.limits ?? {}, settingsOf(c.env));
  if (judgement === undefined || judgement === "unavailable") return limitHeaders({ policy, state: null, isLocal: false });
  return limitHeaders({ policy, state: judgement.verdict.quotas[0] ?? null, isLocal: judgement.isLocal });
}

/** Ends what the request holds open with the body of its answer. */
function endHoldWith(c: Answered): void {
  const { endHold } = c.var;
  if (endHold === undefined) return;
  const end = () => c.executionCtx.waitUntil(endHold().catch((cause: unknown) => c.var.log.warn("what was open ends by itself", errorFields(cause))));
  if (c.res.ok && c.res.body !== null) c.res = new Response(heldOpen(c.res.body, end), c.res);
  else end();
}

function noteOutcome(c: Answered, { method, path, counts }: AnsweredRoute): void {
  const caller = callerOf(c.var);
  if (caller?.usage === undefined) return;
  const outcome = outcomeOf(caller.usage, {
    method,
    path,
    counts,
    status: c.res.status,
    code: c.error === undefined ? null : toAppError(c.error).code,
    isReplay: c.res.headers.has("Idempotency-Replayed"),
  });
  if (outcome === null) return;
  const noted = limitersOf(c.env)(caller.name).note(outcome);
  c.executionCtx.waitUntil(noted.catch((cause: unknown) => c.var.log.warn("an answer was not counted", errorFields(cause))));
}
