/** Everything that can go wrong, by name. The HTTP status of each lives at the edge (`workers/api/problem.ts`). */
export const errorCodes = [
  "bad_request",
  "malformed_json",
  "unsupported_media_type",
  "invalid",
  "unauthenticated",
  "forbidden",
  "not_found",
  "method_not_allowed",
  "request_timeout",
  "conflict",
  "gone",
  "precondition_failed",
  "payload_too_large",
  "upgrade_required",
  "rate_limited",
  "egress_refused",
  "host_unreachable",
  "upstream_timeout",
  "upstream_too_large",
  "upstream_malformed",
  "too_many_redirects",
  "unavailable",
  "internal",
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** Codes whose cause passes by itself; every other code is permanent unless the thrower says otherwise. */
const transient: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["host_unreachable", "upstream_timeout", "rate_limited", "unavailable", "internal"]);

export interface FieldError {
  /** JSON path of the offending value, such as `body.maxPages`. */
  readonly path: string;
  readonly message: string;
}

interface AppErrorOptions {
  readonly cause?: unknown;
  /** Whether the same call may succeed later; defaults by code. */
  readonly retryable?: boolean;
  /** How long to wait before the same call may succeed; defaults to not known. */
  readonly retryAfterMs?: number;
  readonly errors?: readonly FieldError[];
}

/** The product's one error. It knows nothing of HTTP; `message` is written for the person who reads the answer. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly errors: readonly FieldError[];

  constructor(code: ErrorCode, message: string, { cause, retryable = transient.has(code), retryAfterMs, errors = [] }: AppErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retryable = retryable;
    this.retryAfterMs = retryAfterMs;
    this.errors = errors;
  }

  /** Any thrown value as an `AppError`; what is not one already is `internal` and may be tried again. */
  static from(thrown: unknown): AppError {
    if (thrown instanceof AppError) return thrown;
    return new AppError("internal", thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
  }
}
