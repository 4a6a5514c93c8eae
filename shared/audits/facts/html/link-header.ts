/** One link of a `Link` header. */
export interface HeaderLink {
  readonly target: string;
  /** Lower-case tokens. */
  readonly rel: readonly string[];
  readonly hreflang: string | null;
}

const maxLinks = 1_000;
const target = /[\s,]*<([^>]*)>/y;
/** `; name`, `; name=token` or `; name="quoted \" text"`. A lone semicolon is skipped. */
const parameter = /\s*;\s*(?:([^\s=;,<>"]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?)?/y;
const nextLink = /[^,]*,/y;

/**
 * The links of a `Link` header, several headers joined by commas (RFC 8288, 3; the parsing of its appendix B.2).
 * A link with an `anchor` is about another document and left out; what cannot be read is skipped up to the next comma.
 */
export function parseLinkHeader(value: string | null): HeaderLink[] {
  const links: HeaderLink[] = [];
  if (value === null) return links;
  let at = 0;
  while (at < value.length && links.length < maxLinks) {
    target.lastIndex = at;
    const found = target.exec(value);
    if (found === null) {
      nextLink.lastIndex = at;
      if (!nextLink.test(value)) break;
      at = nextLink.lastIndex;
      continue;
    }
    const { parameters, end } = readParameters(value, target.lastIndex);
    at = end;
    if (parameters.has("anchor")) continue;
    links.push({
      target: (found[1] ?? "").trim(),
      rel: (parameters.get("rel") ?? "").toLowerCase().split(/\s+/).filter(Boolean),
      hreflang: parameters.get("hreflang") ?? null,
    });
  }
  return links;
}

/** Parameters from `start` on, and where the link ends. Of two with one name the first counts. */
function readParameters(value: string, start: number): { parameters: ReadonlyMap<string, string>; end: number } {
  const parameters = new Map<string, string>();
  parameter.lastIndex = start;
  let end = start;
  for (let found = parameter.exec(value); found !== null; found = parameter.exec(value)) {
    end = parameter.lastIndex;
    const [, name = "", quoted, token = ""] = found;
    const key = name.toLowerCase();
    if (!parameters.has(key)) parameters.set(key, quoted?.replace(/\\(.)/g, "$1") ?? token);
  }
  return { parameters, end };
}
