/** A page in SARIF: a reference relative to the origin of its site, which is known by `uriBaseId`. */
export interface SarifLocation {
  readonly uri: string;
  readonly uriBaseId: string;
}

/** The places of an audit's pages, and the origins they are relative to: `SITE` is that of the start page, others become `SITE2`, `SITE3` … */
export function sarifPlaces(startUrl: string) {
  const start = new URL(startUrl);
  const ids = new Map([[start.origin, "SITE"]]);
  return {
    /** The start page stands for the whole site (null), and for what is no address of a web page. */
    locate(pageUrl: string | null): SarifLocation {
      const page = pageUrl === null ? null : URL.parse(pageUrl);
      const url = page === null || page.origin === "null" ? start : page;
      const uriBaseId = ids.get(url.origin) ?? `SITE${ids.size + 1}`;
      ids.set(url.origin, uriBaseId);
      return { uri: relative(url), uriBaseId };
    },

    /** What was named so far, as the run's `originalUriBaseIds`. */
    bases: (): Record<string, { uri: string }> => Object.fromEntries(Array.from(ids, ([origin, id]) => [id, { uri: `${origin}/` }])),
  };
}

/**
 * GitHub refuses a whole file for one location with another scheme than `file`, for an empty one, and for one that Go's `url.Parse` does not
 * take, such as a colon in the first segment. SARIF asks for no leading slash; only the home page has one, since nothing else is left of it.
 */
function relative({ pathname, search }: URL): string {
  if (pathname === "/") return uriCharacters(pathname + search);
  const path = uriCharacters(pathname.slice(1) + search);
  return /^\/|^[^/?]*:/.test(path) ? `./${path}` : path;
}

/** As RFC 3986 has it: WHATWG addresses may hold a few characters more, which schemas and parsers refuse. */
function uriCharacters(text: string): string {
  return text.replace(/%(?![\da-f]{2})|[^\w.~!$&'()*+,;=:@/?%-]/gi, (char) => encodeURIComponent(char));
}
