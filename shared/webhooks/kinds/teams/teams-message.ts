import { linkTo } from "../../messages/link-to.ts";
import type { Message } from "../../messages/message.ts";
import { within } from "../../messages/plain-text.ts";

/** A message of Teams has about 28 KB (learn.microsoft.com, Connectors, Microsoft Teams, known issues; read 2026-11). */
export const messageBytes = 28_000;

/** By severity, as Adaptive Cards name colours. */
const colors: Readonly<Record<Message["severity"], string>> = { info: "Accent", good: "Good", warning: "Warning", error: "Attention" };

const encoder = new TextEncoder();

/** A message as a workflow of Teams takes it, with fewer examples and then less text where it would be too long for it. */
export function teamsMessage(message: Message): string {
  for (const shorter of evenShorter(message)) {
    const text = JSON.stringify(card(shorter));
    if (encoder.encode(text).length <= messageBytes) return text;
  }
  return JSON.stringify(card({ ...message, text: "", facts: [], examples: [] }));
}

function* evenShorter(message: Message): Generator<Message> {
  for (let kept = message.examples.length; kept >= 0; kept -= 1) yield { ...message, examples: message.examples.slice(0, kept) };
  for (let characters = message.text.length; characters > 100; characters = Math.floor(characters / 2)) {
    yield { ...message, examples: [], text: within(message.text, characters) };
  }
}

/**
 * One Adaptive Card 1.2. Its texts are runs, which know no Markdown and no dates to put into words, unlike text blocks; a person is called by a list of
 * those to call only, and there is none.
 */
function card({ title, text, severity, severityWord, facts, examples, link }: Message) {
  const content = {
    type: "AdaptiveCard",
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    version: "1.2",
    fallbackText: title,
    body: [
      line([run(title, { size: "Large", weight: "Bolder" })]),
      line([run(severityWord, { color: colors[severity], weight: "Bolder" })]),
      ...(text === "" ? [] : text.split("\n").filter((each) => each !== "")).map((each) => line([run(each)])),
      ...facts.map(({ name, value }) => line([run(`${name}: `, { weight: "Bolder" }), run(value)])),
      ...examples.map((example) => line([run(example, opening(example))])),
    ],
    actions: link === null ? [] : [{ type: "Action.OpenUrl", title: link.label, url: link.url }],
    msteams: { width: "Full" },
  };
  return { type: "message", attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content }] };
}

const line = (inlines: readonly object[]) => ({ type: "RichTextBlock", spacing: "Small", inlines });
const run = (text: string, looks: object = {}) => ({ type: "TextRun", text, ...looks });

function opening(example: string): object {
  const url = linkTo(example);
  return url === null ? {} : { selectAction: { type: "Action.OpenUrl", url } };
}
