import type { z } from "zod";
import { idPattern } from "../../shared/platform/index.ts";
import { CreateWebhookInput, type TestWebhookInput, UpdateWebhookInput, webhookKinds } from "../../shared/webhooks/index.ts";
import { UsageError } from "../errors.ts";
import { choiceOf, refuseMore } from "../flag-values.ts";
import type { Flag } from "../flags.ts";
import { typeOf } from "./event-type.ts";
import { type Given, settingFlags, settingsIn, settingsOf } from "./setting-options.ts";

const deliveryPattern = idPattern("delivery");

/** What a file may say of a new endpoint; the rest is on the command line. */
const NewFromFile = CreateWebhookInput.partial();

export const createFlags = {
  kind: { value: "KIND", help: `What receives them: ${webhookKinds.join(", ")} (default http)` },
  ...settingFlags,
} as const satisfies Record<string, Flag>;

/** What may be taken away from an endpoint, by the option that would give it, and its name in the API. */
const clearable = {
  name: "name",
  project: "projectId",
  filter: "filter",
  template: "template",
  throttle: "throttle",
  header: "headers",
  option: "options",
} as const satisfies Partial<Record<keyof typeof settingFlags, keyof UpdateWebhookInput>>;

export const editFlags = {
  ...settingFlags,
  "no-name": { help: "It is called nothing any more" },
  "no-project": { help: "What happens to sites of any project" },
  "no-filter": { help: "Every event of those types" },
  "no-template": { help: "The event itself" },
  "no-throttle": { help: "No limit" },
  "no-header": { help: "No headers of its own" },
  "no-option": { help: "What is usual of its kind" },
} as const satisfies Record<`no-${keyof typeof clearable}` | keyof typeof settingFlags, Flag>;

export const testFlags = {
  type: { value: "TYPE", help: "Type of the sample that is sent (default: finding.opened if the endpoint gets it, else the first that it gets)" },
  delivery: { value: "DELIVERY", help: "Send the event of this delivery of the endpoint in place of a sample" },
} as const satisfies Record<string, Flag>;
export const eventsFlags = { lang: { value: "LANG", help: "Language of the descriptions: en or es (default en)" } } as const satisfies Record<string, Flag>;
export const rotateFlags = { "expire-now": { help: "End the old secret at once; else it signs beside the new one for 24 hours" } } as const satisfies Record<
  string,
  Flag
>;

/** Reads what a new endpoint shall be, but for the file. Throws `UsageError`; what the file lacks too, the server says. */
export function newWebhookOf(given: Given): () => Promise<z.input<typeof CreateWebhookInput>> {
  refuseMore(given, 0);
  const file = given.get("from");
  const kind = choiceOf(given, "kind", webhookKinds);
  const flags = { ...settingsOf(given), ...(kind === undefined ? {} : { kind }) };
  if (flags.events === undefined && file === undefined)
    throw new UsageError("Say which events to send: --events audit.completed,finding.opened or --events '*'");
  return async () => {
    const { events, ...rest } = { ...(file === undefined ? {} : await settingsIn(file, NewFromFile)), ...flags };
    if (events === undefined) throw new UsageError(`${file}: "events" is missing; write it there, or give --events`);
    return { ...rest, events };
  };
}

/** Reads what shall change of an endpoint, but for the file. Throws `UsageError`, also when that is nothing. */
export function editOf(given: Given): () => Promise<z.input<typeof UpdateWebhookInput>> {
  const file = given.get("from");
  const flags = { ...settingsOf(given), ...clearedBy(given) };
  const requireSome = (input: object): void => {
    if (Object.keys(input).length === 0)
      throw new UsageError(`Say what to change, such as --events or --no-filter${file === undefined ? "" : `, or write it into ${file}`}`);
  };
  if (file === undefined) requireSome(flags);
  return async () => {
    const input = { ...(file === undefined ? {} : await settingsIn(file, UpdateWebhookInput)), ...flags };
    requireSome(input);
    return input;
  };
}

/** What is taken away, as the API is told. Throws `UsageError` for what is given at the same time. */
function clearedBy(given: Given): Readonly<Partial<Record<(typeof clearable)[keyof typeof clearable], null>>> {
  const cleared = Object.entries(clearable).filter(([option]) => given.has(`no-${option}`));
  const both = cleared.find(([option]) => given.has(option));
  if (both !== undefined) throw new UsageError(`Give either --${both[0]} or --no-${both[0]}`);
  return Object.fromEntries(cleared.map(([, name]) => [name, null]));
}

/** What to send as a test. Throws `UsageError`. */
export function testOf(given: Given): z.input<typeof TestWebhookInput> {
  const [type, deliveryId] = [typeOf(given, "type"), given.get("delivery")];
  if (deliveryId === undefined) return type === undefined ? {} : { type };
  if (type !== undefined) throw new UsageError("Give either --type or --delivery, whose event has a type");
  if (!deliveryPattern.test(deliveryId)) throw new UsageError("--delivery: name it by its id (dlv_…); mentha webhooks deliveries ENDPOINT shows them");
  return { deliveryId };
}

/** What names the endpoint that is meant: its id or its name. Throws `UsageError`. */
export function webhookIn(given: Given): string {
  const [text] = given.positionals;
  if (text === undefined) throw new UsageError("Say which endpoint, by its id (whk_…) or its name; mentha webhooks list shows them");
  refuseMore(given, 1);
  return text;
}
