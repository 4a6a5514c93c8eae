import type { WriteStream } from "node:tty";

/** What a command sees of the world: where to write, what is set, and whether the person wants it to stop. */
export interface Terminal {
  readonly stdout: WriteStream;
  readonly stderr: WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the person wants it to end. */
  readonly signal: AbortSignal;
}

/** Whether a reader of our output, such as `head`, stopped reading before we stopped writing. */
export const isReaderGone = (error: Error): boolean => "code" in error && error.code === "EPIPE";

/**
 * Writes and waits until the text is handed over, so that ending the process cannot cut it off.
 * A reader that is gone is no failure: the exit code still has something to say.
 */
export function write(stream: WriteStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (error && !isReaderGone(error) ? reject(error) : resolve()));
  });
}

/** Columns of a terminal; some, such as a serial console, do not know and say 0. */
export const columnsOf = ({ columns }: WriteStream): number => columns || 80;
