/**
 * Crawlers read robots.txt as octets, not as letters: a rule in Latin-1 blocks `%E9`, a long line is cut in the middle of a letter.
 * So the parser works on text of one character for each octet, and what people read is decoded again.
 */
export function toOctets(text: string): string {
  return text.replace(letterRuns, (run) => {
    const first = run.charCodeAt(0);
    return isBroken(first) ? String.fromCharCode(first - brokenOctets) : String.fromCharCode(...new TextEncoder().encode(run));
  });
}

/** Octets as people read them; what is no UTF-8 becomes U+FFFD. */
export function fromOctets(octets: string): string {
  return octets.replace(/[\x80-\xff]+/g, (run) => decodeLenient(bytesOf(run)));
}

/**
 * The text of a robots.txt as it was sent, for `parseRobots`. No octet is lost: one that is no UTF-8 becomes a lone surrogate
 * (0x80 is U+DC80), which no text in UTF-8 can hold.
 */
export function decodeRobots(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { ignoreBOM: true, fatal: true }).decode(bytes);
  } catch {
    return textOf(bytes).replace(letterOctets, (run) =>
      run.length === 1 ? String.fromCharCode(brokenOctets + run.charCodeAt(0)) : decodeLenient(bytesOf(run)),
    );
  }
}

const brokenOctets = 0xdc00;
/** One octet that was no UTF-8, or letters outside ASCII: no more of them than a call takes arguments. */
const letterRuns = /[\udc80-\udcff]|[^\0-\x7f\udc80-\udcff]{1,1000}/gu;
/** Letters outside ASCII in well-formed UTF-8 (Unicode, table 3-7), or one octet of anything else. */
const letterOctets =
  /(?:[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}){1,1000}|[\x80-\xff]/g;

function decodeLenient(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true, fatal: false }).decode(bytes);
}

function isBroken(code: number): boolean {
  return code >= brokenOctets + 0x80 && code <= brokenOctets + 0xff;
}

function bytesOf(octets: string): Uint8Array {
  return Uint8Array.from(octets, (octet) => octet.charCodeAt(0));
}

function textOf(bytes: Uint8Array): string {
  let text = "";
  for (let start = 0; start < bytes.length; start += 10_000) text += String.fromCharCode(...bytes.subarray(start, start + 10_000));
  return text;
}
