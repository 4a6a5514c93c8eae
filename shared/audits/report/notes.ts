import type { Language } from "../../platform/index.ts";
import type { AuditStatus } from "../schemas.ts";
import { count } from "./numbers.ts";

/** What decides how much of a site an audit has seen. */
export interface Reach {
  readonly status: AuditStatus;
  /** Whether it is still known what each page answered. */
  readonly pagesAreKept: boolean;
  readonly maxPages: number;
  /** Null: no limit. */
  readonly maxDepth: number | null;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly respectRobots: boolean;
  /** Pages that count against `maxPages`. */
  readonly pages: number;
  /** Addresses that answered with something of their own, so no redirects. */
  readonly fetched: number;
  /** Addresses that were found and not fetched. */
  readonly unfetched: number;
  /** Origins that the crawl stopped asking, since they answered nothing. */
  readonly abandonedOrigins: readonly string[];
}

interface Notes {
  readonly unfinished: Readonly<Partial<Record<AuditStatus, string>>>;
  readonly pagesGone: string;
  readonly budget: (maxPages: number, left: number) => string;
  readonly unfetched: (left: number) => string;
  readonly abandoned: (origins: string) => string;
  readonly depth: (clicks: number) => string;
  readonly include: (patterns: string) => string;
  readonly nothingIncluded: string;
  readonly exclude: (patterns: string) => string;
  readonly robotsIgnored: string;
  readonly notRendered: string;
  readonly outside: string;
}

const en = {
  pages: count("en", "page", "pages"),
  unfetched: count("en", "more address was found and not fetched", "more addresses were found and not fetched"),
  clicks: count("en", "click", "clicks"),
};
const es = {
  pages: count("es", "página", "páginas"),
  addresses: count("es", "dirección más", "direcciones más"),
  clicks: count("es", "clic", "clics"),
};
const usedUp = "las redirecciones y los archivos agotaron las peticiones que el rastreo puede hacer";

const texts: Readonly<Record<Language, Notes>> = {
  en: {
    unfinished: {
      queued: "The audit has not started yet.",
      running: "The audit is still running; this is what it has found so far. Scores come at the end.",
      cancelled: "The audit was cancelled before its end: pages it had not reached are missing, and there are no scores.",
      failed: "The audit failed before its end: pages it had not reached are missing, and there are no scores.",
    },
    pagesGone:
      "The pages of this audit are no longer kept one by one, as the workspace has it: responses, redirects and the slowest pages are missing here. Scores and findings are complete.",
    budget: (maxPages, left) => `The crawl stopped at its limit of ${en.pages(maxPages)}; ${en.unfetched(left)}. Raise the limit to see more.`,
    unfetched: (left) => `${en.unfetched(left)}: robots.txt blocks crawlers there, or redirects and files used up the requests that the crawl may make.`,
    abandoned: (origins) =>
      `The crawl stopped asking ${origins}: address after address got no response, or "not now" (such as 429 or 503). The pages left there are not in this report. Audit the site again later, with fewer requests a second, or let MenthaBot pass its protection against bots.`,
    depth: (clicks) => `Only addresses within ${en.clicks(clicks)} of the start page were fetched.`,
    include: (patterns) => `Only paths that match these patterns were fetched: ${patterns}`,
    nothingIncluded: "No other address matched the include patterns; patterns begin with a slash, such as /docs/**",
    exclude: (patterns) => `Paths that match these patterns were left out: ${patterns}`,
    robotsIgnored: "robots.txt was not obeyed, so the report may include pages that search engines never fetch.",
    notRendered: "Pages were not rendered in a browser: text and links that only JavaScript adds were not seen. This lowers no score.",
    outside: "Links to other sites were not checked, and images, scripts and style sheets were not fetched.",
  },
  es: {
    unfinished: {
      queued: "La auditoría aún no ha empezado.",
      running: "La auditoría sigue en curso; esto es lo que ha encontrado hasta ahora. Las puntuaciones llegan al final.",
      cancelled: "La auditoría se canceló antes de terminar: faltan las páginas a las que no llegó y no hay puntuaciones.",
      failed: "La auditoría falló antes de terminar: faltan las páginas a las que no llegó y no hay puntuaciones.",
    },
    pagesGone:
      "Las páginas de esta auditoría ya no se conservan una por una, como lo tiene configurado el espacio de trabajo: aquí faltan las respuestas, las redirecciones y las páginas más lentas. Las puntuaciones y los hallazgos están completos.",
    budget: (maxPages, left) =>
      `El rastreo se detuvo al llegar a su límite de ${es.pages(maxPages)}; encontró ${es.addresses(left)} que no rastreó. Sube el límite para ver más.`,
    unfetched: (left) =>
      left === 1
        ? `Se encontró ${es.addresses(left)} que no se rastreó: robots.txt la bloquea para los rastreadores, o ${usedUp}.`
        : `Se encontraron ${es.addresses(left)} que no se rastrearon: robots.txt las bloquea para los rastreadores, o ${usedUp}.`,
    abandoned: (origins) =>
      `El rastreo dejó de pedir páginas a ${origins}: una dirección tras otra quedó sin respuesta o respondió «ahora no» (como 429 o 503). Las páginas que quedaban allí no están en este informe. Vuelve a auditar el sitio más tarde, con menos peticiones por segundo, o permite el paso a MenthaBot en su protección contra bots.`,
    depth: (clicks) => `Solo se rastrearon direcciones a ${es.clicks(clicks)} o menos de la página inicial.`,
    include: (patterns) => `Solo se rastrearon rutas que coinciden con estos patrones: ${patterns}`,
    nothingIncluded: "Ninguna otra dirección coincidió con los patrones de inclusión; los patrones empiezan por una barra, como /docs/**",
    exclude: (patterns) => `Se dejaron fuera las rutas que coinciden con estos patrones: ${patterns}`,
    robotsIgnored: "No se respetó robots.txt, así que el informe puede incluir páginas que los buscadores nunca rastrean.",
    notRendered:
      "Las páginas no se renderizaron en un navegador: no se vieron los textos ni los enlaces que solo añade JavaScript. Esto no baja ninguna puntuación.",
    outside: "No se comprobaron los enlaces a otros sitios ni se descargaron imágenes, scripts ni hojas de estilo.",
  },
};

const maxNote = 1_000;
const shortened = (note: string): string => (note.length > maxNote ? `${note.slice(0, maxNote - 1)}…` : note);

/** What an audit did not look at, most important first: a clean report must not be read as more than it is. */
export function notesOf(reach: Reach, language: Language): string[] {
  const text = texts[language];
  // How many pages of which kind there were is not known any more, so nothing is said of the limits that they ran into.
  const ended = reach.status === "completed" && reach.pagesAreKept;
  const notes = [
    text.unfinished[reach.status],
    !reach.pagesAreKept && text.pagesGone,
    reach.abandonedOrigins.length > 0 && text.abandoned(reach.abandonedOrigins.join(", ")),
    ended &&
      reach.abandonedOrigins.length === 0 &&
      reach.unfetched > 0 &&
      (reach.pages >= reach.maxPages ? text.budget(reach.maxPages, reach.unfetched) : text.unfetched(reach.unfetched)),
    reach.maxDepth !== null && text.depth(reach.maxDepth),
    reach.include.length > 0 && text.include(reach.include.join("  ")),
    ended && reach.include.length > 0 && reach.fetched <= 1 && reach.unfetched === 0 && text.nothingIncluded,
    reach.exclude.length > 0 && text.exclude(reach.exclude.join("  ")),
    !reach.respectRobots && text.robotsIgnored,
    text.notRendered,
    text.outside,
  ];
  return notes.filter((note) => typeof note === "string").map(shortened);
}
