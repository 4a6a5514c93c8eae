import type { z } from "zod";
import { CreateWebhookInput, UpdateWebhookInput, webhookKinds } from "../../shared/webhooks/index.ts";
import { UsageError } from "../errors.ts";
import { choiceOf, refuseMore } from "../flag-values.ts";
import type { Flag } from "../flags.ts";
import { type Given, settingFlags, settingsIn, settingsOf } from "./setting-options.ts";

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
} as const satisfies Record<string, Flag>;
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

/** What names the endpoint that is meant: its id or its name. Throws `UsageError`. */
export function webhookIn(given: Given): string {
  const [text] = given.positionals;
  if (text === undefined) throw new UsageError("Say which endpoint, by its id (whk_…) or its name; mentha webhooks list shows them");
  refuseMore(given, 1);
  return text;
}
