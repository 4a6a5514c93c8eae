import { linkTo } from "../../messages/link-to.ts";
import type { Message } from "../../messages/message.ts";
import { firstLines, within } from "../../messages/plain-text.ts";

// What Discord takes (discord.com/developers/docs, Message: Embed Limits; read 2026-11): 256 characters in a title and in a name, 4,096 in a description,
// 1,024 in a value, 25 fields, 2,048 in a footer, and 6,000 in all of them together, which these are within.
const titleCharacters = 256;
const textCharacters = 1_500;
const examplesCharacters = 1_000;
const nameCharacters = 60;
const valueCharacters = 240;
const factsShown = 10;

/** By severity; 0xRRGGBB. */
const colors: Readonly<Record<Message["severity"], number>> = { info: 0x3b82f6, good: 0x16a34a, warning: 0xf59e0b, error: 0xdc2626 };

/** Marks of Discord's Markdown, and what begins a mention, a link or a picture. */
const marks = /[\\`*_~|[\]<>#:@]/g;

/** Text of others, in which nothing means anything to Discord. A word that calls everybody is parted too, for programs that read along. */
const escaped = (text: string): string => text.replace(marks, (mark) => (mark === "@" ? "@\u200b" : `\\${mark}`));

/** A message as a webhook of Discord takes it: one embed that calls nobody. `at` is when it happened, ISO 8601. */
export function discordMessage({ title, text, severity, severityWord, facts, examples, link }: Message, at: string): object {
  const said = text === "" ? [] : [within(text, textCharacters, escaped)];
  const shown = firstLines(examples.map(exampleLine), examplesCharacters);
  const description = [...said, ...(shown === "" ? [] : [shown]), ...(link === null ? [] : [`[${escaped(link.label)}](<${link.url}>)`])].join("\n\n");
  return {
    allowed_mentions: { parse: [] },
    embeds: [
      {
        title: within(title, titleCharacters, escaped),
        ...(description !== "" && { description }),
        color: colors[severity],
        fields: facts.slice(0, factsShown).map(({ name, value }) => ({
          name: within(name, nameCharacters, escaped),
          value: within(value, valueCharacters, escaped),
          inline: true,
        })),
        footer: { text: severityWord },
        timestamp: at,
      },
    ],
  };
}

function exampleLine(example: string): string {
  const address = linkTo(example);
  return `• ${address === null ? within(example, valueCharacters, escaped) : `<${address}>`}`;
}
