import { AppError } from "./errors.ts";
import type { LogFields } from "./log.ts";

/** What a log line says of a thrown value: its code, its own words and those of every cause, and its stack. */
export function errorFields(thrown: unknown): LogFields {
  const error = AppError.from(thrown);
  const words: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause) if (!words.includes(at.message)) words.push(at.message);
  return { errorCode: error.code, errorMessage: words.join(" < "), ...(error.stack === undefined ? {} : { stack: error.stack }) };
}
