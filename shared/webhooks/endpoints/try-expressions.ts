import { AppError, type Context } from "../../platform/index.ts";
import { expandTypes, sampleOf } from "../catalogue/catalogue.ts";
import type { PublicEvent } from "../catalogue/public-event.ts";
import { askFilter } from "../deliveries/ask-filter.ts";
import { renderTemplate, typeName } from "../sending/render-template.ts";
import { problemAt } from "./field-problems.ts";
import type { WebhookRow } from "./stored-webhook.ts";

/** What an endpoint makes of events. */
interface Expressions extends Pick<WebhookRow, "kind" | "filter" | "template"> {
  /** Types and aliases. */
  readonly events: readonly string[];
}

/**
 * Has a filter and a template make something of a sample of each type that the endpoint gets. A template is tried on those that the filter lets through: for the
 * others it need not be made; on all of them where that is none.
 * @throws AppError `invalid` at the first that is no good, which names its type
 */
export async function tryExpressions(
  { workspaceId, now }: Pick<Context, "workspaceId" | "now">,
  { kind, events, filter, template }: Expressions,
): Promise<void> {
  const samples = [...expandTypes(events)].map((type) => sampleOf(type, workspaceId, now()).event);
  const through: PublicEvent[] = [];
  for (const sample of samples) if (filter === null || (await tryFilter(filter, sample))) through.push(sample);
  if (template === null) return;
  for (const sample of through.length > 0 ? through : samples) await trying("template", sample, () => renderTemplate(template, kind, sample));
}

/** Whether it lets a sample through. What makes nothing, as of a field that such an event has not, lets nothing through. */
async function tryFilter(filter: string, sample: PublicEvent): Promise<boolean> {
  const made = await trying("filter", sample, () => askFilter(filter, sample));
  if (typeof made === "boolean") return made;
  if (made === undefined || made === null) return false;
  return refuse("filter", sample, `It must make true or false, and makes ${typeName(made)}.`);
}

async function trying(path: "filter" | "template", sample: PublicEvent, make: () => Promise<unknown>): Promise<unknown> {
  try {
    return await make();
  } catch (error) {
    return refuse(path, sample, AppError.from(error).message);
  }
}

function refuse(path: "filter" | "template", { type }: PublicEvent, why: string): never {
  const message = `The ${path} does not work for a sample of ${type}. ${why}`;
  throw new AppError("invalid", message, { errors: [problemAt(path, message)] });
}
