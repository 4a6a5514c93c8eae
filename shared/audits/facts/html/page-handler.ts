import { limits } from "../page-facts.ts";
import { trait } from "./elements.ts";
import { FoldedText, RawText } from "./folded-text.ts";
import type { ScanHandler } from "./html-scanner.ts";
import { PageLinks, relTokens } from "./page-links.ts";
import { PageMetadata } from "./page-metadata.ts";
import { PageResources } from "./page-resources.ts";
import { TextMeter } from "./text-meter.ts";

type Attributes = ReadonlyMap<string, string>;

/** An element whose inside is not shown: until it ends, its tags mean nothing and its text is heard by `listener` alone. */
interface HiddenPart {
  readonly name: string;
  /** Open elements of this name, itself included. */
  depth: number;
  /** It belongs to SVG alone, so whatever ends the drawing ends it. */
  readonly endsWithDrawing: boolean;
  readonly listener: { append(part: string): void; readonly done: () => void } | null;
}

const headingLevels: ReadonlyMap<string, 1 | 2 | 3 | 4 | 5 | 6> = new Map([
  ["h1", 1],
  ["h2", 2],
  ["h3", 3],
  ["h4", 4],
  ["h5", 5],
  ["h6", 6],
]);

/** Hands each tag and text of a page to the collectors that care. */
export class PageHandler implements ScanHandler {
  readonly metadata = new PageMetadata();
  readonly links = new PageLinks();
  readonly resources: PageResources;
  readonly meter = new TextMeter();
  readonly jsonLd: string[] = [];
  /** True until something comes that cannot stand in a head, whether or not a `<body>` was written. */
  #isInHead = true;
  #hasContent = false;
  #hidden: HiddenPart | null = null;

  constructor(url: string) {
    this.resources = new PageResources(url);
  }

  onDoctype(): void {
    // A doctype after anything else is ignored by browsers (HTML, 13.2.6.4.1).
    if (!this.#hasContent) this.metadata.hasDoctype = true;
  }

  onText(source: string, start: number, end: number): void {
    if (this.#hidden !== null) {
      this.#hidden.listener?.append(source.slice(start, end));
      return;
    }
    if (this.#isInHead && /[^\t\n\f\r ]/.test(source.slice(start, end))) this.#leaveHead();
    if (this.links.isListening) this.links.append(source.slice(start, end));
    this.meter.write(source, start, end);
  }

  onOpen(name: string, bits: number, attributes: Attributes, isForeign: boolean): void {
    if (this.#hidden?.endsWithDrawing && !isForeign) this.#show();
    if (this.#hidden !== null) {
      // Only these nest: the inside of the others is text to a browser.
      if (this.#hidden.name === name && (name === "template" || isForeign)) this.#hidden.depth++;
      return;
    }
    this.#hasContent = true;
    if (this.#isInHead && (bits & trait.headContent) === 0) this.#leaveHead();
    if ((bits & trait.inline) === 0) this.#space();
    if ((bits & trait.container) !== 0) this.links.openContainer();
    if ((bits & trait.heading) !== 0) this.links.openHeading(headingLevels.get(name) ?? 6);
    else if ((bits & trait.attributes) !== 0) this.#readAttributes(name, attributes);
    if ((bits & trait.hidden) !== 0) this.#hide(name, attributes, isForeign);
  }

  onClose(name: string, bits: number): void {
    if (this.#hidden?.endsWithDrawing && name === "svg") this.#show();
    if (this.#hidden !== null) {
      if (this.#hidden.name === name && --this.#hidden.depth === 0) this.#show();
      return;
    }
    if ((bits & trait.inline) === 0) this.#space();
    if ((bits & trait.container) !== 0) this.links.closeContainer();
    if (name === "a") this.links.closeLink();
    else if (name === "form") this.resources.closeForm();
    else if ((bits & trait.heading) !== 0) this.links.closeHeading();
    else if (name === "body" || name === "html" || name === "br") this.#leaveHead();
  }

  /** The document is over: what was left open counts as far as it came. */
  finish(): void {
    if (this.#hidden !== null) this.#show();
  }

  #readAttributes(name: string, attributes: Attributes): void {
    const { metadata, links, resources } = this;
    switch (name) {
      case "a":
        links.openLink(attributes);
        break;
      case "img":
        resources.addImage(attributes);
        links.appendAlternative(attributes.get("alt") ?? "");
        break;
      case "area":
        links.addArea(attributes);
        break;
      case "link":
        this.#readLink(attributes);
        break;
      case "meta":
        metadata.addMeta(attributes, this.#isInHead);
        break;
      case "html":
        metadata.addHtml(attributes);
        break;
      case "base":
        metadata.addBase(attributes);
        break;
      case "script":
        resources.addScript(attributes, scriptType(attributes), this.#isInHead);
        break;
      case "form":
        resources.openForm(attributes);
        break;
      case "input":
        resources.addInput(attributes);
        break;
      default:
        resources.addSubresource(attributes.get(name === "object" ? "data" : "src"));
        resources.addSubresource(attributes.get("poster"));
        resources.addSourceSet(attributes.get("srcset"));
    }
  }

  #readLink(attributes: Attributes): void {
    const rel = relTokens(attributes);
    if (this.#isInHead) this.metadata.addHeadLink(attributes, rel);
    this.resources.addLink(attributes, rel);
  }

  #hide(name: string, attributes: Attributes, isForeign: boolean): void {
    // `desc` and `metadata` are elements of SVG; a declarative shadow root is a template that is shown.
    if (!isForeign && (name === "desc" || name === "metadata")) return;
    if (name === "template" && /^(?:open|closed)$/i.test(attributes.get("shadowrootmode") ?? "")) return;
    let listener: HiddenPart["listener"] = null;
    if (name === "title" && !isForeign) listener = listen(new FoldedText(limits.textCharacters), (text) => this.metadata.addTitle(text));
    else if (name === "script" && this.jsonLd.length < limits.jsonLd && scriptType(attributes) === "application/ld+json") {
      listener = listen(new RawText(limits.jsonLdCharacters), (text) => this.jsonLd.push(text));
    }
    // Titles and descriptions hold HTML, and `</svg>` does not end them.
    this.#hidden = { name, depth: 1, endsWithDrawing: isForeign && name !== "title" && name !== "desc", listener };
  }

  #show(): void {
    this.#hidden?.listener?.done();
    this.#hidden = null;
  }

  #leaveHead(): void {
    this.#isInHead = false;
    this.#hasContent = true;
  }

  #space(): void {
    this.meter.space();
    this.links.space();
  }
}

function listen(text: FoldedText | RawText, done: (text: string) => void): HiddenPart["listener"] {
  return { append: (part) => text.append(part), done: () => done(text.value()) };
}

/** Lower case, without parameters; empty for a plain script. */
function scriptType(attributes: Attributes): string {
  const [type = ""] = (attributes.get("type") ?? "").split(";", 1);
  return type.trim().toLowerCase();
}
