import { siteRule } from "../rule.ts";
import { blockedBots, botSources } from "./blocked-bots.ts";

export const aiUserFetchBlocked = siteRule({
  id: "ai-user-fetch-blocked",
  category: "ai-access",
  severity: "warning",
  version: 1,
  sources: botSources("user"),
  text: {
    en: {
      title: "AI assistants may not open pages for their users",
      message: "robots.txt keeps {bots} from {paths}.",
      why: "These fetchers open a page because a person asked about it, for example to summarise it or compare prices. Claude obeys robots.txt here; OpenAI and Perplexity say that it may not apply to a visit a person asked for.",
      fix: "If people may ask their assistant about your pages, remove the Disallow line shown or give the fetcher a group of its own with “Allow: /”. To keep these visits out for certain, use your firewall: robots.txt is only a request.",
    },
    es: {
      title: "Los asistentes de IA no pueden abrir páginas para sus usuarios",
      message: "robots.txt impide a {bots} leer {paths}.",
      why: "Estos agentes abren una página porque una persona preguntó por ella, por ejemplo para resumirla o comparar precios. Claude respeta aquí robots.txt; OpenAI y Perplexity dicen que puede no aplicarse a una visita pedida por una persona.",
      fix: "Si quieres que la gente pueda consultar tus páginas con su asistente, quita la línea Disallow indicada o dale al agente un grupo propio con «Allow: /». Para impedir con seguridad estas visitas usa tu cortafuegos: robots.txt es solo una petición.",
    },
  },
  check: (facts) => blockedBots("user", facts),
});
