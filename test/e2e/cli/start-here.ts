import { PassThrough } from "node:stream";
import { run } from "../../../cli/run.ts";

interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
}

/** A command that runs until it is told to end. */
export interface Started {
  /** What it wrote so far. */
  stdout(): string;
  stderr(): string;
  /** Presses Ctrl-C and waits for the exit code. */
  interrupt(): Promise<number>;
  /** The exit code, once it ended by itself. */
  readonly ended: Promise<number>;
}

/** Starts a command line as `mentha` does, within this process. */
export function startHere(args: readonly string[], { env = {} }: StartOptions = {}): Started {
  const interruption = new AbortController();
  const [stdout, stderr] = [written(), written()];
  const stdin = new PassThrough();
  stdin.end();
  const terminal = { stdin, stdout: stdout.stream, stderr: stderr.stream, env, signal: interruption.signal, interrupt: () => interruption.abort() };
  const ended = run(args, terminal);
  return {
    stdout: stdout.text,
    stderr: stderr.text,
    ended,
    interrupt: () => {
      interruption.abort();
      return ended;
    },
  };
}

function written() {
  const stream = new PassThrough();
  let text = "";
  stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  return { stream, text: () => text };
}
