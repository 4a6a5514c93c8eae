/** Names of headers, in lower case, that nobody may give for an endpoint, and the sentence that says why. */
interface Refusal {
  readonly names: RegExp;
  readonly why: string;
}

const refusals: readonly Refusal[] = [
  // RFC 9110, 7.6.1 and 10.1.1, and what older proxies take for the same.
  {
    names: /^(?:connection|expect|http2-settings|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/,
    why: "It belongs to the connection, not to the request.",
  },
  {
    names: /^(?:host|content-.*|accept-encoding|date|range|if-.*)$/,
    why: "It follows from the address and the body.",
  },
  {
    names: /^(?:cookie2?|set-cookie2?)$/,
    why: "Cookies are for browsers. Send a token in Authorization or in a header of your own.",
  },
  {
    names: /^(?:webhook-.*|mentha-.*|x-mentha-.*|svix-.*|user-agent)$/,
    why: "Mentha sets it itself: receivers rely on it to know who sends and whether it is genuine.",
  },
  {
    names:
      /^(?:cf-.*|x-forwarded(?:-.*)?|x-real-ip|x-client-ip|x-cluster-client-ip|true-client-ip|fastly-.*|forwarded|via|cdn-loop|x-amz-cf-.*|x-amzn-.*|x-envoy-.*)$/,
    why: "Proxies set it, and servers take their word for it.",
  },
  {
    names: /^(?:x-http-method(?:-override)?|x-method-override|x-original-(?:url|host|uri)|x-rewrite-url|x-host)$/,
    why: "It would turn the request into another one.",
  },
  {
    names: /^(?:origin|referer|sec-.*|access-control-.*)$/,
    why: "Browsers set it, and servers take their word for it.",
  },
];

/** A token of RFC 9110, 5.6.2. */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Visible ASCII characters and spaces between them. */
const value = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** Why a header may not be given for an endpoint, in a sentence that does not repeat its value; null when it may. */
export function refusalOfHeader(name: string, text: string): string | null {
  if (!token.test(name)) return "This is no name of a header: use letters, digits and hyphens.";
  const lower = name.toLowerCase();
  const refusal = refusals.find(({ names }) => names.test(lower));
  if (refusal !== undefined) return refusal.why;
  return value.test(text) ? null : "Its value must be printable ASCII characters, without spaces around them.";
}
