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
      title: "AI search may not read the site",
      message: "robots.txt keeps {bots} from {paths}.",
      why: "These bots build the indexes from which ChatGPT, Claude, Perplexity, Google and Bing answer. A site they may not read is hardly ever named or linked in their answers.",
      fix: "If you want to appear in AI answers, allow these bots in robots.txt: remove the Disallow line shown, or give the bot a group of its own with “Allow: /”. That does not allow training: those bots have other names.",
    },
    es: {
      title: "Los buscadores con IA no pueden leer el sitio",
      message: "robots.txt impide a {bots} leer {paths}.",
      why: "Estos bots crean los índices con los que responden ChatGPT, Claude, Perplexity, Google y Bing. Un sitio que no pueden leer casi nunca se menciona ni se enlaza en sus respuestas.",
      fix: "Si quieres aparecer en las respuestas de IA, permite estos bots en robots.txt: quita la línea Disallow indicada o dale al bot un grupo propio con «Allow: /». Eso no permite el entrenamiento: esos bots tienen otros nombres.",
    },
  },
  check: (facts) => blockedBots("search", facts),
});
