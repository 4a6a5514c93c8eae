import type { Histogram } from "./histogram.ts";

/** What one isolate of the Worker measured since it last told. */
export interface MetricsDelta {
  /** Random, of the isolate. */
  readonly isolate: string;
  /** Grows by one with each; one that comes twice counts once. */
  readonly seq: number;
  readonly at: number;
  /** Observations that it gave up telling, since they could not be told for too long. */
  readonly lost: number;
  readonly requests: readonly RequestCount[];
  readonly messages: readonly MessageCount[];
}

export const statusClasses = ["2xx", "3xx", "4xx", "5xx"] as const;
export type StatusClass = (typeof statusClasses)[number];
export const outcomes = ["done", "retried", "parked"] as const;
/** What became of a message: done, to be tried again, or given up and kept as a dead letter. */
export type Outcome = (typeof outcomes)[number];

/** Requests of one route that ended in one class of status. */
export interface RequestCount {
  /** Method and pattern, such as `GET /api/v1/audits/{id}`; `other` for what no route takes. */
  readonly route: string;
  readonly status: StatusClass;
  readonly latency: Histogram;
}

/** Messages of one queue. */
export interface MessageCount {
  readonly queue: string;
  readonly outcome: Outcome;
  readonly duration: Histogram;
}
