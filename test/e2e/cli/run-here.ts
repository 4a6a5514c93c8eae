import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { run } from "../../../cli/run.ts";

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input, which is no terminal. */
  readonly input?: string;
  /** Lines that somebody types, or pastes at once, at a terminal. */
  readonly typed?: readonly string[];
}

/** Runs a command line as `mentha` does, within this process: starting one takes longer than most commands. */
export async function menthaHere(args: readonly string[], { env = {}, input = "", typed }: RunOptions = {}) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const stdin = Object.assign(new PassThrough(), { isTTY: typed !== undefined });
  stdin.end(typed?.map((line) => `${line}\r`).join("") ?? input);
  const written = [text(stdout), text(stderr)] as const;
  const code = await run(args, { stdin, stdout, stderr, env, signal: new AbortController().signal, interrupt: () => {} });
  stdout.end();
  stderr.end();
  const [out, err] = await Promise.all(written);
  return { code, stdout: out, stderr: err };
}
