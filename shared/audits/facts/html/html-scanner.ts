import { Tokenizer, type TokenizerCallbacks } from "htmlparser2";
import { attributeAt, breakouts, type Element, elementAt, integrationPoints, trait } from "./elements.ts";

/** What a scan reports, in document order. Names are lower case, `bits` their traits; void elements have no end. */
export interface ScanHandler {
  /** `attributes` is emptied after the call; `isForeign`: the element belongs to SVG or MathML. */
  onOpen(name: string, bits: number, attributes: ReadonlyMap<string, string>, isForeign: boolean): void;
  onClose(name: string, bits: number): void;
  /** Text with its character references resolved: `source` from `start` to `end`. A run may come in several parts. */
  onText(source: string, start: number, end: number): void;
  onDoctype(): void;
}

const maxForeignDepth = 64;
const nothing: Element = { name: "", bits: 0 };

/**
 * Tags and text of an HTML document, fed in pieces of any size.
 *
 * It stands on htmlparser2's tokenizer and not on its `Parser`, whose stack of open elements costs the square of the depth:
 * a megabyte of unclosed tags keeps it busy for more than twenty seconds. Facts need no stack, only what this keeps of SVG and MathML.
 */
export class HtmlScanner implements TokenizerCallbacks {
  readonly #handler: ScanHandler;
  readonly #isXml: boolean;
  readonly #tokenizer: Tokenizer;
  /** Text that callbacks may still point into, and the position of its first character in the document. */
  #source = "";
  #offset = 0;
  /** Everything before this position was reported. */
  #consumed = 0;
  #element: Element = nothing;
  #attributeName = "";
  #attributeValue = "";
  readonly #attributes = new Map<string, string>();
  /** Open `svg`, `math` and integration points: whether the innermost is foreign decides how a tag is read. */
  readonly #foreign: string[] = [];
  #isForeign = false;

  /** `isXml`: the document is XHTML, where `<title/>` is complete. */
  constructor(handler: ScanHandler, isXml: boolean) {
    this.#handler = handler;
    this.#isXml = isXml;
    this.#tokenizer = new Tokenizer({ recognizeSelfClosing: isXml }, this);
  }

  write(text: string): void {
    const rest = this.#source.slice(this.#consumed - this.#offset);
    this.#offset += this.#source.length - rest.length;
    this.#source = rest + text;
    this.#tokenizer.write(text);
  }

  end(): void {
    this.#tokenizer.end();
  }

  ontext(start: number, end: number): void {
    // At the end of a document inside an unfinished end tag the tokenizer reports text that starts nowhere.
    if (start < this.#consumed) return;
    this.#handler.onText(this.#source, start - this.#offset, end - this.#offset);
    this.#consumed = end;
  }

  ontextentity(codePoint: number, end: number): void {
    const text = String.fromCodePoint(codePoint);
    this.#handler.onText(text, 0, text.length);
    this.#consumed = end;
  }

  onopentagname(start: number, end: number): void {
    this.#element = elementAt(this.#source, start - this.#offset, end - this.#offset);
    this.#consumed = end;
  }

  onattribname(start: number, end: number): void {
    this.#consumed = end;
    const isRead = (this.#element.bits & trait.attributes) !== 0;
    this.#attributeName = isRead ? attributeAt(this.#source, start - this.#offset, end - this.#offset) : "";
  }

  onattribdata(start: number, end: number): void {
    if (this.#attributeName !== "") this.#attributeValue += this.#slice(start, end);
    this.#consumed = end;
  }

  onattribentity(codePoint: number): void {
    if (this.#attributeName !== "") this.#attributeValue += String.fromCodePoint(codePoint);
  }

  onattribend(): void {
    // The first of two attributes with one name counts (HTML, 13.2.5.33).
    if (this.#attributeName !== "" && !this.#attributes.has(this.#attributeName)) this.#attributes.set(this.#attributeName, this.#attributeValue);
    this.#attributeName = "";
    this.#attributeValue = "";
  }

  onopentagend(end: number): void {
    this.#open(false);
    this.#consumed = end;
  }

  onselfclosingtag(end: number): void {
    this.#open(true);
    this.#consumed = end;
  }

  onclosetag(start: number, end: number): void {
    this.#consumed = end;
    this.#close(elementAt(this.#source, start - this.#offset, end - this.#offset));
  }

  ondeclaration(_start: number, end: number): void {
    this.#consumed = end;
    this.#handler.onDoctype();
  }

  oncdata(start: number, end: number, endOffset: number): void {
    this.#consumed = end;
    // In HTML a CDATA section is a comment, except inside SVG and MathML.
    if (this.#isForeign) this.#handler.onText(this.#source, start - this.#offset, end - endOffset - this.#offset);
  }

  oncomment(_start: number, end: number): void {
    this.#consumed = end;
  }

  onprocessinginstruction(_start: number, end: number): void {
    this.#consumed = end;
  }

  onend(): void {
    this.#source = "";
  }

  isInForeignContext(): boolean {
    return this.#isForeign;
  }

  #open(isSelfClosing: boolean): void {
    const { name, bits } = this.#element;
    if (this.#isForeign && breakouts.has(name)) this.#leaveForeign();
    const isRoot = name === "svg" || name === "math";
    const isForeign = this.#isForeign || isRoot;
    if (isForeign && (isRoot || integrationPoints.has(name)) && this.#foreign.length < maxForeignDepth) this.#keepForeign(this.#foreign.push(name));
    this.#handler.onOpen(name === "image" && !isForeign ? "img" : name, bits, this.#attributes, isForeign);
    if (this.#attributes.size > 0) this.#attributes.clear();
    if (isSelfClosing && (isForeign || this.#isXml)) this.#close(this.#element);
  }

  #close({ name, bits }: Element): void {
    if (this.#foreign.length > 0) {
      const at = this.#foreign.lastIndexOf(name);
      if (at !== -1) this.#keepForeign(at);
      else if (breakouts.has(name) || (bits & trait.container) !== 0) this.#leaveForeign();
    }
    this.#handler.onClose(name, bits);
  }

  #leaveForeign(): void {
    while (this.#isForeign) this.#keepForeign(this.#foreign.length - 1);
  }

  #keepForeign(length: number): void {
    this.#foreign.length = length;
    const innermost = this.#foreign[length - 1];
    this.#isForeign = innermost === "svg" || innermost === "math";
  }

  #slice(start: number, end: number): string {
    return this.#source.slice(start - this.#offset, end - this.#offset);
  }
}
