/** The command line is wrong: exit code 2. The message names what to change. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A server refuses it to whoever asks: exit code 2 as well. The message says why; no page of help says more. */
export class RefusedError extends UsageError {}

/** What was asked for could not be done: exit code 3. The message says why, and what to try. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}
