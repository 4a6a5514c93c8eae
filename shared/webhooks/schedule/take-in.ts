import type { SlidingLog } from "../../limits/index.ts";
import { minuteMs } from "../../platform/index.ts";
import { afterOutcome } from "./breaker.ts";
import type { AttemptReport } from "./endpoint.ts";
import { type EndpointState, isEnabled } from "./endpoint-state.ts";
import { afterAttempt, stepOf } from "./health.ts";
import type { UnderWay } from "./outcome.ts";
import { holdMs } from "./retry-policy.ts";
import { afterThrottled } from "./throttle.ts";

/** How long everything waits after a consumer found the workspace suspended, or the endpoint disabled. */
const suspendedMs = 5 * minuteMs;

/** What is known of an endpoint, and what its throttle counts. */
export interface Known {
  readonly state: EndpointState;
  readonly log: SlidingLog;
}

/** What a report of an attempt says of the endpoint itself. */
export function takeIn({ state, log }: Known, { takenAt }: Pick<UnderWay, "takenAt">, report: AttemptReport, now: number): Known {
  const { result, startedAt, ms, status } = report;
  if (result.is === "dropped" || result.is === "unmade") return { state, log };
  if (result.is === "held") return { state: { ...state, holdUntil: Math.max(state.holdUntil, now + suspendedMs) }, log };
  const succeeded = result.is === "delivered";
  const { throttle } = state.settings;
  const next: EndpointState = {
    ...state,
    breaker: afterOutcome(state.breaker, { succeeded, takenAt }, now),
    health: afterAttempt(state.health, succeeded, now),
    holdUntil: result.is === "failed" ? Math.max(state.holdUntil, now + holdMs(result)) : state.holdUntil,
    answeredInMs: status === null && state.answeredInMs === null ? null : ms,
  };
  return {
    state: result.is === "failed" && result.disables === true ? ended(next, "gone") : next,
    // Nobody knows when an attempt began that was never told of.
    log: throttle === null ? log : afterThrottled(log, throttle, isLost(report) ? now : Math.max(takenAt, startedAt), now),
  };
}

const isLost = ({ result }: AttemptReport): boolean => result.is === "failed" && result.failure === "lost";

/** What its health asks for: a warning, or its end. */
export function takeStep(state: EndpointState, now: number): EndpointState {
  if (!isEnabled(state)) return state;
  const step = stepOf(state.health, now);
  if (step.is === "disable") return ended(state, "failing");
  if (step.is === "none") return state;
  return { ...state, health: { ...state.health, warnings: step.warning }, warning: { number: step.warning, since: step.since } };
}

const ended = (state: EndpointState, reason: "gone" | "failing"): EndpointState =>
  isEnabled(state) ? { ...state, endedVersion: state.settings.version, ending: reason } : state;
