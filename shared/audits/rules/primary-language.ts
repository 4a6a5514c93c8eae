import { language } from "../facts/derive.ts";
import type { PageFacts } from "../facts/page-facts.ts";

/** The language a page says it is in, without country or script: `pt` for `pt-BR`, and for the common misspelling `pt_BR`; null when it says none. */
export function primaryLanguage(facts: PageFacts): string | null {
  return language(facts)?.split(/[-_]/, 1)[0] ?? null;
}
