import { Parser } from "htmlparser2";

/** What may stand in a head (WHATWG HTML, section 13.2.6.4.4); any other element begins the body, whatever the source says. */
const headElements: ReadonlySet<string> = new Set(
  ["html", "head", "base", "basefont", "bgsound", "link", "meta", "title", "noscript", "noframes", "style", "script", "template"], //
);
/** What is in these is not part of the page. */
const inertElements: ReadonlySet<string> = new Set(["noscript", "noframes", "template"]);
const textElements: ReadonlySet<string> = new Set(["title", "style", "script"]);

/** Characters given to the parser at once: it is left as soon as the head ends, and what it keeps of open elements stays small. */
const step = 4_096;
/** Elements open inside one another; no head comes near. */
const maxDepth = 100;

/** The values of the `meta` elements of a name (in lower case) in the head of a page, trimmed. Visitors may be able to write into a body, not into a head. */
export function metaContents(html: string, name: string): string[] {
  const found: string[] = [];
  let isOver = false;
  let inert = 0;
  let inText = false;
  const parser = new Parser({
    onopentag(element, attributes) {
      if (isOver) return;
      if (inert === 0 && !headElements.has(element)) isOver = true;
      else if (inertElements.has(element) || inert > 0) inert += isVoid(element) ? 0 : 1;
      else if (textElements.has(element)) inText = true;
      else if (element === "meta" && attributes.name?.trim().toLowerCase() === name) found.push((attributes.content ?? "").trim());
      if (inert > maxDepth) isOver = true;
    },
    onclosetag(element) {
      if (inert > 0) inert -= isVoid(element) ? 0 : 1;
      else if (textElements.has(element)) inText = false;
      else if (element === "head" || element === "html") isOver = true;
    },
    ontext(text) {
      if (inert === 0 && !inText && text.trim() !== "") isOver = true;
    },
  });
  for (let at = 0; at < html.length && !isOver; at += step) parser.write(html.slice(at, at + step));
  return found;
}

/** Elements without an end, as far as they are met before a body (WHATWG HTML, section 13.1.2). */
function isVoid(element: string): boolean {
  return /^(?:area|base|basefont|bgsound|br|col|embed|frame|hr|img|input|link|meta|param|source|track|wbr)$/.test(element);
}
