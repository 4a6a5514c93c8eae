import type { PageFacts } from "../../facts/page-facts.ts";

/** Whether a browser reads the page as XML, which is UTF-8 by default and knows no quirks mode. */
export function isXhtml({ fetch }: PageFacts): boolean {
  return fetch.contentType === "application/xhtml+xml";
}
