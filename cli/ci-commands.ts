/**
 * What CI systems take out of a log as commands: `::` at the start of a line, blanks aside, and `##[`, `##vso[` and
 * `##teamcity[` anywhere in it. They read both streams of a step, and an audited site decides much of what we write.
 */
const atStart = /(^|[\r\n])((?:[^\S\r\n]|\u0085)*)::/g;
const anywhere = /##(?=[a-z]*\[)/gi;

/** How a format writes the two marks so that a log reads no command; escapes keep the value, a blank is for formats without them. */
interface Spelling {
  readonly colons: string;
  readonly hashes: string;
}
export const plainSpelling: Spelling = { colons: ": :", hashes: "# #" };
export const jsonSpelling: Spelling = { colons: ": :", hashes: String.raw`\u0023#` };
export const markupSpelling: Spelling = { colons: "&#58;:", hashes: "&#35;#" };

/** The text, in which no CI system finds a command. */
export const withoutCommands = (text: string, { colons, hashes }: Spelling = plainSpelling): string =>
  text.replace(atStart, (_, lineEnd: string, blanks: string) => `${lineEnd}${blanks}${colons}`).replace(anywhere, () => hashes);
