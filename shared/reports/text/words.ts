import { count, type Severity } from "../../audits/index.ts";
import type { Language } from "../../platform/index.ts";

/** Every text of a report that comes neither from its data nor from a rule. */
export interface Words {
  readonly title: string;
  readonly aboutAll: string;
  readonly made: (date: string) => string;
  readonly glance: string;
  readonly looked: (audited: number, sites: number) => string;
  readonly better: (n: number) => string;
  readonly worse: (n: number) => string;
  readonly nothingChanged: string;
  readonly noProjects: string;
  readonly noSites: string;
  readonly noAudit: string;
  readonly lastAudit: (date: string) => string;
  readonly lastScore: (score: number, date: string) => string;
  readonly outOf100: (score: number) => string;
  readonly unscored: string;
  readonly points: (change: number, date: string) => string;
  readonly unchanged: (date: string) => string;
  readonly first: string;
  readonly otherRules: (score: number | null, date: string) => string;
  readonly otherOptions: (score: number | null, date: string) => string;
  readonly auditOf: (date: string, pages: number) => string;
  readonly fixedHeading: (n: number) => string;
  readonly openedHeading: (n: number) => string;
  readonly nothingElse: string;
  readonly hadIt: (pages: number) => string;
  readonly haveIt: (pages: number, checked: number) => string;
  readonly wholeSite: string;
  readonly more: (n: number) => string;
  readonly muted: (n: number) => string;
  readonly fixFirst: string;
  readonly nothingToFix: string;
  readonly howTo: string;
  readonly severity: Readonly<Record<Severity, string>>;
  readonly fullReport: string;
  readonly brief: (n: number) => string;
  readonly leftOut: (projects: number, sites: number) => string;
  readonly page: (page: number, pages: number) => string;
  readonly cut: string;
  readonly column: Readonly<Record<"site" | "score" | "change" | "better" | "worse", string>>;
}

const signed = (n: number): string => (n > 0 ? `+${n}` : `−${Math.abs(n)}`);

const english = (): Words => {
  const number = new Intl.NumberFormat("en");
  const pages = count("en", "page", "pages");
  const sites = count("en", "site", "sites");
  const projects = count("en", "project", "projects");
  const fixed = count("en", "problem fixed", "problems fixed");
  const opened = count("en", "new problem", "new problems");
  const scored = (score: number | null): string => (score === null ? "" : `, which was ${score}`);
  return {
    title: "Site quality report",
    aboutAll: "All projects",
    made: (date) => `Made on ${date}`,
    glance: "At a glance",
    looked: (audited, all) =>
      audited === all
        ? `${sites(all)} ${all === 1 ? "was" : "were"} audited.`
        : `${number.format(audited)} of ${sites(all)} ${audited === 1 ? "was" : "were"} audited.`,
    better: (n) => `${fixed(n)}.`,
    worse: (n) => `${opened(n)}.`,
    nothingChanged: "Nothing got better or worse.",
    noProjects: "There are no projects yet. Make one and add its sites, and the next report tells of them.",
    noSites: "This project has no sites yet. Add one, and the next report tells of it.",
    noAudit: "No audit was completed in this time.",
    lastAudit: (date) => `The last one was on ${date}.`,
    lastScore: (score, date) => `The last one was on ${date}, with ${score} of 100.`,
    outOf100: (score) => `${score} of 100`,
    unscored: "There was nothing to score",
    points: (change, date) => `${signed(change)} since ${date}`,
    unchanged: (date) => `no change since ${date}`,
    first: "This was the first audit of this site: there is nothing to compare it with yet.",
    otherRules: (score, date) => `Rules were changed since ${date}, so the score does not compare with the one of then${scored(score)}.`,
    otherOptions: (score, date) =>
      `The audit of ${date} did not look at the same pages, so the score does not compare with the one of then${scored(score)}, and nothing counts as fixed.`,
    auditOf: (date, n) => `Audit of ${date}, ${pages(n)}`,
    fixedHeading: (n) => `Better: ${fixed(n)}`,
    openedHeading: (n) => `Worse: ${opened(n)}`,
    nothingElse: "No problem was fixed, and none is new.",
    hadIt: (n) => `${pages(n)} had it`,
    haveIt: (n, checked) => `${number.format(n)} of ${pages(checked)}`,
    wholeSite: "the whole site",
    more: (n) => `and ${number.format(n)} more`,
    muted: (n) => `${number.format(n)} muted ${n === 1 ? "rule is" : "rules are"} not listed.`,
    fixFirst: "What to fix first",
    nothingToFix: "Nothing to fix: no errors and no warnings.",
    howTo: "How to fix it:",
    severity: { error: "Error", warning: "Warning", info: "Note" },
    fullReport: "Open the whole audit report",
    brief: (n) => `The first ${number.format(n)} sites are told in full; of the others the scores and counts are in the table.`,
    leftOut: (p, s) =>
      `Not in this report: ${[...(p > 0 ? [projects(p)] : []), ...(s > 0 ? [sites(s)] : [])].join(" and ")}. Ask for a report of one project to see its sites.`,
    page: (n, of) => `Page ${n} of ${of}`,
    cut: "The report was cut here: it would be too long to read. The rest is in the Markdown form of this report.",
    column: { site: "Site", score: "Score", change: "Change", better: "Better", worse: "Worse" },
  };
};

const spanish = (): Words => {
  const number = new Intl.NumberFormat("es");
  const pages = count("es", "página", "páginas");
  const sites = count("es", "sitio", "sitios");
  const projects = count("es", "proyecto", "proyectos");
  const fixed = count("es", "problema corregido", "problemas corregidos");
  const opened = count("es", "problema nuevo", "problemas nuevos");
  const scored = (score: number | null): string => (score === null ? "" : `, que era ${score}`);
  return {
    title: "Informe de calidad de los sitios",
    aboutAll: "Todos los proyectos",
    made: (date) => `Hecho el ${date}`,
    glance: "De un vistazo",
    looked: (audited, all) =>
      audited === all
        ? `Se ${all === 1 ? "auditó" : "auditaron"} ${sites(all)}.`
        : `Se ${audited === 1 ? "auditó" : "auditaron"} ${number.format(audited)} de ${sites(all)}.`,
    better: (n) => `${fixed(n)}.`,
    worse: (n) => `${opened(n)}.`,
    nothingChanged: "Nada ha mejorado ni empeorado.",
    noProjects: "Todavía no hay proyectos. Crea uno y añade sus sitios, y el próximo informe hablará de ellos.",
    noSites: "Este proyecto todavía no tiene sitios. Añade uno, y el próximo informe hablará de él.",
    noAudit: "No terminó ninguna auditoría en este tiempo.",
    lastAudit: (date) => `La última fue el ${date}.`,
    lastScore: (score, date) => `La última fue el ${date}, con ${score} de 100.`,
    outOf100: (score) => `${score} de 100`,
    unscored: "No había nada que puntuar",
    points: (change, date) => `${signed(change)} desde el ${date}`,
    unchanged: (date) => `sin cambios desde el ${date}`,
    first: "Fue la primera auditoría de este sitio: todavía no hay con qué compararla.",
    otherRules: (score, date) => `Las reglas han cambiado desde el ${date}, así que la puntuación no se puede comparar con la de entonces${scored(score)}.`,
    otherOptions: (score, date) =>
      `La auditoría del ${date} no miró las mismas páginas, así que la puntuación no se puede comparar con la de entonces${scored(score)} y nada cuenta como corregido.`,
    auditOf: (date, n) => `Auditoría del ${date}, ${pages(n)}`,
    fixedHeading: (n) => `Mejor: ${fixed(n)}`,
    openedHeading: (n) => `Peor: ${opened(n)}`,
    nothingElse: "No se corrigió ningún problema y no hay ninguno nuevo.",
    hadIt: (n) => `${n === 1 ? "lo tenía" : "lo tenían"} ${pages(n)}`,
    haveIt: (n, checked) => `${number.format(n)} de ${pages(checked)}`,
    wholeSite: "todo el sitio",
    more: (n) => `y ${number.format(n)} más`,
    muted: (n) => `${n === 1 ? "No aparece" : "No aparecen"} ${number.format(n)} ${n === 1 ? "regla silenciada" : "reglas silenciadas"}.`,
    fixFirst: "Qué corregir primero",
    nothingToFix: "Nada que corregir: ni errores ni advertencias.",
    howTo: "Cómo corregirlo:",
    severity: { error: "Error", warning: "Advertencia", info: "Nota" },
    fullReport: "Abrir el informe completo de la auditoría",
    brief: (n) => `Los primeros ${number.format(n)} sitios se cuentan por completo; de los demás, la tabla tiene puntuaciones y recuentos.`,
    leftOut: (p, s) =>
      `No están en este informe: ${[...(p > 0 ? [projects(p)] : []), ...(s > 0 ? [sites(s)] : [])].join(" y ")}. Pide un informe de un solo proyecto para ver sus sitios.`,
    page: (n, of) => `Página ${n} de ${of}`,
    cut: "El informe se ha cortado aquí: sería demasiado largo para leerlo. El resto está en la versión Markdown de este informe.",
    column: { site: "Sitio", score: "Puntuación", change: "Cambio", better: "Mejor", worse: "Peor" },
  };
};

const made = new Map<Language, Words>();
const makers: Readonly<Record<Language, () => Words>> = { en: english, es: spanish };

/** The words of a language; made once, since what formats numbers takes longer to make than to use. */
export function wordsIn(language: Language): Words {
  const words = made.get(language) ?? makers[language]();
  made.set(language, words);
  return words;
}
