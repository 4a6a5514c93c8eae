import { siteRule } from "../rule.ts";
import { blockedBots, botSources } from "./blocked-bots.ts";

export const aiTrainingBlocked = siteRule({
  id: "ai-training-blocked",
  category: "ai-access",
  severity: "info",
  version: 1,
  sources: botSources("training"),
  text: {
    en: {
      title: "The site opts out of AI training",
      message: "robots.txt blocks {bots} from {paths}.",
      why: "This is your choice and costs no points. Keeping your texts out of model training does not remove you from AI answers: the crawlers of AI search have other names.",
      fix: "Nothing, if you meant it. If you did not, a group such as “User-agent: *” with “Disallow: /” may be blocking more than you wanted; look at the line shown.",
    },
    es: {
      title: "El sitio no participa en el entrenamiento de IA",
      message: "robots.txt bloquea a {bots} el acceso a {paths}.",
      why: "Es tu decisión y no resta puntos. Dejar tus textos fuera del entrenamiento no te saca de las respuestas de IA: los rastreadores de búsqueda con IA tienen otros nombres.",
      fix: "Nada, si era tu intención. Si no lo era, puede que un grupo «User-agent: *» con «Disallow: /» esté bloqueando más de lo que querías; mira la línea indicada.",
    },
  },
  check: (facts) => blockedBots("training", facts),
});
