/** How a report names a page: the home page by its host, other pages of the audited site by their path, the rest by their whole address. */
export function nameOfPage(address: string, start: string): string {
  const url = URL.parse(address);
  if (url === null || url.origin !== URL.parse(start)?.origin) return address;
  return url.pathname === "/" && url.search === "" ? url.host : `${url.pathname}${url.search}`;
}
