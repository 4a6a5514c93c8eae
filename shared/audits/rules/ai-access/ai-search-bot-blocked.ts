import { siteRule } from "../rule.ts";
import { blockedBots, botSources } from "./blocked-bots.ts";

export const aiSearchBotBlocked = siteRule({
  id: "ai-search-bot-blocked",
  category: "ai-access",
  severity: "error",
  version: 1,
  sources: botSources("search"),
  text: {
    en: {
      title: "AI search crawlers are blocked",
      message: "robots.txt blocks {bots} from {paths}.",
      why: "These bots build the indexes from which ChatGPT, Claude, Perplexity, Google and Bing answer. A site they cannot read is rarely mentioned or linked in those answers.",
      fix: "If you want to appear in AI answers, allow these bots in robots.txt: remove the Disallow line shown, or give the bot a group of its own with “Allow: /”. This does not allow training: training bots have other names.",
    },
    es: {
      title: "Los rastreadores de búsqueda con IA están bloqueados",
      message: "robots.txt bloquea a {bots} el acceso a {paths}.",
      why: "Estos bots crean los índices con los que responden ChatGPT, Claude, Perplexity, Google y Bing. Un sitio que no pueden leer casi nunca se menciona ni se enlaza en sus respuestas.",
      fix: "Si quieres aparecer en las respuestas de IA, permite el acceso a estos bots en robots.txt: quita la línea Disallow indicada o dale al bot un grupo propio con «Allow: /». Esto no permite el entrenamiento: los bots de entrenamiento tienen otros nombres.",
    },
  },
  check: (facts) => blockedBots("search", facts),
});
