import type { Severity } from "../rules/rule.ts";
import type { RuleInfo } from "../schemas.ts";
import { nothing, prose } from "./markdown-text.ts";
import { type Words, words } from "./words.ts";

export const sarifLevels: Readonly<Record<Severity, "error" | "warning" | "note">> = { error: "error", warning: "warning", info: "note" };

/** What GitHub calls these where it filters alerts. */
const problemSeverities: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "recommendation" };

/** GitHub shows no more of a description. */
const descriptionCharacters = 1_024;

/**
 * Text as SARIF wants it: braces are doubled, since one alone is a placeholder, and nothing in it is a link (SARIF 2.1.0, 3.11.5 and 3.11.6).
 * What makes a link is parted, not escaped: a backslash that was fetched could undo an escape.
 */
export const sarifText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[{}]/g, "$&$&")
    .replace(/\](?=\()/g, `]${nothing}`);

/** A rule as a `reportingDescriptor`. */
export function sarifRule({ id, category, severity, title, why, fix, sources }: RuleInfo, language: keyof typeof words): object {
  const help = helpOf(words[language], { title, why, fix });
  return {
    id,
    shortDescription: { text: sarifText(title) },
    fullDescription: { text: sarifText((why || title).slice(0, descriptionCharacters)) },
    help,
    ...(sources[0] === undefined ? {} : { helpUri: sources[0].url }),
    defaultConfiguration: { level: sarifLevels[severity] },
    properties: { tags: [category], "problem.severity": problemSeverities[severity] },
  };
}

/** A rule that was withdrawn has neither reason nor remedy, but GitHub wants a text. */
function helpOf(text: Words, { title, why, fix }: Pick<RuleInfo, "title" | "why" | "fix">): { text: string; markdown: string } {
  const parts = [
    [text.why, why],
    [text.fix, fix],
  ].filter(([, says]) => says !== "");
  if (parts.length === 0) return { text: sarifText(title), markdown: sarifText(prose(title)) };
  return {
    text: sarifText(parts.map(([heading, says]) => `${heading}: ${says}`).join("\n\n")),
    markdown: sarifText(parts.map(([heading, says]) => `**${heading}**\n\n${prose(says ?? "")}`).join("\n\n")),
  };
}
