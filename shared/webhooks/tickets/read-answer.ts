import type { z } from "zod";
import { failedBy, type StatusMeaning } from "../kinds/answer-verdict.ts";
import type { Answer } from "../kinds/kind.ts";
import { within } from "../messages/plain-text.ts";
import { StepError } from "./tracker.ts";

/** Nobody reads more, and what it quotes was written by somebody else. */
const messageCharacters = 300;

/** What ends the attempt at an answer that is none of those that were hoped for. */
export function refusal(who: string, answer: Answer, now: number, meaning?: StatusMeaning): StepError {
  const failed = failedBy(who, answer, now, meaning);
  return new StepError({ ...failed, message: within(failed.message, messageCharacters) });
}

/** What a body of JSON says; null for anything else, such as a page of something on the way. */
export function read<T>(schema: z.ZodType<T>, body: string): T | null {
  try {
    const parsed = schema.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/**
 * What a body of JSON says.
 * @throws StepError for anything else. What was asked for may be done all the same, so whoever tries again looks first.
 */
export function understood<T>(who: string, schema: z.ZodType<T>, { status, body }: Answer): T {
  const said = read(schema, body);
  if (said !== null) return said;
  const message = `${who} answered ${status}, but not what it documents. Check that the address of this endpoint is still right.`;
  throw new StepError({ is: "failed", failure: "rejected", message, retry: "schedule" });
}
