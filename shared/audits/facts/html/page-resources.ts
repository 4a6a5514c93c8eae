import { type HtmlFacts, type ImageFact, limits } from "../page-facts.ts";
import { cut, fold } from "./folded-text.ts";

type Attributes = ReadonlyMap<string, string>;

/** Width and height of what only counts visits. */
const atMostOne = /^\s*[01](?:px)?\s*$/;
/** A data address says nothing after its media type. */
const dataUrlCharacters = 64;
/** Of a classic script or a module; other types are data for other scripts. */
const scriptType = /^(?:|module|(?:text|application)\/(?:x-)?(?:java|ecma|live|j)script[\d.]*)$/;
/** Loopback is a trustworthy origin without TLS (W3C Secure Contexts, 3.1), so browsers do not call it mixed content. */
const insecure = /^http:\/\/(?!(?:[^/?#]*\.)?localhost(?:[:/?#]|$)|127\.[\d.]+(?:[:/?#]|$)|\[::1\])/i;
const loadingLinks: ReadonlySet<string> = new Set(["stylesheet", "icon", "apple-touch-icon", "preload", "modulepreload", "manifest"]);

/** Collects what a page loads and sends: images, scripts, frames, media, forms. */
export class PageResources {
  readonly #isSecurePage: boolean;
  readonly #images: ImageFact[] = [];
  #imageTotal = 0;
  readonly #mixedContent = new Set<string>();
  readonly #scripts: { src: string | null; isBlocking: boolean }[] = [];
  readonly #forms: { action: string | null; method: string; hasPassword: boolean }[] = [];
  #form: { hasPassword: boolean } | null = null;

  constructor(documentUrl: string) {
    this.#isSecurePage = documentUrl.startsWith("https:");
  }

  addImage(attributes: Attributes): void {
    this.addSubresource(attributes.get("src"));
    this.addSourceSet(attributes.get("srcset"));
    this.#imageTotal++;
    if (this.#images.length === limits.images) return;
    const src = attributes.get("src")?.trim() ?? "";
    const alt = attributes.get("alt");
    const role = attributes.get("role")?.trim().toLowerCase();
    const isPixel = atMostOne.test(attributes.get("width") ?? "") && atMostOne.test(attributes.get("height") ?? "");
    this.#images.push({
      src: cut(src, /^data:/i.test(src) ? dataUrlCharacters : limits.urlCharacters),
      ...(alt !== undefined && { alt: fold(alt, limits.textCharacters) }),
      hasDimensions: Boolean(attributes.get("width")?.trim() && attributes.get("height")?.trim()),
      isHidden: isPixel || attributes.get("aria-hidden")?.trim().toLowerCase() === "true" || role === "presentation" || role === "none",
    });
  }

  /** `isInHead`: only there a plain script holds up the first paint. */
  addScript(attributes: Attributes, type: string, isInHead: boolean): void {
    const src = attributes.get("src")?.trim() ?? null;
    if (!scriptType.test(type)) return;
    this.addSubresource(attributes.get("src"));
    if (this.#scripts.length === limits.scripts) return;
    const isLater = attributes.has("async") || attributes.has("defer") || attributes.has("nomodule") || type === "module";
    this.#scripts.push({ src: src === null ? null : cut(src, limits.urlCharacters), isBlocking: isInHead && Boolean(src) && !isLater });
  }

  addLink(attributes: Attributes, rel: readonly string[]): void {
    if (rel.some((token) => loadingLinks.has(token))) this.addSubresource(attributes.get("href"));
  }

  /** A form inside a form is ignored (HTML, 13.2.6.4.7). */
  openForm(attributes: Attributes): void {
    if (this.#form !== null) return;
    const action = attributes.get("action")?.trim() ?? null;
    const method = attributes.get("method")?.trim().toLowerCase();
    const form = {
      action: action === null ? null : cut(action, limits.urlCharacters),
      method: method === "post" || method === "dialog" ? method : "get",
      hasPassword: false,
    };
    this.#form = form;
    if (this.#forms.length < limits.forms) this.#forms.push(form);
  }

  closeForm(): void {
    this.#form = null;
  }

  addInput(attributes: Attributes): void {
    const type = attributes.get("type")?.trim().toLowerCase();
    if (type === "password" && this.#form !== null) this.#form.hasPassword = true;
    if (type === "image") this.addSubresource(attributes.get("src"));
  }

  addSubresource(src: string | undefined): void {
    if (!this.#isSecurePage || src === undefined || this.#mixedContent.size === limits.mixedContent) return;
    const address = src.trim();
    if (insecure.test(address)) this.#mixedContent.add(cut(address, limits.urlCharacters));
  }

  addSourceSet(candidates: string | undefined): void {
    if (!this.#isSecurePage || !candidates?.toLowerCase().includes("http:")) return;
    for (const candidate of candidates.split(/\s+/)) this.addSubresource(candidate.replace(/^,+|,+$/g, ""));
  }

  facts(): Pick<HtmlFacts, "images" | "imageTotal" | "mixedContent" | "scripts" | "forms"> {
    return {
      images: this.#images,
      imageTotal: this.#imageTotal,
      mixedContent: [...this.#mixedContent],
      scripts: this.#scripts,
      forms: this.#forms,
    };
  }
}
