import type { ApiClient } from "../../client/index.ts";
import type { Answer } from "../answer.ts";
import type { Flag, Parsed } from "../flags.ts";
import type { Terminal } from "../terminal.ts";

/** One thing to do with schedules. */
export interface Action {
  /** What follows `mentha schedules`. */
  readonly usage: string;
  readonly summary: string;
  readonly flags: Readonly<Record<string, Flag>>;
  /** Reads the options, before anything is asked of a server. `now` is in ms since 1970. Throws `UsageError`. */
  readonly prepare: (given: Parsed<string>, now: number) => (client: ApiClient, terminal: Terminal) => Promise<Answer>;
}
