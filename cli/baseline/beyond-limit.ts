import type { Report } from "../../shared/audits/index.ts";

/** What is left of a report to tell whether its audit stopped at the page limit. */
interface Reached {
  readonly audit: { readonly progress: Pick<Report["audit"]["progress"], "discovered"> };
  readonly pages: Pick<Report["pages"], "total" | "redirects">;
}

/** A warning where an audit stopped at its page limit, since a later one with a higher limit finds old problems that look new. */
export function beyondLimit({ audit: { progress }, pages }: Reached, maxPages: number): string | undefined {
  const unfetched = progress.discovered - pages.total;
  // Redirects do not count against the limit; files do not either, but a report does not tell them from pages.
  if (unfetched <= 0 || pages.total - pages.redirects < maxPages) return undefined;
  return `Warning: the audit stopped at its limit of ${maxPages} ${maxPages === 1 ? "page" : "pages"}. What lies beyond it is not in the baseline: give later audits the same --max-pages ${maxPages}, or write the baseline with a higher one.`;
}
