import type { Language } from "../../platform/index.ts";
import type { Category, Severity } from "../rules/rule.ts";
import type { AuditStatus } from "../schemas.ts";
import { count } from "./numbers.ts";

/** Every text of a report that does not come from a rule. */
export interface Words {
  readonly title: string;
  readonly overall: string;
  readonly tone: Readonly<Record<"good" | "fair" | "poor" | "none", string>>;
  readonly status: Readonly<Record<AuditStatus, string>>;
  readonly category: Readonly<Record<Category, string>>;
  readonly severity: Readonly<Record<Severity, string>>;
  /** A number of findings of one severity, without the number. */
  readonly severities: (severity: Severity, n: number) => string;
  readonly pages: (n: number) => string;
  readonly findings: (n: number) => string;
  readonly rules: (n: number) => string;
  readonly ofPages: (failing: number, checked: number) => string;
  /** How much of the site a rule about its own files failed on: always all of it. */
  readonly ofSite: string;
  readonly more: (n: number) => string;
  /** Reads on with the request that answers with everything. */
  readonly allOfThem: string;
  /** Follows the reason of an audit that failed. */
  readonly afterFailure: string;
  readonly took: (duration: string) => string;
  readonly redirects: string;
  readonly failed: string;
  readonly noAnswer: string;
  readonly scores: string;
  readonly notScored: string;
  /** Of a category in which only rules without weight had something to check. */
  readonly infoOnly: string;
  readonly advisory: string;
  readonly fixFirst: string;
  readonly fixFirstLead: string;
  readonly nothingToFix: string;
  readonly findingsHeading: string;
  readonly why: string;
  readonly fix: string;
  readonly evidence: string;
  readonly wholeSite: string;
  readonly examples: string;
  readonly sources: string;
  readonly checkedOn: (date: string) => string;
  readonly pagesHeading: string;
  readonly byStatus: string;
  readonly slowest: string;
  readonly page: string;
  readonly httpStatus: string;
  readonly firstByte: string;
  readonly total: string;
  readonly size: string;
  readonly passed: string;
  readonly passedLead: string;
  readonly checksPassed: (n: number) => string;
  readonly notChecked: string;
  readonly notCheckedLead: string;
  readonly notes: string;
  /** Names the `notes` section in the table of contents, which has no room for its heading. */
  readonly limits: string;
  readonly contents: string;
  readonly skip: string;
  readonly madeBy: (version: string, date: string) => string;
  readonly readMore: string;
}

const number = (language: Language) => {
  const format = new Intl.NumberFormat(language);
  return (n: number): string => format.format(n);
};
const enNumber = number("en");
const esNumber = number("es");

const en: Words = {
  title: "Site audit",
  overall: "Overall score",
  tone: { good: "Good", fair: "Needs work", poor: "Poor", none: "No score" },
  status: { queued: "Queued", running: "Running", completed: "Completed", failed: "Failed", cancelled: "Cancelled" },
  category: {
    indexability: "Indexability",
    content: "Content",
    links: "Links",
    sitemaps: "Sitemaps",
    international: "International",
    mobile: "Mobile",
    images: "Images",
    urls: "URLs",
    "structured-data": "Structured data",
    security: "Security",
    performance: "Performance",
    "ai-access": "AI access",
    "ai-content": "AI content",
  },
  severity: { error: "Error", warning: "Warning", info: "Info" },
  severities: (severity, n) => ({ error: ["error", "errors"], warning: ["warning", "warnings"], info: ["info", "info"] })[severity][n === 1 ? 0 : 1] ?? "",
  pages: count("en", "page", "pages"),
  findings: count("en", "finding", "findings"),
  rules: count("en", "check", "checks"),
  ofPages: (failing, checked) => `${enNumber(failing)} of ${enNumber(checked)} ${checked === 1 ? "page" : "pages"}`,
  ofSite: "the whole site",
  more: (n) => `and ${enNumber(n)} more`,
  allOfThem: "all of them:",
  afterFailure: "Once this is solved, start the audit again.",
  took: (duration) => `in ${duration}`,
  redirects: "Redirects",
  failed: "No response",
  noAnswer: "No response",
  scores: "Scores by category",
  notScored: "Nothing to check",
  infoOnly: "Not scored: info only",
  advisory: "Advice; not part of the overall score",
  fixFirst: "Fix these first",
  fixFirstLead: "The problems that do the most harm, and how to fix them.",
  nothingToFix: "Nothing to fix: every check that applied has passed.",
  findingsHeading: "Findings",
  why: "Why it matters",
  fix: "How to fix it",
  evidence: "Evidence",
  wholeSite: "The whole site",
  examples: "Examples",
  sources: "Sources",
  checkedOn: (date) => `checked ${date}`,
  pagesHeading: "Pages",
  byStatus: "Responses by HTTP status",
  slowest: "Slowest pages",
  page: "Page",
  httpStatus: "Status",
  firstByte: "First byte",
  total: "Total",
  size: "Size",
  passed: "Passed",
  passedLead: "None of these problems was found.",
  checksPassed: () => "passed",
  notChecked: "Not checked",
  notCheckedLead: "These had nothing to check on this site, so they do not change any score.",
  notes: "What this audit did not look at",
  limits: "Limits",
  contents: "Contents",
  skip: "Skip to the report",
  madeBy: (version, date) => `Made with Mentha ${version} on ${date}`,
  readMore: "More findings and evidence: --format html or --format json",
};

const es: Words = {
  title: "Auditoría del sitio",
  overall: "Puntuación global",
  tone: { good: "Buena", fair: "Mejorable", poor: "Deficiente", none: "Sin puntuación" },
  status: { queued: "En cola", running: "En curso", completed: "Completada", failed: "Fallida", cancelled: "Cancelada" },
  category: {
    indexability: "Indexabilidad",
    content: "Contenido",
    links: "Enlaces",
    sitemaps: "Sitemaps",
    international: "Internacional",
    mobile: "Móvil",
    images: "Imágenes",
    urls: "URL",
    "structured-data": "Datos estructurados",
    security: "Seguridad",
    performance: "Rendimiento",
    "ai-access": "Acceso para IA",
    "ai-content": "Contenido para IA",
  },
  severity: { error: "Error", warning: "Advertencia", info: "Información" },
  severities: (severity, n) =>
    ({ error: ["error", "errores"], warning: ["advertencia", "advertencias"], info: ["informativo", "informativos"] })[severity][n === 1 ? 0 : 1] ?? "",
  pages: count("es", "página", "páginas"),
  findings: count("es", "hallazgo", "hallazgos"),
  rules: count("es", "comprobación", "comprobaciones"),
  ofPages: (failing, checked) => `${esNumber(failing)} de ${esNumber(checked)} ${checked === 1 ? "página" : "páginas"}`,
  ofSite: "todo el sitio",
  more: (n) => `y ${esNumber(n)} más`,
  allOfThem: "todos:",
  afterFailure: "Cuando esté resuelto, vuelve a iniciar la auditoría.",
  took: (duration) => `en ${duration}`,
  redirects: "Redirecciones",
  failed: "Sin respuesta",
  noAnswer: "Sin respuesta",
  scores: "Puntuación por categoría",
  notScored: "Nada que comprobar",
  infoOnly: "No puntúa: solo información",
  advisory: "Orientativo; no cuenta para la puntuación global",
  fixFirst: "Corrige esto primero",
  fixFirstLead: "Los problemas más graves y cómo resolverlos.",
  nothingToFix: "Nada que corregir: todas las comprobaciones aplicables se han superado.",
  findingsHeading: "Hallazgos",
  why: "Por qué importa",
  fix: "Cómo corregirlo",
  evidence: "Evidencias",
  wholeSite: "Todo el sitio",
  examples: "Ejemplos",
  sources: "Fuentes",
  checkedOn: (date) => `consultado en ${date}`,
  pagesHeading: "Páginas",
  byStatus: "Respuestas por código HTTP",
  slowest: "Páginas más lentas",
  page: "Página",
  httpStatus: "Código",
  firstByte: "Primer byte",
  total: "Total",
  size: "Tamaño",
  passed: "Superado",
  passedLead: "No se encontró ninguno de estos problemas.",
  checksPassed: (n) => (n === 1 ? "superada" : "superadas"),
  notChecked: "Sin comprobar",
  notCheckedLead: "En este sitio no tenían nada que comprobar, así que no cambian ninguna puntuación.",
  notes: "Lo que esta auditoría no examinó",
  limits: "Límites",
  contents: "Contenido",
  skip: "Saltar al informe",
  madeBy: (version, date) => `Generado con Mentha ${version} el ${date}`,
  readMore: "Más hallazgos y evidencias: --format html o --format json",
};

export const words: Readonly<Record<Language, Words>> = { en, es };
