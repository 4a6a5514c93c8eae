import { printable } from "../../platform/index.ts";
import { followable } from "./html-template.ts";

/** Text on one line: besides what `printable` removes, the two separators that some readers of Markdown take for line ends. */
const line = (text: string): string =>
  printable(text)
    .replace(/[\u2028\u2029]/g, " ")
    .trim();

/** Shows nothing and has no width; between two characters it keeps programs from seeing a word of theirs. */
export const nothing = "\u200b";

/**
 * Text that is shown as it is (CommonMark, GFM and the formulas of GitHub), wherever in a line it stands, and calls nobody. Where comments are
 * shown, a name after `@` would send somebody a message, a number after `#` or `%` and the hash of a commit would leave a trace elsewhere, bare
 * addresses would become links and words between colons pictures: those look at the text after Markdown is done with it, so no escape helps,
 * only to part the word.
 */
export function prose(text: string): string {
  return line(text)
    .replace(/@/g, `@${nothing}`)
    .replace(/[#!&](?=\d)|%(?=["\d])/g, `$&${nothing}`)
    .replace(/\b[\da-f]{7,40}\b/gi, (hash) => hash.replace(/.{6}(?=.)/g, `$&${nothing}`)) // fewer than seven digits name no commit
    .replace(/:(?!(?<=\d:)\d\d?:)(?=[\w+-]+:)/g, `:${nothing}`) // but not 10:30:00
    .replace(/GH(?=-\d)/gi, `$&${nothing}`)
    .replace(/:(?=\/\/)/g, `:${nothing}`)
    .replace(/www(?=\.)/gi, `$&${nothing}`)
    .replace(/[\\`*_[\]<>#|~&$]/g, "\\$&")
    .replace(/^[-+=/]/, "\\$&") // a slash at the start of a line is a command to GitLab
    .replace(/^(\d{1,9})([.)])/, "$1\\$2");
}

/** Fetched text as code, in which nothing has a meaning: neither marks nor names nor addresses. */
export function code(text: string): string {
  const shown = line(text) || "–";
  const longest = Math.max(0, ...Array.from(shown.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = shown.startsWith("`") || shown.endsWith("`") ? " " : "";
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** A longer address is shown as text: a site could fill a whole comment with what no reader sees. */
const linkCharacters = 300;

/** A link to a crawled page, or only its name where following it would not be safe or takes too much room. */
export function link(address: string, name: string): string {
  const href = followable(address);
  if (href === null) return code(name);
  // In `<…>` these end the address, escape its next character or begin an entity; none is needed as it is.
  const destination = href.replace(/[\\<>|`\s]/g, encodeURIComponent).replaceAll("&", "&amp;");
  if (destination.length > linkCharacters) return code(name);
  return `[${code(name)}](<${destination}>)`;
}
