import type { Readable, Writable } from "node:stream";

/** Standard input, a terminal or not. */
export type Input = Readable & { readonly isTTY?: boolean; setRawMode?(isRaw: boolean): unknown };
/** A stream to write to, which knows its width where it is a terminal. */
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number; hasColors?(): boolean };

/** What a command sees of the world: where to read and write, what is set, and whether the person wants it to stop. */
export interface Terminal {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the person wants it to end. */
  readonly signal: AbortSignal;
  /** What Ctrl-C does; for who reads a terminal key by key, when it sends no signal. */
  readonly interrupt: () => void;
}

/** Whether nobody reads our output any more: `head` stopped before we did (`EPIPE`), or the terminal was closed (`EIO`). */
export const isReaderGone = (error: Error): boolean => "code" in error && (error.code === "EPIPE" || error.code === "EIO");

/**
 * Writes and waits until the text is handed over, so that ending the process cannot cut it off.
 * A reader that is gone is no failure: the exit code still has something to say.
 */
export function write(stream: Output, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (error && !isReaderGone(error) ? reject(error) : resolve()));
  });
}

/** Columns of a terminal; some, such as a serial console, do not know and say 0. */
export const columnsOf = ({ columns }: Output): number => columns || 80;
