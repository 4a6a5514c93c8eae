import { type Html, html } from "../../platform/index.ts";

/** The address when a browser may safely follow it (http or https), else null: `javascript:` and `data:` run or show foreign code. */
export function followable(address: string): string | null {
  const url = URL.parse(address);
  return url !== null && (url.protocol === "http:" || url.protocol === "https:") ? url.href : null;
}

/** A link to a crawled page, or only its text where following it would not be safe. */
export function pageLink(address: string, text: string = address): Html {
  const href = followable(address);
  const shown = withBreaks(text);
  return href === null ? html`<span class="url">${shown}</span>` : html`<a class="url" href="${href}" rel="noopener noreferrer">${shown}</a>`;
}

/** Lets a long address break after its slashes, where a reader expects it, rather than inside a word. */
function withBreaks(address: string): Html {
  const [first = "", ...rest] = address.split(/(?<=[^/]\/)(?=[^/])/);
  return html`${first}${rest.map((part) => html`<wbr>${part}`)}`;
}
