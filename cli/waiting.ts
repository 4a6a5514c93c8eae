import type { ApiProblem } from "../client/index.ts";
import { secondMs } from "../shared/platform/index.ts";
import { createProgress } from "./progress.ts";
import { tell } from "./tell.ts";
import type { Terminal } from "./terminal.ts";

/** What says on stderr that the server makes us wait, for how long and why: a command that only stands still would seem broken. */
export const sayWaiting =
  (terminal: Pick<Terminal, "env" | "stderr">) =>
  async ({ detail, retryAfterMs = 0 }: ApiProblem): Promise<void> => {
    if (retryAfterMs < secondMs) return;
    createProgress(terminal, Date.now).clear(); // there may be a bar on this line
    await tell(terminal, `Waiting ${Math.ceil(retryAfterMs / secondMs)} s: ${reasonOf(detail)}`);
  };

/** Servers say much of a limit; what matters here is which one it is. */
function reasonOf(detail: string): string {
  const [, limit] = /^The limit "(\w+)" is reached\b/.exec(detail) ?? [];
  return limit === undefined ? withoutWait(detail) : `the limit ${limit} is used up.`;
}

/** What a server says of a wait, in its last sentence, is in words for programs, or is said twice. */
export const withoutWait = (detail: string): string => detail.replace(/\s*(?:Try again in|Wait as long as) [^.]*\.\s*$/, "");
