import { AppError, errorFields, type Log, secondMs } from "../platform/index.ts";

/** A part of the answer that takes longer than this is left out: an operator looks when something is wrong. */
const patienceMs = 3 * secondMs;

/** Asks for the parts of an answer. What does not answer is null, and is named in `warnings`; why goes to the log. */
export interface Asking {
  readonly warnings: string[];
  ask<T>(part: string, question: () => Promise<T>): Promise<T | null>;
}

export function createAsking(log: Log): Asking {
  const warnings: string[] = [];
  return {
    warnings,
    async ask(part, question) {
      try {
        return await inTime(part, question());
      } catch (error) {
        log.warn("a part of the statistics is missing", { domain: "statistics", ...errorFields(error) });
        warnings.push(`No answer about ${part}: that part is null. Ask again in a moment; the log says why.`);
        return null;
      }
    },
  };
}

async function inTime<T>(part: string, answer: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new AppError("unavailable", `No answer about ${part} within ${patienceMs} ms.`)), patienceMs);
  });
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
