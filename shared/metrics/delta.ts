/** What one isolate of the Worker measured since it last told. */
export interface MetricsDelta {
  /** Random, of the isolate. */
  readonly isolate: string;
  /** Grows by one with each; one that comes twice counts once. */
  readonly seq: number;
  readonly at: number;
  readonly requests: readonly RequestCount[];
  readonly messages: readonly MessageCount[];
}

/** Requests of one route that ended in one class of status. */
export interface RequestCount {
  /** Method and pattern, such as `GET /api/v1/audits/{id}`; `other` for what no route takes. */
  readonly route: string;
  readonly status: "2xx" | "3xx" | "4xx" | "5xx";
  readonly latency: Histogram;
}

/** Messages of one queue. */
export interface MessageCount {
  readonly queue: string;
  readonly outcome: "done" | "retried" | "parked";
  readonly duration: Histogram;
}

/** How many took at most so long; the counts belong to `boundsMs`, and the last one to whatever took longer. */
export interface Histogram {
  readonly counts: readonly number[];
  readonly sumMs: number;
}
