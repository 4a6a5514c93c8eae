import type { z } from "zod";
import { within } from "../../messages/plain-text.ts";
import { failedBy, type StatusMeaning } from "../failed-by.ts";
import type { Answer, FailedVerdict } from "../kind.ts";
import { readJson } from "../read-json.ts";

/** Nobody reads more, and what it quotes was written by somebody else. */
const messageCharacters = 300;

/** Ends an attempt in the middle. */
export class StepError extends Error {
  override readonly name = "StepError";
  readonly verdict: FailedVerdict;

  constructor(verdict: FailedVerdict) {
    super(verdict.message);
    this.verdict = verdict;
  }
}

/** What ends the attempt at an answer that is none of those that were hoped for. */
export function refusal(who: string, answer: Answer, now: number, meaning?: StatusMeaning): StepError {
  const failed = failedBy(who, answer, now, meaning);
  return new StepError({ ...failed, message: within(failed.message, messageCharacters) });
}

/**
 * What a body of JSON says.
 * @throws StepError for anything else. What was asked for may be done all the same, so whoever tries again looks first.
 */
export function understood<T>(who: string, schema: z.ZodType<T>, { status, body }: Answer): T {
  const said = readJson(schema, body);
  if (said !== null) return said;
  const message = `${who} answered ${status}, but not what it documents. Check that the address of this endpoint is still right.`;
  throw new StepError({ is: "failed", failure: "rejected", message, retry: "schedule" });
}
