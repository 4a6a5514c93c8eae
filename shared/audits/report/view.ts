import { type Numbers, numbersIn } from "./numbers.ts";
import type { Report, ReportedRule } from "./schemas.ts";
import { type Words, words } from "./words.ts";

/** What every part of a report for people is written from. */
export interface View {
  readonly report: Report;
  readonly text: Words;
  readonly numbers: Numbers;
}

export function viewOf(report: Report): View {
  return { report, text: words[report.language], numbers: numbersIn(report.language) };
}

/** How much of the site a rule failed on, in words. */
export function reachOf({ text }: View, { rule, failing, checked }: ReportedRule): string {
  return rule.scope === "site" ? text.ofSite : text.ofPages(failing, checked);
}
