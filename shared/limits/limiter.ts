// What the edge and the limiter's object say to each other. During a deploy old and new code run side by side: a field is added as optional.

/** One limit that a request counts against. */
export interface Quota {
  /** Name of the policy, as in the table and in the headers. */
  readonly name: string;
  readonly limit: number;
  readonly windowMs: number;
  /** Units that this request takes; all of a request's quotas are taken, or none. */
  readonly cost: number;
}

/** Where a request's usage is counted. */
export interface UsageOf {
  readonly workspaceId: string;
  readonly userId: string;
}

export interface Hit {
  readonly v: 1;
  readonly quotas: readonly Quota[];
  /** Absent for whoever acts in no workspace. */
  readonly usage?: UsageOf;
  /** Requests that isolates refused by themselves since the last hit; only counted. */
  readonly refusedBefore?: number;
}

/** What is left of one quota. */
export interface QuotaState {
  readonly name: string;
  readonly limit: number;
  readonly windowMs: number;
  /** Units left, 0 to `limit`. */
  readonly remaining: number;
  /** Milliseconds until units that are taken now come back; 0 when none are taken. */
  readonly resetMs: number;
}

export interface Verdict {
  readonly allowed: boolean;
  readonly quotas: readonly QuotaState[];
  /** When refused: milliseconds until the same request would be let through, if nobody else comes. */
  readonly retryAfterMs?: number;
}

export interface LeaseRequest {
  readonly v: 1;
  readonly name: string;
  readonly limit: number;
  readonly leaseMs: number;
}

/** `lease` ends what began; null when as many as may be are open, and `retryAfterMs` says when the oldest ends by itself. */
export type LeaseAnswer = { readonly lease: string } | { readonly lease: null; readonly retryAfterMs: number };

/** What became of a request, counted after its answer, or of those that an isolate refused by itself. */
export interface Outcome {
  readonly v: 1;
  readonly usage: UsageOf;
  /** Requests that an isolate refused by itself. */
  readonly limited?: number;
  readonly error?: boolean;
  readonly audit?: boolean;
  /** A refusal that the audit log is to tell of: route (method and template) and code of the problem. */
  readonly refusal?: { readonly route: string; readonly code: string };
}

/** One caller's limiter: its object, behind this interface. */
export interface Limiter {
  hit(hit: Hit): Promise<Verdict>;
  acquire(request: LeaseRequest): Promise<LeaseAnswer>;
  release(lease: string): Promise<void>;
  note(outcome: Outcome): Promise<void>;
  /** Forgets everything of the caller. */
  clear(): Promise<void>;
}

/** Limiters by caller: `key:<id>`, `user:<id>`, or `ip:<address>` (of IPv6 the /64). */
export type Limiters = (caller: string) => Limiter;
