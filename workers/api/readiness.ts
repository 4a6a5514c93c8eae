import { z } from "zod";
import { crawlsOf, limitersOf, liveOf, metricsOf, onlineTotalsOf } from "../../durable-objects/stubs.ts";
import { AppError, type Log, secondMs, systemClock } from "../../shared/platform/index.ts";
import { producers } from "../queues.ts";

const Check = z.object({
  ok: z.boolean(),
  ms: z.int().min(0).max(60_000).describe("How long it took to answer"),
});

export const Readiness = z
  .object({
    status: z.enum(["ready", "not-ready"]),
    checks: z.object({ database: Check, store: Check, queues: Check, objects: Check }),
  })
  .meta({ id: "Readiness" });
type Readiness = z.infer<typeof Readiness>;

/** A dependency that takes longer than this is as good as gone for a balancer that waits for the answer. */
const patienceMs = 3 * secondMs;

/** How long an answer holds: anyone may ask, and none may make us ask all the rest as often as they like. */
const holdsMs = 5 * secondMs;

/**
 * Readiness as `checkReadiness` finds it, asked anew at most every 5 s for the same bindings, which an isolate has once.
 * While it is asked anew the last answer holds: a request cannot wait for what another one asks.
 */
export function createReadiness(now: () => number): (env: Env, log: Log) => Promise<Readiness> {
  const answers = new WeakMap<Env, { readonly readiness: Readiness; askedAt: number }>();
  return async (env, log) => {
    const askedAt = now();
    const last = answers.get(env);
    if (last !== undefined) {
      if (askedAt - last.askedAt < holdsMs) return last.readiness;
      last.askedAt = askedAt;
    }
    const readiness = await checkReadiness(env, log);
    answers.set(env, { readiness, askedAt });
    return readiness;
  };
}

/** Asks everything that work depends on, side by side. The answer says what and how long; why goes to the log only. */
async function checkReadiness(env: Env, log: Log): Promise<Readiness> {
  const [database, store, queues, objects] = await Promise.all([
    timed("database", log, () => env.DB.prepare("select 1").first()),
    timed("store", log, () => env.STORE.head("readyz")),
    timed("queues", log, () => requireQueues(env)),
    timed("objects", log, () => Promise.all(objectsOf(env))),
  ]);
  const checks = { database, store, queues, objects };
  return { status: Object.values(checks).every(({ ok }) => ok) ? "ready" : "not-ready", checks };
}

/** What the classes of objects say to a question that they need not store anything for. */
const objectsOf = (env: Env): Promise<unknown>[] => [
  crawlsOf(env).progress("readyz"),
  limitersOf(env)("readyz").release("readyz"),
  liveOf(env).online("readyz", { after: null, limit: 1 }),
  onlineTotalsOf(env).now(),
  metricsOf(env).read(),
];

// A queue offers nothing to ask without sending; what can be told is whether it is bound.
async function requireQueues(env: Partial<Env>): Promise<void> {
  const missing = Object.values(producers).filter((binding) => env[binding] === undefined);
  if (missing.length > 0) throw new AppError("unavailable", `These queues are not bound: ${missing.join(", ")}.`);
}

async function timed(name: string, log: Log, ask: () => Promise<unknown>): Promise<z.infer<typeof Check>> {
  const startedAt = systemClock();
  const ok = await Promise.race([answers(ask), tooLate(name)]).catch((cause: unknown) => {
    const { code, message } = AppError.from(cause);
    log.error("not ready", { domain: name, errorCode: code, errorMessage: message });
    return false;
  });
  return { ok, ms: Math.min(systemClock() - startedAt, 60_000) };
}

async function answers(ask: () => Promise<unknown>): Promise<true> {
  await ask();
  return true;
}

async function tooLate(name: string): Promise<never> {
  await scheduler.wait(patienceMs);
  throw new AppError("unavailable", `No answer from ${name} within ${patienceMs} ms.`);
}
