import { EgressError, type Hop } from "./egress-error.ts";
import { createPieceReader } from "./piece-reader.ts";

const ignore = (): void => {};

const megabyte = 1_024 * 1_024;

/** As a person says it: `5 MB`, or `1,000 bytes`. */
function sizeOf(bytes: number): string {
  return bytes < megabyte ? `${bytes.toLocaleString("en")} bytes` : `${(bytes / megabyte).toLocaleString("en", { maximumFractionDigits: 1 })} MB`;
}

/** What bounds one exchange: all its requests, redirects included, and the body of the last answer. */
interface Bounds {
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/** One exchange under way: it ends once, by itself, by its deadline or by its caller, and then holds no timer. */
export class Exchange {
  readonly hops: Hop[] = [];
  /** The host that is being asked, for messages. */
  host = "";
  readonly #bounds: Bounds;
  readonly #controller = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout>;

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
    clearTimeout(this.#timer);
    this.#bounds.signal?.removeEventListener("abort", this.#abort);
  }

  error(code: EgressError["code"], message: string, cause?: unknown): EgressError {
    return new EgressError(code, message, this.hops, cause);
  }

  /**
   * The body, which fails as soon as it is too long or too late, even while its reader waits for a server that says nothing.
   * Nothing is read ahead of the reader.
   */
  limit(source: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const reader = createPieceReader(source);
    const { signal } = this;
    let bytes = 0;

    const fail = (controller: ReadableStreamDefaultController<Uint8Array>, error: unknown): void => {
      this.end();
      controller.error(error);
      reader.cancel(error).catch(ignore);
    };

    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => signal.addEventListener("abort", () => fail(controller, signal.reason), { once: true }),
        pull: async (controller) => {
          const piece = await reader.read().catch((cause: unknown) => this.#lost(cause));
          if (signal.aborted) return;
          if (piece instanceof EgressError) return fail(controller, piece);
          if (piece === null) {
            this.end();
            return controller.close();
          }
          bytes += piece.byteLength;
          if (bytes > this.#bounds.maxBytes) return fail(controller, this.#tooLarge());
          controller.enqueue(piece);
        },
        cancel: (reason) => {
          this.end();
          return reader.cancel(reason);
        },
      },
      { highWaterMark: 0 },
    );
  }

  #abort = (): void => {
    this.end();
    this.#controller.abort(this.#bounds.signal?.reason);
  };

  #timeout(): EgressError {
    return this.error("upstream_timeout", `${this.host} did not answer completely within ${this.#bounds.timeoutMs / 1_000} s.`);
  }

  #tooLarge(): EgressError {
    return this.error("upstream_too_large", `The answer of ${this.host} is longer than ${sizeOf(this.#bounds.maxBytes)}.`);
  }

  /** workerd fails with a `TypeError` for bytes that do not decompress, and with a plain `Error` for a lost connection. */
  #lost(cause: unknown): EgressError {
    if (cause instanceof TypeError) return this.error("upstream_malformed", `The answer of ${this.host} could not be decompressed.`, cause);
    return this.error("host_unreachable", `The connection to ${this.host} was lost before its answer was complete.`, cause);
  }
}
