import type { Context as HonoContext } from "hono";
import { createMiddleware } from "hono/factory";
import { limitersOf } from "../../../durable-objects/stubs.ts";
import { MisplacedKey } from "../../../shared/keys/index.ts";
import { AppError, errorFields } from "../../../shared/platform/index.ts";
import type { Declaration } from "../declaration.ts";
import type { ApiEnv } from "../env.ts";
import { addressOf, ask, knownCallers, settingsOf } from "../limits/ask-limiter.ts";
import type { Asked } from "../limits/asked.ts";
import { callerOf, callerOfKey } from "../limits/caller-of.ts";
import { type Charges, chargesOf, type LimitDeclaration, oneOf, quotaOf } from "../limits/charge.ts";
import { limitHeaders } from "../limits/headers.ts";
import { heldOpen } from "../limits/held-open.ts";
import { outcomeOf } from "../limits/outcome.ts";
import { refusalOf } from "../limits/refusal.ts";
import { problemAnswer, toAppError } from "../problem.ts";

type Answered = HonoContext<ApiEnv>;

interface AnsweredRoute extends LimitDeclaration, Pick<Declaration, "counts"> {
  readonly method: string;
  readonly path: string;
}

/**
 * What follows from limits once an answer is made: it gives way to a refusal that came later, says how much is left, and is counted. Around all
 * guards, so that it sees what they answered too.
 */
export const answerLimits = (route: AnsweredRoute) =>
  createMiddleware<ApiEnv>(async function answerLimits(c, next) {
    await next();
    await (isTurnedAway(c) ? countGuess(c) : giveWay(c, c.var.asked));
    for (const [name, value] of Object.entries(await headersOf(c, chargesOf(route)))) c.res.headers.set(name, value);
    releaseLeaseWith(c);
    noteOutcome(c, route);
    // Nobody reads it: what is made while it is read must not go on.
    if (c.req.method === "HEAD") await c.res.body?.cancel();
  });

/**
 * Whether it was refused for its credential: one that is not good, or that is good, but not here. Whoever is known is counted as themselves, and
 * only what is wrong with the request is their own doing: while the database does not answer, nobody is to use up anything.
 */
function isTurnedAway({ error, var: known }: Answered): boolean {
  if (!(error instanceof AppError)) return false;
  if (error.code === "unauthenticated") return true;
  return known.credentialDigest !== undefined && ["forbidden", "bad_request"].includes(error.code) && callerOf(known) === null;
}

/** Forgets a credential that does not let in any more, and counts it against its address. */
async function countGuess(c: Answered): Promise<void> {
  const { credentialDigest } = c.var;
  if (credentialDigest === undefined) return;
  knownCallers.forget(credentialDigest);
  await giveWay(c, ask(c, addressOf(c), oneOf("unauthenticated")));
}

/** Puts a refusal in place of an answer that was made meanwhile. */
async function giveWay(c: Answered, asked: Asked | undefined): Promise<void> {
  const refusal = asked && refusalOf(await asked.decision);
  if (refusal === undefined || isRefused(c)) return;
  await c.res.body?.cancel();
  c.error = refusal;
  // Else Hono would keep the headers of the answer that nobody gets.
  c.res = undefined;
  c.res = problemAnswer(c, refusal);
}

const isRefused = ({ error }: Answered): boolean => error instanceof AppError && ["rate_limited", "unavailable"].includes(error.code);

async function headersOf(c: Answered, charges: Charges): Promise<Record<string, string>> {
  const { asked } = c.var;
  const decision = await asked?.decision;
  const policies = (asked?.charges ?? charges).map((charge) => quotaOf(charge, asked?.caller.limits ?? {}, settingsOf(c.env)));
  if (decision === undefined || decision === "unavailable") return limitHeaders({ policies, states: [], isLocal: false });
  return limitHeaders({ policies, states: decision.verdict.quotas, isLocal: decision.isLocal });
}

/** Ends what the request holds open with the body of its answer. */
function releaseLeaseWith(c: Answered): void {
  const { releaseLease } = c.var;
  if (releaseLease === undefined) return;
  const end = () => c.executionCtx.waitUntil(releaseLease().catch((cause: unknown) => c.var.log.warn("what was open ends by itself", errorFields(cause))));
  if (c.res.ok && c.res.body !== null) c.res = new Response(heldOpen(c.res.body, end), c.res);
  else end();
}

function noteOutcome(c: Answered, { method, path, counts }: AnsweredRoute): void {
  const caller = callerOf(c.var) ?? (c.error instanceof MisplacedKey ? callerOfKey(c.error.key) : null);
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
