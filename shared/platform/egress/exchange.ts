import { sizeInWords } from "../size.ts";
import { EgressError, type Hop } from "./egress-error.ts";
import { type EgressBody, LimitedBody } from "./limited-body.ts";

/** What bounds one exchange: all its requests, redirects included, and the body of the last answer. */
interface Bounds {
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
  readonly onEnd?: (() => void) | undefined;
}

/** One exchange under way: it ends once, by itself, by its deadline or by its caller, and then holds no timer. */
export class Exchange {
  readonly hops: Hop[] = [];
  /** The host that is being asked, for messages. */
  host = "";
  readonly #bounds: Bounds;
  readonly #controller = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout>;
  #isOver = false;

  constructor(bounds: Bounds) {
    bounds.signal?.throwIfAborted();
    this.#bounds = bounds;
    this.#timer = setTimeout(() => this.#controller.abort(this.#timeout()), bounds.timeoutMs);
    bounds.signal?.addEventListener("abort", this.#abort);
  }

  /** Fires with the reason to fail with: an `upstream_timeout`, or whatever the caller aborted with. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#bounds.onEnd?.();
    clearTimeout(this.#timer);
    this.#bounds.signal?.removeEventListener("abort", this.#abort);
  }

  error(code: EgressError["code"], message: string, cause?: unknown): EgressError {
    return new EgressError(code, message, this.hops, cause);
  }

  /** The body, within the bounds of the exchange. */
  limit(source: ReadableStream<Uint8Array>): EgressBody {
    return new LimitedBody(source, {
      maxBytes: this.#bounds.maxBytes,
      signal: this.signal,
      onEnd: () => this.end(),
      tooLarge: () => this.#tooLarge(),
      lost: (cause) => this.#lost(cause),
    });
  }

  #abort = (): void => {
    this.end();
    this.#controller.abort(this.#bounds.signal?.reason);
  };

  #timeout(): EgressError {
    return this.error("upstream_timeout", `${this.host} did not answer completely within ${this.#bounds.timeoutMs / 1_000} s.`);
  }

  #tooLarge(): EgressError {
    return this.error("upstream_too_large", `The answer of ${this.host} is longer than ${sizeInWords(this.#bounds.maxBytes)}.`);
  }

  /** workerd fails with a `TypeError` for bytes that do not decompress, and with a plain `Error` for a lost connection. */
  #lost(cause: unknown): EgressError {
    if (cause instanceof TypeError) return this.error("upstream_malformed", `The answer of ${this.host} could not be decompressed.`, cause);
    return this.error("host_unreachable", `The connection to ${this.host} was lost before its answer was complete.`, cause);
  }
}
