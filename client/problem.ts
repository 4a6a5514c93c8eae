import { z } from "zod";

/** What the API says went wrong (RFC 9457). Lenient: an older or newer server may leave things out. */
const ProblemBody = z.object({
  detail: z.string().optional(),
  title: z.string().optional(),
  code: z.string().default("unknown"),
  requestId: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).default([]),
});

interface ProblemFacts {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly requestId: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
}

/** An answer that is not a success, in the server's own words where it had any. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  /** HTTP status. */
  readonly status: number;
  /** Such as `not_found`; `unknown` when the answer was not one of ours (a proxy's page, for example). */
  readonly code: string;
  readonly detail: string;
  /** Quote it when you report a problem. */
  readonly requestId: string | undefined;
  /** How long the server asks to wait before the next try; undefined when it did not say. */
  readonly retryAfterMs: number | undefined;
  /** One entry per wrong value, `path` such as `body.maxPages`. */
  readonly errors: ProblemFacts["errors"];

  constructor({ status, code, detail, requestId, retryAfterMs, errors }: ProblemFacts) {
    super(detail);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.requestId = requestId;
    this.retryAfterMs = retryAfterMs;
    this.errors = errors;
  }

  /** Reads a failed answer. */
  static async from(response: Response): Promise<ApiProblem> {
    const { status } = response;
    const header = response.headers.get("X-Request-Id") ?? undefined;
    const retryAfterMs = waitOf(response.headers.get("Retry-After"));
    const parsed = ProblemBody.safeParse(await response.json().catch(() => undefined));
    if (!parsed.success) {
      return new ApiProblem({
        status,
        code: "unknown",
        detail: `The server answered ${status} without saying why.`,
        requestId: header,
        retryAfterMs,
        errors: [],
      });
    }
    const { code, detail, title, requestId = header, errors } = parsed.data;
    return new ApiProblem({ status, code, detail: detail ?? title ?? `The server answered ${status}.`, requestId, retryAfterMs, errors });
  }
}

/** Only the form in seconds: the API sends no other, and proxies hardly do. */
const waitOf = (header: string | null): number | undefined => (header !== null && /^\d{1,9}$/.test(header) ? Number(header) * 1_000 : undefined);
