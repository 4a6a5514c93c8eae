import { onIndexableHtml } from "../applies.ts";
import { pageRule } from "../rule.ts";

export const descriptionMultiple = pageRule({
  id: "description-multiple",
  category: "content",
  severity: "warning",
  version: 1,
  sources: [
    { url: "https://developers.google.com/search/docs/appearance/snippet", checked: "2026-11" },
    { url: "https://html.spec.whatwg.org/multipage/semantics.html#meta-description", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Several meta descriptions",
      message: "The page has {n} meta descriptions; only one is allowed.",
      why: "Search engines may take any of them or join them, so the text in the results may not be the one you wrote.",
      fix: "Keep the one you want and remove the rest. Look for a plugin that adds its own beside the theme's.",
    },
    es: {
      title: "Varias metadescripciones",
      message: "La página tiene {n} metadescripciones; solo se permite una.",
      why: "Los buscadores pueden tomar cualquiera o unirlas, así que el texto de los resultados puede no ser el que escribiste.",
      fix: "Deja la que quieras y quita las demás. Busca un complemento que añada la suya junto a la del tema.",
    },
  },
  check: onIndexableHtml(({ descriptions }) => {
    if (descriptions.length === 0) return "not-applicable";
    return descriptions.length > 1 ? { evidence: descriptions } : "pass";
  }),
});
