import { AppError, type Language } from "../../platform/index.ts";
import { composeMessage, titleCharacters } from "../messages/compose-message.ts";
import type { Message } from "../messages/message.ts";
import { someLines, within } from "../messages/plain-text.ts";
import type { Shipment } from "./kind.ts";

/** Said before the title of a sample, so that nobody takes it for what happened. */
const test: Readonly<Record<Language, string>> = { en: "Test", es: "Prueba" };

/** No chat or tracker takes more; each kind has a limit of its own besides. */
const templateCharacters = 10_000;

/**
 * What a delivery tells people: its event in words. What the endpoint's template wrote stands for all of them but the title and the link. It is text
 * like any other, since most of it comes from the event.
 * @throws AppError `invalid` when the template gave something else than a text
 */
export function messageOf(shipment: Pick<Shipment, "event" | "language" | "publicUrl" | "templated" | "isTest">): Message {
  const { event, language, publicUrl, templated, isTest } = shipment;
  const composed = composeMessage(event, language, publicUrl);
  const message = isTest ? { ...composed, title: within(`${test[language]}: ${composed.title}`, titleCharacters) } : composed;
  if (templated === undefined) return message;
  if (typeof templated !== "string") throw new AppError("invalid", "The template of this endpoint must give a text.");
  return { ...message, text: within(someLines(templated.slice(0, 2 * templateCharacters)), templateCharacters), facts: [], examples: [] };
}
