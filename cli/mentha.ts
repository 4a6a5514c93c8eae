#!/usr/bin/env node
import { exitCodes } from "./exit-codes.ts";
import { run } from "./run.ts";
import { isReaderGone } from "./terminal.ts";

const interruption = new AbortController();
const interrupt = (): void => {
  if (interruption.signal.aborted) process.exit(exitCodes.interrupted);
  process.stderr.write("\nStopping. Press Ctrl-C again to quit at once.\n");
  interruption.abort();
};
process.on("SIGINT", interrupt);
process.on("SIGTERM", interrupt);

process.stdout.on("error", (error: Error) => {
  if (!isReaderGone(error)) throw error;
});

const { stdin, stdout, stderr, env } = process;
process.exitCode = await run(process.argv.slice(2), { stdin, stdout, stderr, env, signal: interruption.signal, interrupt });
process.off("SIGINT", interrupt);
process.off("SIGTERM", interrupt);
