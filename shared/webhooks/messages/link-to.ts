/** A longer address is shown as text, which can be cut. */
const linkCharacters = 500;

/**
 * Where an example leads, as an address that can stand between `<` and `>`; null for what is no address of a page, was cut, is long, or names one host
 * to show and asks another.
 */
export function linkTo(example: string): string | null {
  if (example.endsWith("…")) return null;
  const url = URL.parse(example);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:") || url.username !== "" || url.password !== "") return null;
  return url.href.length > linkCharacters ? null : url.href;
}
