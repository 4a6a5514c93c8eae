import { compileGlobs } from "./glob.ts";
import { normaliseUrl } from "./normalise-url.ts";

/** Which addresses belong to a crawl. Both take absolute addresses and are false for anything that is none. */
export interface Scope {
  /** Of the audited site: everything else is an external link. */
  contains(url: string): boolean;
  /** Of the audited site and wanted by its include and exclude globs; the start URL is always wanted. */
  admits(url: string): boolean;
}

interface ScopeOptions {
  readonly startUrl: string;
  /** Globs on the path; nothing else is admitted when there are any. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** The site is the host of `startUrl` and its www twin, over http and https, on that port (the two default ports count as one). */
export function createScope({ startUrl, include, exclude }: ScopeOptions): Scope {
  const start = normaliseUrl(startUrl);
  const site = siteOf(startUrl);
  const isIncluded = compileGlobs(include);
  const isExcluded = compileGlobs(exclude);

  // A slash right after the host: nothing but an address of this very origin can begin so.
  const home = URL.parse("/", startUrl)?.href ?? "";
  const contains = (url: string): boolean => site !== null && (url.startsWith(home) || siteOf(url) === site);

  const wants = (path: string): boolean => (include.length === 0 || isIncluded(path)) && !isExcluded(path);

  const admits = (url: string): boolean => contains(url) && (normaliseUrl(url) === start || wants(URL.parse(url)?.pathname ?? "/"));

  return { contains, admits };
}

/** The site that an address is of: its host without `www.`, and its port; null for what is no http(s) address. WHATWG leaves the port empty exactly when it is the scheme's own. */
export function siteOf(href: string): string | null {
  const url = URL.parse(href);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) return null;
  // Only under a domain of at least two labels: `www.localhost` is no twin of `localhost`, nor `www.com` of `com`.
  const host = /^www\.[^.]+\../.test(url.hostname) ? url.hostname.slice("www.".length) : url.hostname;
  return `${host}:${url.port}`;
}
