import type { LinkFact } from "../../facts/page-facts.ts";
import { onHtml } from "../applies.ts";
import { foundIn, pageRule } from "../rule.ts";

export const uncrawlableLink = pageRule({
  id: "uncrawlable-link",
  category: "links",
  severity: "warning",
  version: 2,
  sources: [
    { url: "https://developers.google.com/search/docs/crawling-indexing/links-crawlable", checked: "2026-11" },
    { url: "https://html.spec.whatwg.org/multipage/text-level-semantics.html#the-a-element", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Links that crawlers cannot follow",
      message: "Links without an address that a crawler can follow: {n}.",
      why: "Search engines follow addresses, not scripts. Pages that can only be reached through such links may never be found, and these links do not open in a new tab either.",
      fix: "Give each link an href with the address of its page. If it does not lead anywhere but opens a menu or a dialog, make it a button.",
    },
    es: {
      title: "Enlaces que los rastreadores no pueden seguir",
      message: "Enlaces sin una dirección que un rastreador pueda seguir: {n}.",
      why: "Los buscadores siguen direcciones, no scripts. Es posible que nunca encuentren las páginas a las que solo se llega por esos enlaces, que tampoco se abren en otra pestaña.",
      fix: "Pon en cada enlace un href con la dirección de su página. Si no lleva a ninguna parte, sino que abre un menú o un diálogo, conviértelo en un botón.",
    },
  },
  check: onHtml(({ links }) => foundIn(links.length, links.filter(isUncrawlable).map(describe))),
});

/** What a script can do without leading to a page: print, close, go back, scroll, reload. */
const pageAction =
  /^javascript:\s*(?:(?:window|self|top|parent|document)\s*\.\s*)*(?:print|close|scroll(?:to|by)?|history\s*\.\s*\w+|location\s*\.\s*reload)\s*\(/;

function isUncrawlable({ href, url, hasHandler, navigates }: LinkFact): boolean {
  if (url !== null) return false;
  // HTML allows an `a` without href: a placeholder, such as the current page in a menu, an anchor or a button.
  if (href === null) return navigates;
  // Browsers ignore tabs and line breaks inside an address, and what stands before it.
  const address = href
    .replace(/[\t\n\r]/g, "")
    .trim()
    .toLowerCase();
  if (address.startsWith("file:")) return true;
  // A handler or a role that leads nowhere makes it a button in a link's clothes: there is no page behind it to be found.
  return address.startsWith("javascript:") && (navigates || !(hasHandler || pageAction.test(address)));
}

function describe({ href, text }: LinkFact): string {
  return href === null ? `<a>${text}</a>` : `<a href="${href}">${text}</a>`;
}
