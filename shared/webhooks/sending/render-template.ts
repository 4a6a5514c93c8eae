import { z } from "zod";
import { evaluate } from "../../expressions/index.ts";
import { AppError } from "../../platform/index.ts";
import type { PublicEvent } from "../catalogue/public-event.ts";
import type { WebhookKind } from "../webhook-kind.ts";

const AnObject = z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]);
const AText = z.string().min(1);

/**
 * What the template of an endpoint makes of an event: a body for `http`, a text for the others.
 * @throws AppError `invalid` when it fails, or makes something else
 */
export async function renderTemplate(template: string, kind: WebhookKind, event: PublicEvent): Promise<unknown> {
  const made = await evaluate(template, event);
  const { schema, called } = kind === "http" ? { schema: AnObject, called: "an object or a list" } : { schema: AText, called: "a text" };
  if (schema.safeParse(made).success) return made;
  throw new AppError("invalid", `The template of this endpoint must make ${called}, and made ${typeName(made)} of this event.`);
}

/** What an expression made, in words for whoever wrote it. */
export function typeName(value: unknown): string {
  if (value === undefined || value === null || value === "") return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "string" ? "a text" : `${typeof value === "object" ? "an" : "a"} ${typeof value}`;
}
