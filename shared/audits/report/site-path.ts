/**
 * An address as the audited site names it: path and query for what has the origin of the start page, the whole address for the rest.
 * The same page of two installations of a site, such as staging and production, has the same one.
 */
export function sitePath(address: string, startUrl: string): string {
  const url = URL.parse(address);
  return url === null || url.origin !== URL.parse(startUrl)?.origin ? address : `${url.pathname}${url.search}`;
}
