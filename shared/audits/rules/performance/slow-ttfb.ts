import { slowTtfbMs } from "../../facts/page-facts.ts";
import { onHtml } from "../applies.ts";
import { pageRule } from "../rule.ts";

export const slowTtfb = pageRule({
  id: "slow-ttfb",
  category: "performance",
  severity: "warning",
  version: 1,
  sources: [
    { url: "https://web.dev/articles/ttfb", checked: "2026-11" },
    { url: "https://web.dev/articles/optimize-ttfb", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Server slow to respond",
      message: "The first byte took {first} ms, and {second} ms when the page was requested again.",
      why: "Nothing can appear before the first byte arrives. Visitors leave slow pages, and crawlers fetch fewer of them.",
      fix: "Cache the page, at a CDN if you can, and look for slow database queries behind it. Aim for less than 800 ms.",
    },
    es: {
      title: "Servidor lento en responder",
      message: "El primer byte tardó {first} ms, y {second} ms al pedir la página otra vez.",
      why: "Nada puede mostrarse antes de que llegue el primer byte. Los visitantes abandonan las páginas lentas y los rastreadores piden menos.",
      fix: "Guarda la página en caché, si puedes en una CDN, y busca consultas lentas a la base de datos. El objetivo es menos de 800 ms.",
    },
  },
  // One slow response says little: without a second measurement there is nothing to judge.
  check: onHtml((_, { fetch: { ttfbMs: first, confirmedTtfbMs: second } }) => {
    if (first <= slowTtfbMs) return "pass";
    if (second === undefined) return "not-applicable";
    return second <= slowTtfbMs ? "pass" : { evidence: [`${first} ms`, `${second} ms`], values: { first, second } };
  }),
});
