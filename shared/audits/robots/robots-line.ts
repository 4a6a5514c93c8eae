import { fromOctets } from "./octets.ts";

export type Directive = "user-agent" | "allow" | "disallow" | "sitemap" | "crawl-delay";

interface RobotsLine {
  readonly key: string;
  readonly value: string;
  readonly hasColon: boolean;
}

/**
 * Splits a line into key and value, comment removed; `empty` when nothing is left, `not-understood` without a key or separator.
 * White space stands in for a missing colon when it separates exactly two words, as in Google's parser.
 */
export function readLine(line: string): RobotsLine | "empty" | "not-understood" {
  const text = trimAscii(beforeFirst(beforeFirst(line, "\0"), "#")); // Google's parser sees C strings, which end at a NUL
  if (text === "") return "empty";
  const colon = text.indexOf(":");
  if (colon !== -1) {
    const key = trimAscii(text.slice(0, colon));
    return key === "" ? "not-understood" : { key, value: trimAscii(text.slice(colon + 1)), hasColon: true };
  }
  const words = text.split(/[ \t]+/, 3);
  const [key = "", value] = words;
  return value === undefined || words.length > 2 ? "not-understood" : { key: trimAscii(key), value: trimAscii(value), hasColon: false };
}

/** How directives may begin: Google compares beginnings, so `Disallowed` is a Disallow too. In the order in which Google tries them. */
const spellings: readonly { readonly directive: Directive; readonly proper: string; readonly typos: readonly string[] }[] = [
  { directive: "user-agent", proper: "user-agent", typos: ["useragent", "user agent"] },
  { directive: "allow", proper: "allow", typos: [] },
  { directive: "disallow", proper: "disallow", typos: ["dissallow", "dissalow", "disalow", "diasllow", "disallaw"] },
  { directive: "sitemap", proper: "sitemap", typos: ["site-map"] },
];

/**
 * Directives of other search engines, mail-order advice and newer drafts. They bind no crawler of ours and are no mistakes:
 * the list of Google's own reporter, and those that vendors document beside it.
 */
const harmless: ReadonlySet<string> = new Set([
  "clean-param",
  "content-signal",
  "content-usage",
  "domain",
  "host",
  "noarchive",
  "nofollow",
  "noindex",
  "nosnippet",
  "request-rate",
  "revisit-after",
  "visit-time",
  "cache-delay",
  "license",
  "robot-version",
  "comment",
  "llms",
  "llms-txt",
]);

/** What a key stands for; `misspelled` when only the lenient reading of Google understands it. */
export function recognise(key: string): { directive: Directive | "harmless" | "unknown"; misspelled: boolean } {
  const name = key.toLowerCase();
  if (name === "crawl-delay") return { directive: "crawl-delay", misspelled: false };
  for (const { directive, proper, typos } of spellings) {
    if (name.startsWith(proper)) return { directive, misspelled: name !== proper };
    if (typos.some((typo) => name.startsWith(typo))) return { directive, misspelled: true };
  }
  return { directive: harmless.has(name) ? "harmless" : "unknown", misspelled: false };
}

/** Whether a key that nobody knows looks like one that everybody knows. */
export function hidesDirective(key: string): boolean {
  const visible = fromOctets(key).replace(/(?! )[\p{Cf}\p{Z}]/gu, "");
  return recognise(visible).directive !== "unknown";
}

/** Not `trim()`: that would also remove no-break spaces and byte order marks, which crawlers keep. */
function trimAscii(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isAsciiSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isAsciiSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** Space, and tab to carriage return. */
export function isAsciiSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

function beforeFirst(text: string, mark: string): string {
  const at = text.indexOf(mark);
  return at === -1 ? text : text.slice(0, at);
}
