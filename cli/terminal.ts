import type { WriteStream } from "node:tty";

/** What a command sees of the world: where to write, what is set, and whether the person wants it to stop. */
export interface Terminal {
  readonly stdout: WriteStream;
  readonly stderr: WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the person wants it to end. */
  readonly signal: AbortSignal;
}

/** Writes and waits until the text is handed over, so that ending the process cannot cut it off. */
export function write(stream: WriteStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
