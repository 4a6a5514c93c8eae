/** An audited address for the audit log, which is kept longer than audits are: the query may hold a token and is left out. */
export function loggedUrl(address: string): string {
  const { origin, pathname, search } = new URL(address);
  return `${origin}${pathname}${search === "" ? "" : "?…"}`;
}
