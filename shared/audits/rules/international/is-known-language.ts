import { threeLetterLanguages, twoLetterLanguages } from "./language-codes.ts";

/** Whether a lower-case language subtag names a language. */
export function isKnownLanguage(subtag: string): boolean {
  return twoLetterLanguages.has(subtag) || threeLetterLanguages.has(subtag);
}
