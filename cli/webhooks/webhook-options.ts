import type { z } from "zod";
import { secondMs } from "../../shared/platform/index.ts";
import { CreateWebhookInput, webhookKinds } from "../../shared/webhooks/index.ts";
import { addressOf } from "../address.ts";
import { durationOf } from "../duration.ts";
import { UsageError } from "../errors.ts";
import { checkedJson, readJson } from "../files/json-file.ts";
import { choiceOf, listOf, refuseMore, wholeNumberOf } from "../flag-values.ts";
import type { Flag, Parsed } from "../flags.ts";

type Given = Parsed<string>;
type Input = z.input<typeof CreateWebhookInput>;

/** What a file may say of a new endpoint; the rest is on the command line. */
const FromFile = CreateWebhookInput.partial();
type FromFile = z.infer<typeof FromFile>;

const orderings = ["none", "per-subject"] as const;

/** What a new endpoint is; the names of the options are also in `cli/explain.ts`. */
export const createFlags = {
  url: { value: "URL", help: "Where events are sent; trello and pagerduty have an address of their own" },
  events: { value: "TYPES", help: "Types of events or their aliases, with commas between; may be given several times; * for all" },
  kind: { value: "KIND", help: `What receives them: ${webhookKinds.join(", ")} (default http)` },
  name: { value: "NAME", help: "What to call it" },
  project: { value: "ID", help: "Only what happens to sites of this project" },
  filter: { value: "JSONATA", help: "Only events for which this is true" },
  template: { value: "JSONATA", help: "What to send in place of the event" },
  ordering: { value: "ORDER", help: "per-subject to send what is about the same thing in order (default none)" },
  throttle: { value: "NUMBER/TIME", help: "At most so many attempts in any such time, such as 60/1m" },
  concurrency: { value: "NUMBER", help: "At most so many attempts at once (default 4)" },
  header: { value: "'NAME: VALUE'", help: "A header of each request; may be given several times" },
  option: { value: "NAME=VALUE", help: "What else the kind asks for, such as projectKey=SHOP; may be given several times" },
  from: { value: "FILE", help: "JSON with any of these by their names in the API, and with credentials, which no command line should hold" },
} as const satisfies Record<string, Flag>;

export const testFlags = {
  type: { value: "TYPE", help: "Type of the sample that is sent (default: the first that the endpoint gets)" },
} as const satisfies Record<string, Flag>;
export const rotateFlags = { "expire-now": { help: "End the old secret at once; else it signs beside the new one for 24 hours" } } as const satisfies Record<
  string,
  Flag
>;

/** Reads what a new endpoint shall be, but for the file. Throws `UsageError`; what the file lacks too, the server says. */
export function newWebhookOf(given: Given): () => Promise<Input> {
  refuseMore(given, 0);
  const file = given.get("from");
  const events = listOf(given, "events");
  const flags = inputOf(given);
  if (events.length === 0 && file === undefined) throw new UsageError("Say which events to send: --events audit.completed,finding.opened or --events '*'");
  return async () => {
    const kept = file === undefined ? {} : await inFile(file);
    const chosen = events.length === 0 ? kept.events : events;
    if (chosen === undefined) throw new UsageError(`${file}: "events" is missing; write it there, or give --events`);
    return { ...kept, ...flags, events: chosen };
  };
}

async function inFile(file: string): Promise<FromFile> {
  const value = await readJson(file, { option: "--from", missing: "Write the endpoint's settings into it, as docs/webhooks.md shows." });
  return checkedJson(value, FromFile, file);
}

function inputOf(given: Given): Partial<Input> {
  const [url, kind, name, project] = [given.get("url"), choiceOf(given, "kind", webhookKinds), given.get("name"), given.get("project")];
  const [filter, template, throttle] = [given.get("filter"), given.get("template"), given.get("throttle")];
  const [ordering, concurrency] = [choiceOf(given, "ordering", orderings), wholeNumberOf(given, "concurrency")];
  const [headers, options] = [given.all("header"), given.all("option")];
  return {
    ...(url === undefined ? {} : { url: addressOf(url, "sent to") }),
    ...(kind === undefined ? {} : { kind }),
    ...(name === undefined ? {} : { name }),
    ...(project === undefined ? {} : { projectId: project }),
    ...(filter === undefined ? {} : { filter }),
    ...(template === undefined ? {} : { template }),
    ...(ordering === undefined ? {} : { ordering }),
    ...(throttle === undefined ? {} : { throttle: throttleOf(throttle) }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(headers.length === 0 ? {} : { headers: pairsOf(headers, /^([^:]+):\s*(.*)$/s, "--header: write a name, a colon and a value, such as 'X-Team: web'") }),
    ...(options.length === 0 ? {} : { options: pairsOf(options, /^([^=]+)=(.*)$/s, "--option: write a name, = and a value, such as projectKey=SHOP") }),
  };
}

function throttleOf(text: string): NonNullable<Input["throttle"]> {
  const [, limit = "", time = ""] = /^(\d{1,9})\/(.+)$/.exec(text) ?? [];
  if (limit === "") throw new UsageError(`--throttle: "${text}" is no throttle. Write a number and a time, such as 60/1m`);
  return { limit: Number(limit), perSeconds: Math.floor(durationOf("--throttle", time) / secondMs) };
}

/** The value may be a secret: it is not repeated. */
function pairsOf(texts: readonly string[], form: RegExp, advice: string): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name, value] = form.exec(text) ?? [];
      if (name === undefined || value === undefined) throw new UsageError(advice);
      return [name.trim(), value.trim()];
    }),
  );
}

/** What names the endpoint that is meant: its id or its name. Throws `UsageError`. */
export function webhookIn(given: Given): string {
  const [text] = given.positionals;
  if (text === undefined) throw new UsageError("Say which endpoint, by its id (whk_…) or its name; mentha webhooks list shows them");
  refuseMore(given, 1);
  return text;
}
