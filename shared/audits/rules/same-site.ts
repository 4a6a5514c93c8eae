/** Whether two addresses belong to one site: the same host, its `www.` twin, or a host below the other. Ports and schemes do not matter. */
export function isSameSite(one: string, other: string): boolean {
  const [a, b] = [hostOf(one), hostOf(other)];
  if (a === null || b === null) return false;
  return a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`);
}

function hostOf(address: string): string | null {
  return (
    URL.parse(address)
      ?.hostname.replace(/^www\./, "")
      .replace(/\.$/, "") ?? null
  );
}
