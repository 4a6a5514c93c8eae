import type { HtmlFacts } from "../../../../../shared/audits/facts/page-facts.ts";
import { createHtmlReader } from "../../../../../shared/audits/facts/read-html.ts";

export const pageUrl = "https://shop.example/en/page";

/** Stands in for the crawl's own normalisation, which these tests are not about. */
export function normalise(url: string, base: string): string | null {
  const parsed = URL.parse(url, base);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return null;
  parsed.hash = "";
  return parsed.href;
}

export const isInternal = (url: string): boolean => new URL(url).host === "shop.example";

/** The facts of a document that arrives in `parts`. */
export function read(parts: string | readonly string[], { url = pageUrl, headers = {} }: { url?: string; headers?: Record<string, string> } = {}): HtmlFacts {
  const reader = createHtmlReader({ url, headers: new Headers(headers), isInternal, normalise });
  for (const part of typeof parts === "string" ? [parts] : parts) reader.write(part);
  return reader.end();
}
