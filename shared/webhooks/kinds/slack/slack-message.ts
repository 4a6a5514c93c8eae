import { linkTo } from "../../messages/link-to.ts";
import type { Message } from "../../messages/message.ts";
import { firstLines, within } from "../../messages/plain-text.ts";

// What Slack takes (docs.slack.dev, Block Kit: header, section, context; read 2026-11): 50 blocks, 150 characters in a header, 3,000 in a section, ten
// fields of 2,000 in one. The whole may not be much longer than 13,000 characters, which is not written down there, so what is long here is not all long.
const headerCharacters = 150;
const sectionCharacters = 3_000;
const examplesCharacters = 2_500;
const nameCharacters = 100;
const valueCharacters = 300;
const fallbackCharacters = 1_000;
const factsInSection = 5;

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** Without these three nothing is a link, a person, a group or a channel to Slack. */
const escaped = (text: string): string => text.replace(/[&<>]/g, (character) => entities[character] ?? character);

/** Text of others is plain to Slack too: neither marks nor names of pictures mean anything in it. */
const plain = (text: string, max: number) => ({ type: "plain_text", text: within(text, max, escaped), emoji: false });

/** Our own words and addresses alone. `verbatim` keeps Slack from looking for names and addresses in them. */
const marked = (text: string) => ({ type: "mrkdwn", text, verbatim: true });

/** A message as an incoming webhook of Slack takes it. Nothing in it calls anybody, and no address in it is looked at beforehand. */
export function slackMessage({ title, text, severityWord, facts, examples, link }: Message): object {
  const sections = Array.from({ length: Math.ceil(facts.length / factsInSection) }, (_, index) =>
    facts.slice(index * factsInSection, (index + 1) * factsInSection),
  );
  const shown = firstLines(examples.map(exampleLine), examplesCharacters);
  return {
    text: within(text === "" ? title : `${title}\n${text}`, fallbackCharacters, escaped),
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: "header", text: plain(title, headerCharacters) },
      { type: "context", elements: [plain(severityWord, nameCharacters)] },
      ...(text === "" ? [] : [{ type: "section", text: plain(text, sectionCharacters) }]),
      ...sections.map((section) => ({ type: "section", fields: section.flatMap(factFields) })),
      ...(shown === "" ? [] : [{ type: "section", text: marked(shown) }]),
      ...(link === null ? [] : [{ type: "section", text: marked(anchor(link.url, `|${escaped(link.label)}`)) }]),
    ],
  };
}

/** Fields stand in two columns. */
const factFields = ({ name, value }: Message["facts"][number]) => [plain(name, nameCharacters), plain(value, valueCharacters)];

const anchor = (address: string, label: string): string => `<${escaped(address.replaceAll("|", "%7C"))}${label}>`;

function exampleLine(example: string): string {
  const address = linkTo(example);
  return `• ${address === null ? within(example, valueCharacters, escaped) : anchor(address, "")}`;
}
