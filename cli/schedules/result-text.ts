import { z } from "zod";
import { Counts, count } from "../../shared/audits/index.ts";
import type { ScheduleRun } from "../../shared/schedules/index.ts";

type Result = ScheduleRun["result"];

const audits = count("en", "audit", "audits");
const [errors, warnings, notes] = [count("en", "error", "errors"), count("en", "warning", "warnings"), count("en", "note", "notes")];
const [projects, sites] = [count("en", "project", "projects"), count("en", "site", "sites")];
const Sum = z.int().min(0);

/** What each kind of run says of itself, in a sentence. */
const known: readonly ((result: unknown) => string | undefined)[] = [
  sentence(z.strictObject({ counts: Counts }), ({ counts }) => `${errors(counts.error)}, ${warnings(counts.warning)}, ${notes(counts.info)}`),
  sentence(z.strictObject({ started: Sum, skipped: z.record(z.string(), Sum) }), ({ started, skipped }) => startedText(started, Object.entries(skipped))),
  sentence(
    z.strictObject({ reportId: z.string(), projects: Sum, sites: Sum, audited: Sum, better: Sum, worse: Sum }),
    (one) => `${sites(one.sites)} of ${projects(one.projects)}, ${one.audited} audited: ${one.better} better, ${one.worse} worse`,
  ),
];

function sentence<T>(schema: z.ZodType<T>, tell: (result: T) => string): (result: unknown) => string | undefined {
  return (result) => {
    const parsed = schema.safeParse(result);
    return parsed.success ? tell(parsed.data) : undefined;
  };
}

function startedText(started: number, skipped: readonly (readonly [why: string, sites: number])[]): string {
  const leftOut = skipped.reduce((sum, [, sitesLeftOut]) => sum + sitesLeftOut, 0);
  if (leftOut > 0) return `${audits(started)} started, ${leftOut} left out (${skipped.map(([why, n]) => `${why.replaceAll("_", " ")} ${n}`).join(", ")})`;
  return started === 0 ? `${audits(0)} started; no site is verified yet` : `${audits(started)} started`;
}

/** What a run says of its work. What a server of another version says is shown as it is. */
export function resultText(result: Result): string {
  if (result === null) return "";
  for (const tell of known) {
    const text = tell(result);
    if (text !== undefined) return text;
  }
  return Object.entries(result)
    .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
}
