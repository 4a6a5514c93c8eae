const longestDelaySeconds = 1_000_000_000;
const delayThenRest = /^[\t\n\f\r ]*(?:(\d+)|(?=\.))[\d.]*(?:$|(?=[;,\t\n\f\r ]))[\t\n\f\r ]*[;,]?[\t\n\f\r ]*(.*)$/s;

/**
 * The content of `<meta http-equiv="refresh">`, read as a browser does (HTML, 4.2.5.3, "shared declarative refresh steps").
 * Null when it does not refresh; `target` is as written, null when the page reloads itself.
 */
export function parseMetaRefresh(content: string): { readonly seconds: number; readonly target: string | null } | null {
  const found = delayThenRest.exec(content);
  if (found === null) return null;
  const [, digits = "0", rest = ""] = found;
  const seconds = Math.min(Number(digits), longestDelaySeconds);
  if (rest === "") return { seconds, target: null };
  const address = /^url[\t\n\f\r ]*=[\t\n\f\r ]*(.*)$/is.exec(rest)?.[1] ?? rest;
  const quote = address.charAt(0);
  const isQuoted = quote === '"' || quote === "'";
  const target = isQuoted ? (address.slice(1).split(quote, 1)[0] ?? "") : address;
  return { seconds, target: target.trim() };
}
