import type { Language } from "../rules/rule.ts";
import type { AuditStatus } from "../schemas.ts";
import { numbersIn } from "./numbers.ts";

/** What decides how much of a site an audit has seen. */
export interface Reach {
  readonly status: AuditStatus;
  readonly maxPages: number;
  /** Null: no limit. */
  readonly maxDepth: number | null;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly respectRobots: boolean;
  /** Pages that count against `maxPages`. */
  readonly pages: number;
  /** Addresses that were found and not fetched. */
  readonly unfetched: number;
}

interface Notes {
  readonly unfinished: Readonly<Partial<Record<AuditStatus, string>>>;
  readonly budget: (maxPages: string, left: string) => string;
  readonly unfetched: (left: string) => string;
  readonly depth: (n: string) => string;
  readonly include: (patterns: string) => string;
  readonly exclude: (patterns: string) => string;
  readonly robotsIgnored: string;
  readonly notRendered: string;
  readonly outside: string;
}

const texts: Readonly<Record<Language, Notes>> = {
  en: {
    unfinished: {
      queued: "The audit has not started yet.",
      running: "The audit is still running; this is what it knows so far. Scores come at the end.",
      cancelled: "The audit was cancelled before its end: pages it had not reached are missing, and there are no scores.",
      failed: "The audit failed before its end: pages it had not reached are missing, and there are no scores.",
    },
    budget: (maxPages, left) =>
      `The crawl stopped at its limit of ${maxPages} pages; ${left} more addresses were found and not fetched. Raise the limit to see them.`,
    unfetched: (left) =>
      `${left} more addresses were found and not fetched: robots.txt closes them to crawlers, or redirects and files used up what the crawl may ask for.`,
    depth: (n) => `Only addresses within ${n} clicks of the start page were fetched.`,
    include: (patterns) => `Only paths that match these patterns were fetched: ${patterns}`,
    exclude: (patterns) => `Paths that match these patterns were left out: ${patterns}`,
    robotsIgnored: "robots.txt was not obeyed, so pages that search engines never fetch may be among these.",
    notRendered: "Pages were not rendered in a browser: text and links that only JavaScript adds were not seen. This lowers no score.",
    outside: "Links to other sites were not checked, and images, scripts and style sheets were not fetched.",
  },
  es: {
    unfinished: {
      queued: "La auditoría aún no ha empezado.",
      running: "La auditoría sigue en curso; esto es lo que sabe hasta ahora. Las puntuaciones llegan al final.",
      cancelled: "La auditoría se canceló antes de terminar: faltan las páginas a las que no llegó y no hay puntuaciones.",
      failed: "La auditoría falló antes de terminar: faltan las páginas a las que no llegó y no hay puntuaciones.",
    },
    budget: (maxPages, left) =>
      `El rastreo paró al llegar a su límite de ${maxPages} páginas; encontró ${left} direcciones más que no pidió. Sube el límite para verlas.`,
    unfetched: (left) =>
      `Se encontraron ${left} direcciones más que no se pidieron: robots.txt las cierra a los rastreadores, o las redirecciones y los archivos agotaron lo que el rastreo puede pedir.`,
    depth: (n) => `Solo se pidieron direcciones a ${n} clics o menos de la página inicial.`,
    include: (patterns) => `Solo se pidieron rutas que coinciden con estos patrones: ${patterns}`,
    exclude: (patterns) => `Se dejaron fuera las rutas que coinciden con estos patrones: ${patterns}`,
    robotsIgnored: "No se respetó robots.txt, así que puede haber páginas que los buscadores nunca piden.",
    notRendered:
      "Las páginas no se abrieron en un navegador: no se vieron los textos ni los enlaces que solo añade JavaScript. Esto no baja ninguna puntuación.",
    outside: "No se comprobaron los enlaces a otros sitios ni se pidieron imágenes, scripts ni hojas de estilo.",
  },
};

const maxNote = 1_000;
const shortened = (note: string): string => (note.length > maxNote ? `${note.slice(0, maxNote - 1)}…` : note);

/** What an audit did not look at, most important first: a clean report must not be read as more than it is. */
export function notesOf(reach: Reach, language: Language): string[] {
  const text = texts[language];
  const { count } = numbersIn(language);
  const ended = reach.status === "completed";
  const notes = [
    text.unfinished[reach.status],
    ended &&
      reach.unfetched > 0 &&
      (reach.pages >= reach.maxPages ? text.budget(count(reach.maxPages), count(reach.unfetched)) : text.unfetched(count(reach.unfetched))),
    reach.maxDepth !== null && text.depth(count(reach.maxDepth)),
    reach.include.length > 0 && text.include(reach.include.join("  ")),
    reach.exclude.length > 0 && text.exclude(reach.exclude.join("  ")),
    !reach.respectRobots && text.robotsIgnored,
    text.notRendered,
    text.outside,
  ];
  return notes.filter((note) => typeof note === "string").map(shortened);
}
