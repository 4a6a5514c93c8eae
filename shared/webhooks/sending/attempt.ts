import { type Clock, EgressError, type EgressPolicy, egressFetch, secondMs } from "../../platform/index.ts";
import type { Answer, Ask, Asked, Shipment, Verdict } from "../kinds/kind.ts";
import { kinds } from "../kinds/kinds.ts";
import type { AttemptReport } from "../schedule/endpoint.ts";
import { attemptTimeoutMs } from "../schedule/lanes.ts";
import type { WebhookKind } from "../webhook-kind.ts";
import { failureOf } from "./failure-of.ts";
import { secretHider } from "./hide-secrets.ts";
import { keptHeaders, readStart } from "./read-answer.ts";

const userAgent = "Mentha/1.0";

export interface AttemptDeps {
  readonly policy: EgressPolicy;
  readonly now: Clock;
  readonly fetch?: (request: Request) => Promise<Response>;
  /** Instead of `attemptTimeoutMs`. */
  readonly timeoutMs?: number;
}

/** What an attempt came to, of whichever delivery. */
export type AttemptOutcome = Omit<AttemptReport, "deliveryId" | "attempt">;

/** The answer that came last, as far as it came. */
type Heard = Pick<AttemptOutcome, "status" | "responseHeaders" | "responseBody">;

/** Makes one attempt, within its time. Never throws: whatever goes wrong is a failure. Nothing that it answers holds a secret of the endpoint. */
export async function makeAttempt(deps: AttemptDeps, kind: WebhookKind, shipment: Shipment): Promise<AttemptOutcome> {
  const startedAt = deps.now();
  let heard: Heard = { status: null, responseHeaders: {}, responseBody: "" };
  const ask = askerOf(deps, startedAt, (part) => {
    heard = part;
  });
  const result = await verdictOf(() => kinds[kind].deliver(shipment, ask));
  return withoutSecrets({ startedAt, ms: deps.now() - startedAt, ...heard, result }, hiderOf(kind, shipment.target));
}

/** By what was opened for one message: what is to be hidden is the same for all of its deliveries. */
const hiders = new WeakMap<Shipment["target"], ReturnType<typeof secretHider>>();

function hiderOf(kind: WebhookKind, target: Shipment["target"]): ReturnType<typeof secretHider> {
  const hide = hiders.get(target) ?? secretHider(kind, target);
  hiders.set(target, hide);
  return hide;
}

async function verdictOf(deliver: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await deliver();
  } catch (error) {
    return failureOf(error);
  }
}

/** Asks within what is left of the attempt's time; `hear` is told what comes while it comes. */
function askerOf(deps: AttemptDeps, startedAt: number, hear: (heard: Heard) => void): Ask {
  const { now, timeoutMs = attemptTimeoutMs } = deps;
  return async ({ url, method = "POST", headers, body }: Asked): Promise<Answer> => {
    const leftMs = startedAt + timeoutMs - now();
    if (leftMs <= 0) throw late(url, timeoutMs);
    try {
      const options = { method, headers: () => ({ "user-agent": userAgent, ...headers }), ...(body !== undefined && { body }) };
      const response = await egressFetch(url, { ...options, timeoutMs: leftMs, maxBytes: Number.MAX_SAFE_INTEGER, maxRedirects: 0 }, deps);
      let text = "";
      const tell = (so: string): void => {
        text = so;
        hear({ status: response.status, responseHeaders: keptHeaders(response.headers), responseBody: so });
      };
      tell("");
      await readStart(response.body, tell);
      return { status: response.status, headers: response.headers, body: text };
    } catch (error) {
      throw error instanceof EgressError && error.code === "upstream_timeout" ? late(url, timeoutMs) : error;
    }
  };
}

/** In words of the whole attempt, of which one question had a part only. */
const late = (url: string, timeoutMs: number): EgressError =>
  new EgressError("upstream_timeout", `${URL.parse(url)?.host ?? "The receiver"} did not answer completely within ${timeoutMs / secondMs} s.`, []);

function withoutSecrets(outcome: AttemptOutcome, hide: (text: string) => string): AttemptOutcome {
  const { responseHeaders, responseBody, result } = outcome;
  return {
    ...outcome,
    responseHeaders: Object.fromEntries(Object.entries(responseHeaders).map(([name, value]) => [hide(name), hide(value)])),
    responseBody: hide(responseBody),
    result: result.is === "failed" ? { ...result, message: hide(result.message) } : result,
  };
}
