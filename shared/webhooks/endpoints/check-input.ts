import type { z } from "zod";
import { checkExpression } from "../../expressions/index.ts";
import type { Context, FieldError } from "../../platform/index.ts";
import { kinds } from "../kinds/kinds.ts";
import { type KindSettings, kindSettings } from "../kinds/settings.ts";
import type { WebhookKind } from "../webhook-kind.ts";
import { checkAddress } from "./check-address.ts";
import { eventProblems } from "./check-events.ts";
import { problemAt, problemsOf, refuseProblems } from "./field-problems.ts";
import { refusalOfHeader } from "./refused-headers.ts";
import { maxHeaders, type UpdateWebhookInput } from "./schemas.ts";

/** What was given of that which a kind has rules for, as it is to be stored; absent where nothing was given. */
interface Checked {
  readonly url?: URL;
  readonly credentials?: Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, unknown>>;
}

/**
 * Looks at everything that is given for an endpoint of a kind, and at nothing else.
 * @throws AppError `egress_refused` for an address that no request may go to; `invalid`, which names all that is wrong
 */
export function checkInput(ctx: Pick<Context, "egress" | "environment">, kind: WebhookKind, input: UpdateWebhookInput): Checked {
  const settings: KindSettings = kindSettings[kind];
  const problems = [
    ...(input.events === undefined ? [] : eventProblems(input.events)),
    ...expressionProblems("filter", input.filter),
    ...expressionProblems("template", input.template),
    ...orderingProblems(kind, input.ordering),
    ...headerProblems(kind, input.headers ?? {}),
  ];
  const url = input.url === undefined ? undefined : checkAddress(ctx, kind, input.url, problems);
  const credentials = input.credentials && parsed("credentials", settings.credentials, input.credentials, problems);
  const options = input.options === undefined ? undefined : parsed("options", settings.options, input.options ?? {}, problems);
  refuseProblems(problems);
  return { ...(url && { url }), ...(credentials && { credentials }), ...(options && { options }) };
}

/** The value by a schema; what is wrong with it is added to the problems. */
function parsed<T>(path: string, schema: z.ZodType<T>, given: unknown, problems: FieldError[]): T | undefined {
  const { success, data, error } = schema.safeParse(given);
  if (success) return data;
  problems.push(...problemsOf(path, error));
  return undefined;
}

function expressionProblems(path: "filter" | "template", text: string | null | undefined): FieldError[] {
  const wrong = typeof text === "string" ? checkExpression(text) : null;
  return wrong === null ? [] : [problemAt(path, wrong)];
}

function orderingProblems(kind: WebhookKind, ordering: UpdateWebhookInput["ordering"]): FieldError[] {
  if (ordering !== "none" || !kinds[kind].isOrdered) return [];
  return [problemAt("ordering", `Endpoints of the kind ${kind} always keep the order by subject, since what comes later is about what came before.`)];
}

function headerProblems(kind: WebhookKind, headers: Readonly<Record<string, string>>): FieldError[] {
  const names = Object.keys(headers);
  if (names.length === 0) return [];
  if (!kindSettings[kind].takesHeaders) return [problemAt("headers", `Endpoints of the kind ${kind} take no headers: leave them out.`)];
  if (names.length > maxHeaders) return [problemAt("headers", `Use at most ${maxHeaders} headers.`)];
  const seen = new Set<string>();
  return Object.entries(headers).flatMap(([name, text]) => {
    const isAgain = seen.has(name.toLowerCase());
    seen.add(name.toLowerCase());
    const why = isAgain ? "This header is given twice; upper and lower case are the same." : refusalOfHeader(name, text);
    return why === null ? [] : [problemAt(`headers.${name}`, why)];
  });
}
