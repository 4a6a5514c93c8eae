import { ApiProblem } from "./problem.ts";
import { wait } from "./wait.ts";

/** Unless a client says otherwise. Limits count by the minute, so half of one is what most refusals ask for or less. */
export const usualPatienceMs = 30_000;
/** Requests for one answer, however short the waits between them are. */
const maxTries = 4;

/** How to wait. */
export interface Patience {
  /** In all, for one answer. */
  readonly patienceMs: number;
  /** Told before each wait why, and how long (`retryAfterMs`). */
  readonly onWait?: ((problem: ApiProblem) => void | Promise<void>) | undefined;
}

/** A request that may be sent again. */
interface Repeatable {
  readonly method: string;
  /** Whether it says by an `Idempotency-Key` that it is the same again. */
  readonly isNamed: boolean;
  readonly signal: AbortSignal;
}

/**
 * The answer to a request, sent again where the server asks for a pause before and a second time does no harm. Waits as long as the server
 * says, and `patienceMs` in all at most. Rejects with `ApiProblem` for an answer that is not a success and not worth waiting for.
 */
export async function patiently(request: Repeatable, { patienceMs, onWait }: Patience, send: () => Promise<Response>): Promise<Response> {
  let leftMs = patienceMs;
  for (let tries = 1; ; tries += 1) {
    const response = await send();
    if (response.ok) return response;
    const problem = await ApiProblem.from(response);
    const { retryAfterMs } = problem;
    if (retryAfterMs === undefined || retryAfterMs > leftMs || tries === maxTries || !mayRepeat(request, problem)) throw problem;
    leftMs -= retryAfterMs;
    await onWait?.(problem);
    await wait(retryAfterMs, request.signal);
  }
}

/** Too many requests, a server that is not ready, or one that still works on the same request (409 with a time to wait). */
function mayRepeat({ method, isNamed }: Repeatable, { status }: ApiProblem): boolean {
  if (isNamed) return status === 429 || status === 503 || status === 409;
  return method === "GET" && (status === 429 || status === 503);
}
