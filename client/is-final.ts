import { z } from "zod";
import { ApiProblem } from "./problem.ts";
import { SessionEnded } from "./session.ts";

/** Whether asking again would end the same way: a refusal, a session that is over, or an answer that is not in the agreed shape. */
export function isFinal(thrown: unknown): boolean {
  if (thrown instanceof ApiProblem) return thrown.status < 500 && thrown.status !== 408 && thrown.status !== 429;
  return thrown instanceof SessionEnded || thrown instanceof z.ZodError || thrown instanceof SyntaxError;
}
