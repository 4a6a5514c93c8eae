// Control characters and direction overrides: a page's title, or a person's name, could move the cursor, change the colours or reverse the line.
const unprintable = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;
/** The same but for what `JSON.stringify` escapes itself, and the line ends that it writes. */
const unprintableInJson = /[\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text of others on one line that can do nothing to a terminal or a page but be shown. */
export const printable = (text: string): string => text.replace(unprintable, " ");

/** JSON, indented unless told otherwise, that a terminal can only show: what `printable` removes is escaped here, so the value stays the same. */
export function printableJson(value: unknown, indent: 0 | 2 = 2): string {
  return JSON.stringify(value, null, indent).replace(unprintableInJson, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
