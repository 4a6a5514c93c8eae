/** A text that is one e-mail address and nothing else, with every character that an unquoted one may have (RFC 5322, 3.2.3). */
const wholeAddress = /^[\w!#$%&'*+/=?^`{|}~.-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/;

/** What makes an address in a sentence the end of a longer one, such as `jan@acme.com` of `n@acme.com`. Quotes, brackets and `=` stand around addresses. */
const goesOnBefore = /[\p{L}\p{N}_+&%-][.']?$/u;
/** The same of its end: `ada@acme.co` goes on in `ada@acme.com` and `ada@acme.co.uk`, and not at the end of a sentence. */
const goesOnAfter = /^(?:[\p{L}\p{N}_]|[.-]+[\p{L}\p{N}])/u;
/** As much of what stands around an address as these look at. */
const aroundLength = 3;

/**
 * Whether a text names this e-mail address (in lower case) and not only a longer one that it is a part of. A text that is JSON does when one of its
 * values or names does.
 */
export function mentionsAddress(text: string, address: string): boolean {
  let found = false;
  try {
    JSON.parse(text, (name, value: unknown) => {
      found ||= standsIn(name, address) || (typeof value === "string" && mentionsAddress(value, address));
      return value;
    });
    return found;
  } catch {
    return standsIn(text, address);
  }
}

function standsIn(text: string, address: string): boolean {
  const lower = text.toLowerCase();
  if (wholeAddress.test(lower)) return lower === address;
  for (let at = lower.indexOf(address); at >= 0; at = lower.indexOf(address, at + 1)) {
    const end = at + address.length;
    const before = lower.slice(Math.max(0, at - aroundLength), at);
    if (!goesOnBefore.test(before) && !goesOnAfter.test(lower.slice(end, end + aroundLength))) return true;
  }
  return false;
}
