import type { Severity } from "../catalogue/public-event.ts";

/** An event told to people, in their language: what chats show and tickets say. Plain text throughout; each kind escapes it by its own rules. */
export interface Message {
  /** One line, at most 200 characters, such as "New finding on shop.example: pages without a title". */
  readonly title: string;
  /** A sentence or a few: what happened and what to do; may be empty. */
  readonly text: string;
  readonly severity: Severity;
  /** How bad it is, in a word of the language. */
  readonly severityWord: string;
  /** Name and value, such as "Project", "Shop": which project, how many pages, since when. */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  /** Some addresses that it is about, at most ten. */
  readonly examples: readonly string[];
  /** Where to read on in Mentha; null where there is no page. */
  readonly link: { readonly url: string; readonly label: string } | null;
}
