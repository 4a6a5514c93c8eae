import { linkTo } from "../../messages/link-to.ts";
import type { Message } from "../../messages/message.ts";
import { within } from "../../messages/plain-text.ts";

// Jira takes 32,767 characters in a description or comment (support.atlassian.com, text field character limit; read 2026-11), which these are within.
const textCharacters = 10_000;
const nameCharacters = 100;
const valueCharacters = 500;
const factsShown = 15;
const examplesShown = 10;
/** Of an address that is longer only the text is shown. */
const hrefCharacters = 1_000;

type Mark = { readonly type: "strong" } | { readonly type: "link"; readonly attrs: { readonly href: string } };
interface TextNode {
  readonly type: "text";
  readonly text: string;
  readonly marks?: readonly Mark[];
}
interface Paragraph {
  readonly type: "paragraph";
  readonly content: readonly TextNode[];
}
interface BulletList {
  readonly type: "bulletList";
  readonly content: readonly { readonly type: "listItem"; readonly content: readonly Paragraph[] }[];
}

/** A text with its looks, as Jira stores it (developer.atlassian.com, Atlassian Document Format). Text in it is text: nothing calls or links by itself. */
export interface Document {
  readonly type: "doc";
  readonly version: 1;
  readonly content: readonly (Paragraph | BulletList)[];
}

/** The description of a ticket whose summary is the message's title. */
export const ticketDocument = (message: Message): Document => documentOf([paragraph([strong(message.severityWord)]), ...blocksOf(message)]);

/** A comment. `mark` is what finds it again; `remark` is a sentence more, in the reader's language. */
export function commentDocument(message: Message, mark: string, remark: string | null): Document {
  const last = remark === null ? [] : [paragraph([text(remark)])];
  return documentOf([paragraph([strong(message.title)]), ...blocksOf(message), ...last, paragraph([text(mark)])]);
}

const documentOf = (content: Document["content"]): Document => ({ type: "doc", version: 1, content });

function blocksOf({ text: told, facts, examples, link }: Message): Document["content"] {
  const lines = within(told, textCharacters)
    .split("\n")
    .filter((line) => line !== "");
  return [
    ...lines.map((line) => paragraph([text(line)])),
    ...list(facts.slice(0, factsShown).map(({ name, value }) => [strong(`${within(name, nameCharacters)}: `), text(within(value, valueCharacters))])),
    ...list(examples.slice(0, examplesShown).map((example) => [linked(within(example, valueCharacters), linkTo(example))])),
    ...(link === null ? [] : [paragraph([linked(link.label, link.url)])]),
  ];
}

const text = (content: string): TextNode => ({ type: "text", text: content });
const strong = (content: string): TextNode => ({ type: "text", text: content, marks: [{ type: "strong" }] });
const linked = (content: string, href: string | null): TextNode =>
  href === null || href.length > hrefCharacters ? text(content) : { type: "text", text: content, marks: [{ type: "link", attrs: { href } }] };

/** No text node is empty in this format. */
const paragraph = (content: readonly TextNode[]): Paragraph => ({ type: "paragraph", content: content.filter((node) => node.text !== "") });

/** And no list is. */
const list = (items: readonly (readonly TextNode[])[]): BulletList[] =>
  items.length === 0 ? [] : [{ type: "bulletList", content: items.map((item) => ({ type: "listItem", content: [paragraph(item)] })) }];
