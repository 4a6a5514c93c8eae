import { hourMs } from "../../platform/index.ts";
import type { AttemptReport } from "./endpoint.ts";
import { type Failed, isUnknown, nextAttemptAt } from "./retry-policy.ts";
import { failureOf, storable, type Told, ticketOf } from "./told.ts";

/** How long a delivery is remembered once it is over: an offer that comes late must not begin it again. */
export const rememberedMs = hourMs;

/** A delivery whose attempt somebody took. */
export interface UnderWay {
  readonly id: string;
  /** The newest that was asked for. */
  readonly round: number;
  readonly takenRound: number;
  /** Attempts of that round, without this one. */
  readonly tries: number;
  readonly attempt: number;
  readonly mayHaveArrived: boolean;
  readonly line: string | null;
  readonly takenAt: number;
}

/** How a delivery stands once its lease ended. */
export interface Standing {
  readonly id: string;
  readonly isOver: boolean;
  /** Not before; when it is over, when it is forgotten. */
  readonly dueAt: number;
  readonly tries: number;
  readonly attempt: number;
  readonly mayHaveArrived: boolean;
}

export interface OutcomeContext {
  readonly now: number;
  readonly afterUnknownMs: number;
  readonly random: () => number;
}

/** What follows from a report. `told` is null when no attempt was made. */
export function outcomeOf(delivery: UnderWay, report: AttemptReport, ctx: OutcomeContext): { readonly standing: Standing; readonly told: Told | null } {
  const { id, tries, attempt, mayHaveArrived } = delivery;
  const { now } = ctx;
  const { result } = report;
  if (result.is === "held" || result.is === "unmade")
    return { standing: { id, isOver: false, dueAt: now, tries, attempt: attempt - 1, mayHaveArrived }, told: null };
  if (result.is === "dropped") return { standing: { ...over(delivery, now), tries }, told: null };
  const made = { ...over(delivery, now), tries: tries + 1 };
  if (result.is === "failed") return failed(made, delivery, report, { ...ctx, result });
  const told = { ...toldOf(delivery, report), outcome: "succeeded", failure: null, message: null, state: "succeeded", ...ended(report) } as const;
  // It has: should somebody have it sent again, there is something to be found.
  return {
    standing: again({ ...made, mayHaveArrived: true }, delivery, now),
    told: { ...told, ticket: result.ticket === undefined ? null : ticketOf(result.ticket) },
  };
}

const over = ({ id, tries, attempt, mayHaveArrived }: UnderWay, now: number): Standing => ({
  id,
  isOver: true,
  dueAt: now + rememberedMs,
  tries,
  attempt,
  mayHaveArrived,
});

/** Somebody may have asked for it again while the attempt was under way: then it begins anew, however this one ended. */
const again = (standing: Standing, { round, takenRound }: UnderWay, now: number): Standing =>
  round > takenRound ? { ...standing, isOver: false, dueAt: now, tries: 0 } : standing;

function failed(made: Standing, delivery: UnderWay, report: AttemptReport, ctx: OutcomeContext & { readonly result: Failed }) {
  const { result, now } = ctx;
  const at = result.disables === true ? null : nextAttemptAt({ ...ctx, tries: made.tries, status: report.status });
  const standing = { ...made, mayHaveArrived: made.mayHaveArrived || isUnknown(result, report.status) };
  const told = { ...toldOf(delivery, report), ...failureOf(result) };
  if (at === null) return { standing: again(standing, delivery, now), told: { ...told, state: "failed", ...ended(report) } as const };
  return {
    standing: again({ ...standing, isOver: false, dueAt: at }, delivery, now),
    told: { ...told, state: "pending", nextAttemptAt: at, finishedAt: null } as const,
  };
}

const ended = ({ startedAt, ms }: AttemptReport) => ({ nextAttemptAt: null, finishedAt: startedAt + ms });

function toldOf({ takenRound }: UnderWay, report: AttemptReport) {
  const { deliveryId, attempt, startedAt, ms, status } = report;
  const headers = Object.entries(report.responseHeaders).map(([name, value]) => [storable(name), storable(value)]);
  const responseHeaders: Record<string, string> = Object.fromEntries(headers);
  return { deliveryId, attempt, round: takenRound, startedAt, ms, status, responseHeaders, responseBody: storable(report.responseBody), ticket: null };
}

/** What is told of an attempt whose lease ended without a word. */
export function lostReport({ id, attempt, takenAt }: UnderWay, now: number): AttemptReport {
  const message = "Our process that sent this was stopped before it could tell what came of it. It may have arrived.";
  return {
    deliveryId: id,
    attempt,
    startedAt: takenAt,
    ms: Math.max(0, now - takenAt),
    status: null,
    responseHeaders: {},
    responseBody: "",
    result: { is: "failed", failure: "lost", message, retry: "schedule" },
  };
}
