import { linkTo } from "../../messages/link-to.ts";
import type { Message } from "../../messages/message.ts";
import { firstLines, within } from "../../messages/plain-text.ts";

// Trello takes 16,384 characters in a name, a description or a comment (developer.atlassian.com, Trello REST API, Create a new Card; read 2026-11). What
// is sent is less, since the answer repeats it and of an answer 20 KB are read.
const textCharacters = 4_000;
const examplesCharacters = 3_000;
const nameCharacters = 100;
const valueCharacters = 200;
const factsShown = 10;

/** Marks of Markdown, and what begins a mention or the name of a picture. */
const marks = /[\\`*_~|[\]()<>#:@.!+-]/g;

/** Text of others, in which nothing means anything to Trello. No escape keeps a name after `@` from being called, only to part it. */
const escaped = (text: string): string => text.replace(marks, (mark) => (mark === "@" ? "@\u200b" : `\\${mark}`));

/** The description of a card whose name is the message's title. `mark` is what finds it again. */
export const cardText = (message: Message, mark: string): string => blocks([strong(message.severityWord), ...blocksOf(message), mark]);

/** A comment. */
export const commentText = (message: Message, mark: string): string => blocks([strong(message.title), ...blocksOf(message), mark]);

const blocks = (given: readonly string[]): string => given.filter((block) => block !== "").join("\n\n");
const strong = (text: string): string => (text === "" ? "" : `**${escaped(text)}**`);

function blocksOf({ text, facts, examples, link }: Message): string[] {
  return [
    // A line end alone is none to Markdown.
    within(text, textCharacters, escaped).replace(/\n+/g, "\n\n"),
    facts
      .slice(0, factsShown)
      .map(({ name, value }) => `- **${within(name, nameCharacters, escaped)}:** ${within(value, valueCharacters, escaped)}`)
      .join("\n"),
    firstLines(examples.map(exampleLine), examplesCharacters),
    link === null ? "" : linked(escaped(link.label), link.url),
  ];
}

function exampleLine(example: string): string {
  const address = linkTo(example);
  const shown = within(example, valueCharacters, escaped);
  return `- ${address === null ? shown : linked(shown, address)}`;
}

const inAddress: Readonly<Record<string, string>> = { "(": "%28", ")": "%29", "@": "%40", "\\": "%5C" };
/** An address that ends where it should, and calls nobody. */
const linked = (text: string, address: string): string => `[${text}](${address.replace(/[()@\\]/g, (character) => inAddress[character] ?? character)})`;
