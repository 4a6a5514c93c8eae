/** How far into a document browsers look for its encoding (HTML, 13.2.3.2). */
const prescanBytes = 1_024;

/** The encoding named in a `Content-Type`, lower case; null when it names none. */
export function charsetOf(contentType: string): string | null {
  const [, double, single, bare] = /charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;,"']+))/i.exec(contentType.slice(0, 500)) ?? [];
  return (double ?? single ?? bare)?.trim().toLowerCase() || null;
}

interface HtmlDecoder {
  /** Text so far; a byte order mark at the start stays in it, as U+FEFF. */
  write(bytes: Uint8Array): string;
  end(): string;
}

/**
 * Bytes of an HTML document → text. The encoding is, in this order, what the byte order mark, the `Content-Type`, or a meta in the
 * first 1024 bytes says; else UTF-8 if those bytes are valid UTF-8, else windows-1252. An unknown name counts as none.
 * What the encoding does not allow becomes U+FFFD.
 */
export function createHtmlDecoder(contentType: string): HtmlDecoder {
  let head = new Uint8Array(0);
  let decoder: TextDecoder | null = null;

  const decodeHead = (isWhole: boolean): string => {
    decoder = chooseDecoder(head, contentType, isWhole);
    return decoder.decode(head, { stream: true });
  };

  return {
    write(bytes) {
      if (decoder !== null) return decoder.decode(bytes, { stream: true });
      const joined = new Uint8Array(head.length + bytes.length);
      joined.set(head);
      joined.set(bytes, head.length);
      head = joined;
      return head.length < prescanBytes ? "" : decodeHead(false);
    },
    end() {
      const text = decoder === null ? decodeHead(true) : "";
      return text + (decoder?.decode() ?? "");
    },
  };
}

function chooseDecoder(head: Uint8Array, contentType: string, isWhole: boolean): TextDecoder {
  const start = head.subarray(0, prescanBytes);
  return (
    decoderFor(markedEncoding(start)) ??
    decoderFor(charsetOf(contentType)) ??
    decoderFor(declaredEncoding(start)) ??
    lenient(isUtf8(start, isWhole && head.length <= prescanBytes) ? "utf-8" : "windows-1252")
  );
}

const lenient = (label: string): TextDecoder => new TextDecoder(label, { fatal: false, ignoreBOM: true });

function decoderFor(label: string | null): TextDecoder | null {
  if (label === null) return null;
  try {
    return lenient(label);
  } catch {
    return null; // not the name of an encoding that can be read
  }
}

function markedEncoding([first, second, third]: Uint8Array): string | null {
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return first === 0xff && second === 0xfe ? "utf-16le" : null;
}

/** The prescan of HTML, 13.2.3.2. What was readable as ASCII so far is not UTF-16, whatever it says of itself. */
function declaredEncoding(start: Uint8Array): string | null {
  const ascii = new TextDecoder("windows-1252").decode(start).replace(/<!--.*?-->/gs, "");
  const inXml = /^<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]+)/.exec(ascii)?.[1]?.toLowerCase();
  let label = inXml ?? null;
  for (const [tag] of ascii.matchAll(/<meta[\s/](?:"[^"]*"|'[^']*'|[^"'>])*>/gi)) {
    const found = metaEncoding(tag);
    if (found === null) continue;
    label = found;
    break;
  }
  if (label?.startsWith("utf-16")) return "utf-8";
  return label === "x-user-defined" ? "windows-1252" : label;
}

function metaEncoding(tag: string): string | null {
  const attributes = new Map<string, string>();
  for (const [, name = "", double, single, bare] of tag.slice(5).matchAll(/([^\s=/>"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?/g)) {
    const key = name.toLowerCase();
    if (!attributes.has(key)) attributes.set(key, double ?? single ?? bare ?? "");
  }
  const charset = attributes.get("charset")?.trim().toLowerCase();
  if (charset) return charset;
  return attributes.get("http-equiv")?.trim().toLowerCase() === "content-type" ? charsetOf(attributes.get("content") ?? "") : null;
}

function isUtf8(bytes: Uint8Array, isWhole: boolean): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes, { stream: !isWhole });
    return true;
  } catch {
    return false;
  }
}
