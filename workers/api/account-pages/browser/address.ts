/**
 * The code that a link brought along, out of the fragment of the page's address; undefined without one. It is taken out of the address bar, and so
 * out of what the browser remembers and what people copy and show.
 */
export function takeCode(): string | undefined {
  const { hash, pathname } = location;
  if (hash === "") return undefined;
  history.replaceState(null, "", pathname);
  return new URLSearchParams(hash.slice(1)).get("token") ?? undefined;
}

/** A second link that is opened in the same tab changes the fragment alone, which loads nothing. */
export function startAnewWithEachLink(): void {
  addEventListener("hashchange", () => {
    if (location.hash !== "") location.reload();
  });
}

/** The code in what somebody typed or pasted: the code itself, or the whole link. */
export function codeIn(typed: string): string {
  return /#token=([^\s&]+)/.exec(typed)?.[1] ?? typed.trim();
}
