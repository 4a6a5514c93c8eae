import { followable } from "./html-template.ts";
import { printable } from "./printable.ts";

/** Text on one line: besides what `printable` removes, the two separators that some readers of Markdown take for line ends. */
const line = (text: string): string =>
  printable(text)
    .replace(/[\u2028\u2029]/g, " ")
    .trim();

/** Shows nothing and has no width; between two characters it keeps programs from seeing a word of theirs. */
const nothing = "\u200b";

/**
 * Text that is shown as it is (CommonMark, GFM and the formulas of GitHub), wherever in a line it stands, and calls nobody. Where comments are
 * shown, a name after `@` would send somebody a message, a number after `#` would leave a trace elsewhere, and bare addresses would become
 * links: those look at the text after Markdown is done with it, so no escape helps, only to part the word.
 */
export function prose(text: string): string {
  return line(text)
    .replace(/@/g, `@${nothing}`)
    .replace(/[#!&](?=\d)/g, `$&${nothing}`)
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

/** A link to a crawled page, or only its name where following it would not be safe. */
export function link(address: string, name: string): string {
  const href = followable(address);
  if (href === null) return code(name);
  // In `<…>` these end the address, escape its next character or begin an entity; none is needed as it is.
  const destination = href.replace(/[\\<>|`\s]/g, encodeURIComponent).replaceAll("&", "&amp;");
  return `[${code(name)}](<${destination}>)`;
}
