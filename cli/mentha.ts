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
// Both the shell and the system may say that a terminal was closed: the second time is no wish to leave things half done.
const hangUp = (): void => interruption.abort();
process.on("SIGINT", interrupt);
process.on("SIGTERM", interrupt);
process.on("SIGHUP", hangUp);

for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: Error) => {
    if (!isReaderGone(error)) throw error;
  });
}

const { stdin, stdout, stderr, env } = process;
process.exitCode = await run(process.argv.slice(2), { stdin, stdout, stderr, env, signal: interruption.signal, interrupt });
process.off("SIGINT", interrupt);
process.off("SIGTERM", interrupt);
process.off("SIGHUP", hangUp);
