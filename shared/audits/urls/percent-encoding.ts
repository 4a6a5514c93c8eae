const octets = /%([0-9a-f]{2})/gi;
/** A percent sign that starts no octet: what stands around it may become one if anything near it is decoded. */
const stray = /%(?![0-9a-f]{2})/i;
const unreserved = /[A-Za-z0-9\-._~]/;

/**
 * Gives equal addresses one spelling: upper-case hex, and unreserved characters as themselves (RFC 3986, 6.2.2).
 * Reserved characters stay as they are: `%2F` and `/` are different addresses.
 */
export function canonicalOctets(text: string): string {
  if (!text.includes("%")) return text;
  const mayDecode = !stray.test(text);
  return text.replace(octets, (octet, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return mayDecode && unreserved.test(character) ? character : octet.toUpperCase();
  });
}
