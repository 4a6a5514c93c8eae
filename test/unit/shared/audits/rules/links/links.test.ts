import type { LinkFact } from "../../../../../../shared/audits/facts/page-facts.ts";
import { genericLinkText } from "../../../../../../shared/audits/rules/links/generic-link-text.ts";
import { localhostLink } from "../../../../../../shared/audits/rules/links/localhost-link.ts";
import { uncrawlableLink } from "../../../../../../shared/audits/rules/links/uncrawlable-link.ts";
import { answerFacts, link, pageFacts } from "../../../../../helpers/unit/page-facts.ts";
import { describeRule } from "../../../../../helpers/unit/rule-cases.ts";

const url = "https://shop.example/tea";
const other = "https://shop.example/other";
const page = (...links: LinkFact[]) => pageFacts({ url, html: { links, linkTotal: links.length } });
const pageIn = (lang: string | null, ...links: LinkFact[]) => pageFacts({ url, html: { lang, links } });

describeRule(uncrawlableLink, {
  finds: [
    ["a script for an address", page(link("javascript:void(0)", "Open")), ['<a href="javascript:void(0)">Open</a>']],
    ["a script in odd spelling", page(link(" JavaScript:go('/tea')", "Go on")), ["<a href=\" JavaScript:go('/tea')\">Go on</a>"]],
    ["a script that a line break hides", page(link("java\nscript:go()", "Go on")), ['<a href="java\nscript:go()">Go on</a>']],
    ["a handler that leads elsewhere", page(link("javascript:;", "Tea", { hasHandler: true, navigates: true })), ['<a href="javascript:;">Tea</a>']],
    ["a handler without an address that leads elsewhere", page(link(null, "Black tea", { hasHandler: true, navigates: true })), ["<a>Black tea</a>"]],
    ["a script that leads elsewhere in the history's name", page(link("javascript:historyPage()", "Then")), ['<a href="javascript:historyPage()">Then</a>']],
    ["a file on someone's disk", page(link(other, "Other"), link("file:///C:/tea.html", "Tea")), ['<a href="file:///C:/tea.html">Tea</a>']],
    ["a file in spite of a handler", page(link("file:///C:/tea.html", "Tea", { hasHandler: true })), ['<a href="file:///C:/tea.html">Tea</a>']],
  ],
  passes: [
    ["a link to a page", page(link(other, "Black tea"))],
    ["a link to a page with a handler", page(link(other, "Black tea", { hasHandler: true, navigates: true }))],
    ["a link within the page", page(link("#brewing", "How to brew it", { url }))],
    ["a link to a mailbox", page(link("mailto:tea@shop.example", "Write to us"))],
    ["a link to a telephone", page(link("tel:+34600000000", "Call us"))],
    ["an anchor", page(link(null, "Brewing", { hasHandler: true }))],
    ["a placeholder, such as the current page of a menu", page(link(null, "Black tea"))],
    ["an empty leftover", page(link(null, ""))],
    ["a button in a link's clothes", page(link("javascript:void(0)", "Menu", { hasHandler: true }))],
    ["a script that prints", page(link("javascript:window.print()", "Print"))],
    ["a script that goes back", page(link("JavaScript: history.back();", "Back"))],
    ["a script that scrolls", page(link("javascript:scrollTo(0, 0)", "Top"))],
    ["an address that speaks of scripts", page(link("https://shop.example/javascript:void", "Article"))],
  ],
  skips: [
    ["a page without links", page()],
    ["a missing page", answerFacts(404)],
    ["part of a page", pageFacts({ fetch: { status: 206 }, html: { links: [link("javascript:;", "Black tea")] } })],
  ],
});

describeRule(genericLinkText, {
  finds: [
    ["an English one", pageIn("en", link(other, "Read more")), [`"Read more" → ${other}`]],
    ["one that leads to another site", pageIn("en-GB", link("https://maker.example/", "click here")), ['"click here" → https://maker.example/']],
    ["a Spanish one", pageIn("es", link(other, "Más información")), [`"Más información" → ${other}`]],
    ["a German one", pageIn("de-AT", link(other, "Mehr erfahren")), [`"Mehr erfahren" → ${other}`]],
    ["a Japanese one", pageIn("ja", link(other, "こちら")), [`"こちら" → ${other}`]],
    ["one on a page that writes its language wrongly", pageIn("pt_BR", link(other, "Saiba mais")), [`"Saiba mais" → ${other}`]],
    ["one of any language where the page names none", pageIn(null, link(other, "en savoir plus")), [`"en savoir plus" → ${other}`]],
  ],
  passes: [
    ["a text that names the target", pageIn("en", link(other, "Prices and delivery"))],
    ["a text that only begins like one", pageIn("en", link(other, "Read more about black tea"))],
    ["a word that is generic in another language", pageIn("fr", link(other, "more"))],
    ["a link without text", pageIn("en", link(other, ""))],
    ["a word that is generic in one language only, where the page names none", pageIn(null, link(other, "Plus"))],
    ["the name of a programming language", pageIn("en", link(other, "Go"))],
    ["a step in a list of steps", pageIn("en", link(other, "Start"))],
    ["a link to the page that follows", pageIn("de", link(other, "Weiter"))],
  ],
  skips: [
    ["a language we have no list for", pageIn("eu", link(other, "more"))],
    ["a jump within the page", pageIn("en", link("#top", "here", { url }))],
    ["a link that crawlers are asked not to follow", pageIn("en", link(other, "here", { rel: ["nofollow"] }))],
    ["a link that runs a script", pageIn("en", link("javascript:void(0)", "more"))],
    ["a missing page", answerFacts(404)],
  ],
});

describeRule(localhostLink, {
  finds: [
    ["a development server", page(link("http://localhost:3000/tea", "Tea")), ['"Tea" → http://localhost:3000/tea']],
    ["a loopback address", page(link("https://127.0.0.1/", "Home"), link(other, "Other")), ['"Home" → https://127.0.0.1/']],
    ["the loopback address of IPv6", page(link("http://[::1]:8080/", "Home")), ['"Home" → http://[::1]:8080/']],
    ["a name below localhost", page(link("http://shop.localhost/", "")), ['"" → http://shop.localhost/']],
  ],
  passes: [
    ["a public link", page(link(other, "Other"))],
    ["a host that only begins like one", page(link("https://localhost.example/", "Tea"))],
    ["a manual that means the reader's machine", page(link("http://localhost:3000/", "http://localhost:3000"))],
  ],
  skips: [
    ["a page on the developer's machine", pageFacts({ url: "http://localhost:3000/", html: { links: [link("http://localhost:3000/tea", "Tea")] } })],
    ["a page without links", page()],
    ["a missing page", answerFacts(404)],
  ],
});
