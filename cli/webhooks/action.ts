import type { ApiClient } from "../../client/index.ts";
import type { Answer } from "../answer.ts";
import type { Flag, Parsed } from "../flags.ts";
import type { Terminal } from "../terminal.ts";

/** What came of an action. */
export interface Outcome extends Answer {
  /** Whether what was asked for was done and did not succeed, as a test to a receiver that is down. */
  readonly isFailure?: boolean;
}

/** One thing to do with webhooks. */
export interface Action {
  /** What follows `mentha webhooks`. */
  readonly usage: string;
  readonly summary: string;
  readonly flags: Readonly<Record<string, Flag>>;
  /** Reads the options, before anything is asked of a server. `now` is in ms since 1970. Throws `UsageError`. */
  readonly prepare: (given: Parsed<string>, now: number) => (client: ApiClient, terminal: Terminal) => Promise<Outcome>;
}
