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
      title: "AI assistants are blocked from opening pages for users",
      message: "robots.txt blocks {bots} from {paths}.",
      why: "These fetchers open a page because a person asked about it, for example to summarise it or compare prices. Claude obeys robots.txt here; OpenAI and Perplexity say that it may not apply to visits a person asked for.",
      fix: "If you want people to be able to ask their assistant about your pages, remove the Disallow line shown or give the fetcher a group of its own with “Allow: /”. To keep these visits out for sure, use your firewall: robots.txt is only a request.",
    },
    es: {
      title: "Los asistentes de IA no pueden abrir páginas para sus usuarios",
      message: "robots.txt bloquea a {bots} el acceso a {paths}.",
      why: "Estos agentes abren una página porque una persona preguntó por ella, por ejemplo para resumirla o comparar precios. Claude respeta aquí robots.txt; OpenAI y Perplexity dicen que puede no aplicarse a las visitas que pide una persona.",
      fix: "Si quieres que la gente pueda consultar tus páginas con su asistente, quita la línea Disallow indicada o dale al agente un grupo propio con «Allow: /». Para impedir con certeza estas visitas, usa tu cortafuegos: robots.txt es solo una petición.",
    },
  },
  check: (facts) => blockedBots("user", facts),
});
