import { metricsOf } from "../durable-objects/stubs.ts";
import { createMeter, type Meter, type Outcome } from "../shared/metrics/index.ts";
import { systemClock } from "../shared/platform/index.ts";

type Afterwards = Pick<ExecutionContext, "waitUntil">;

/** One for each isolate. Made at the first request: nothing is random before that. */
let known: Meter | undefined;
function meter(): Meter {
  known ??= createMeter({ isolate: crypto.randomUUID(), now: systemClock });
  return known;
}

export function measureRequest(env: Env, context: Afterwards, route: string, { status, ms }: { readonly status: number; readonly ms: number }): void {
  meter().request(route, status, ms);
  tellLater(env, context, true);
}

export function measureMessage(env: Env, context: Afterwards, queue: string, { outcome, ms }: { readonly outcome: Outcome; readonly ms: number }): void {
  meter().message(queue, outcome, ms);
  // A batch that waits keeps the next one of its queue from beginning.
  tellLater(env, context, false);
}

/** What nobody has told yet, of an isolate to which no request came since: the minute's cron does. */
export function tellRest(env: Env, context: Afterwards): void {
  if (telling.byItself) context.waitUntil(tellMeasured(env));
}

/** Off in tests, which tell when they want to: they wait for whatever comes after an answer. */
export const telling = { byItself: true };

/** One request in ten seconds tells what all of them measured, after its own answer. */
function tellLater(env: Env, context: Afterwards, canWait: boolean): void {
  if (!telling.byItself) return;
  const waitMs = meter().plan(canWait);
  if (waitMs !== null) context.waitUntil(tell(env, waitMs));
}

async function tell(env: Env, waitMs: number): Promise<void> {
  if (waitMs > 0) await scheduler.wait(waitMs);
  await tellMeasured(env);
}

/** Tells now what was measured up to now. */
export const tellMeasured = (env: Env): Promise<void> => meter().tell((delta) => metricsOf(env).push(delta));
