import type { Language } from "../../platform/index.ts";

/** Texts of the formats that go into other programs: spreadsheets, build servers, comments. What all reports say is in `Words`. */
interface ExportWords {
  /** Headings of the columns of the CSV file, in their order. */
  readonly columns: readonly [
    severity: string,
    category: string,
    rule: string,
    version: string,
    title: string,
    page: string,
    message: string,
    evidenceTotal: string,
    evidence: string,
    why: string,
    fix: string,
    source: string,
    id: string,
  ];
  readonly category: string;
  readonly score: string;
  /** Says that a comment only names `n` of its rules. */
  readonly named: (n: number) => string;
  /** Ends a comment that has no room for the findings of `n` more rules. */
  readonly cut: (n: number) => string;
  /** Says that SARIF holds the worst `shown` of `total` findings. */
  readonly worstOnly: (shown: string, total: string) => string;
  /** The name of the test that fails when an audit has not come to its end, and of its suite. */
  readonly audit: string;
  readonly completes: string;
  /** Why it failed, when the audit says nothing of it. */
  readonly notCompleted: string;
}

const en: ExportWords = {
  columns: [
    "Severity",
    "Category",
    "Rule",
    "Rule version",
    "Problem",
    "Page",
    "What was found",
    "Evidence count",
    "Evidence",
    "Why it matters",
    "How to fix it",
    "Source",
    "Finding",
  ],
  category: "Category",
  score: "Score",
  named: (n) => `There is no room for the details of ${n === 1 ? "1 problem that is" : `${n} problems that are`} only named here; the full report has them.`,
  cut: (n) => `There is no room for the rest: ${n === 1 ? "1 more problem is" : `${n} more problems are`} in the full report.`,
  worstOnly: (shown, total) => `Only the ${shown} worst of ${total} findings are here; the CSV report has all of them.`,
  audit: "Audit",
  completes: "The audit completes",
  notCompleted: "The audit has not completed, so these results are not the whole picture.",
};

const es: ExportWords = {
  columns: [
    "Gravedad",
    "Categoría",
    "Regla",
    "Versión de la regla",
    "Problema",
    "Página",
    "Qué se encontró",
    "Número de evidencias",
    "Evidencias",
    "Por qué importa",
    "Cómo corregirlo",
    "Fuente",
    "Hallazgo",
  ],
  category: "Categoría",
  score: "Puntuación",
  named: (n) =>
    `No hay sitio para los detalles de ${n === 1 ? "1 problema que aquí solo se nombra" : `${n} problemas que aquí solo se nombran`}; están en el informe completo.`,
  cut: (n) => `No hay sitio para el resto: ${n === 1 ? "hay 1 problema más" : `hay ${n} problemas más`} en el informe completo.`,
  worstOnly: (shown, total) => `Aquí están solo los ${shown} hallazgos más graves de ${total}; el informe CSV los tiene todos.`,
  audit: "Auditoría",
  completes: "La auditoría se completa",
  notCompleted: "La auditoría no se ha completado, así que estos resultados no son todo lo que hay.",
};

export const exportWords: Readonly<Record<Language, ExportWords>> = { en, es };
