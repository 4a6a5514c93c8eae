import { EgressError } from "./egress-error.ts";
import { createPieceReader, type PieceReader } from "./piece-reader.ts";

/**
 * The body of an answer, which fails with an `EgressError` as soon as it is too long or too late, even while its reader waits for a
 * server that says nothing. Nothing is read ahead. Read it to its end or cancel it; leaving a loop over it cancels it.
 */
export interface EgressBody extends AsyncIterable<Uint8Array> {
  /** The next bytes, or null at the end and after `cancel`. One read at a time. */
  read(): Promise<Uint8Array | null>;
  cancel(reason?: unknown): Promise<void>;
  /** The same bytes for whoever takes only a stream, which is several times as slow; read them in one way or the other. */
  stream(): ReadableStream<Uint8Array>;
}

interface Bounds {
  readonly maxBytes: number;
  /** Fires with the reason to fail with. */
  readonly signal: AbortSignal;
  /** Called once, when nothing more will be read. */
  readonly onEnd: () => void;
  readonly tooLarge: () => EgressError;
  /** What to fail with when the source fails. */
  readonly lost: (cause: unknown) => EgressError;
}

const ignore = (): void => {};

export class LimitedBody implements EgressBody {
  readonly #bounds: Bounds;
  readonly #source: PieceReader;
  #bytes = 0;
  #state: "open" | "ended" | { readonly error: unknown } = "open";
  /** Settle the read under way. */
  #interrupt: (error: unknown) => void = ignore;
  #finish: () => void = ignore;

  constructor(source: ReadableStream<Uint8Array>, bounds: Bounds) {
    this.#source = createPieceReader(source);
    this.#bounds = bounds;
    bounds.signal.addEventListener("abort", () => this.#fail(bounds.signal.reason), { once: true });
  }

  read(): Promise<Uint8Array | null> {
    return new Promise((resolve, reject) => {
      if (this.#state === "ended") return resolve(null);
      if (this.#state !== "open") return reject(this.#state.error);
      this.#interrupt = reject;
      this.#finish = () => resolve(null);
      this.#source.read().then(
        (piece) => {
          if (this.#state !== "open") return;
          if (piece === null) {
            this.#end("ended");
            return resolve(null);
          }
          this.#bytes += piece.byteLength;
          if (this.#bytes > this.#bounds.maxBytes) return this.#fail(this.#bounds.tooLarge());
          resolve(piece);
        },
        (cause: unknown) => this.#fail(cause instanceof EgressError ? cause : this.#bounds.lost(cause)),
      );
    });
  }

  async cancel(reason?: unknown): Promise<void> {
    if (this.#state !== "open") return;
    this.#end("ended");
    this.#finish();
    await this.#source.cancel(reason);
  }

  stream(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const piece = await this.read();
          if (piece === null) controller.close();
          else controller.enqueue(piece);
        },
        cancel: (reason) => this.cancel(reason),
      },
      { highWaterMark: 0 },
    );
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    const finished = { done: true, value: undefined } as const;
    return {
      next: async () => {
        const value = await this.read();
        return value === null ? finished : { done: false, value };
      },
      return: async () => {
        await this.cancel();
        return finished;
      },
    };
  }

  #fail(error: unknown): void {
    if (this.#state !== "open") return;
    this.#end({ error });
    this.#interrupt(error);
    this.#source.cancel(error).catch(ignore);
  }

  #end(state: "ended" | { readonly error: unknown }): void {
    this.#state = state;
    this.#bounds.onEnd();
  }
}
