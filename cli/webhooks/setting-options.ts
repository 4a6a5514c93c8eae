import type { z } from "zod";
import { secondMs } from "../../shared/platform/index.ts";
import { type CreateWebhookInput, orderings } from "../../shared/webhooks/index.ts";
import { addressOf } from "../address.ts";
import { durationOf } from "../duration.ts";
import { UsageError } from "../errors.ts";
import { checkedJson, readJson } from "../files/json-file.ts";
import { choiceOf, listOf, wholeNumberOf } from "../flag-values.ts";
import type { Flag, Parsed } from "../flags.ts";

export type Given = Parsed<string>;
/** What a command line may say of an endpoint that is made or changed. */
type Settings = Partial<Omit<z.input<typeof CreateWebhookInput>, "kind" | "credentials">>;

/** What an endpoint is; the names of the options are also in `cli/explain.ts`. */
export const settingFlags = {
  url: { value: "URL", help: "Where events are sent; trello and pagerduty have an address of their own" },
  events: { value: "TYPES", help: "Types of events or their aliases, with commas between; may be given several times; * for all" },
  name: { value: "NAME", help: "What to call it" },
  project: { value: "ID", help: "Only what happens to sites of this project" },
  filter: { value: "JSONATA", help: "Only events for which this is true" },
  template: { value: "JSONATA", help: "What to send in place of the event" },
  ordering: {
    value: "ORDER",
    help: `${orderings.join(" or ")}: whether what is about the same thing is sent in order (a new one: none, where its kind has the choice)`,
  },
  throttle: { value: "NUMBER/TIME", help: "At most so many attempts in any such time, such as 60/1m" },
  concurrency: { value: "NUMBER", help: "At most so many attempts at once (a new one: 4)" },
  header: { value: "'NAME: VALUE'", help: "A header of each request; may be given several times, and takes the place of all that there were" },
  option: { value: "NAME=VALUE", help: "What else the kind asks for, such as projectKey=SHOP; as --header" },
  from: { value: "FILE", help: "JSON with any of these by their names in the API, and with credentials, which no command line should hold" },
} as const satisfies Record<string, Flag>;

/** What the options say, but for the file. Throws `UsageError`. */
export function settingsOf(given: Given): Settings {
  const [url, events, name, project] = [given.get("url"), listOf(given, "events"), given.get("name"), given.get("project")];
  const [filter, template, throttle] = [given.get("filter"), given.get("template"), given.get("throttle")];
  const [ordering, concurrency] = [choiceOf(given, "ordering", orderings), wholeNumberOf(given, "concurrency")];
  const [headers, options] = [given.all("header"), given.all("option")];
  return {
    ...(url === undefined ? {} : { url: addressOf(url, "sent to") }),
    ...(events.length === 0 ? {} : { events }),
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

/** What the file of `--from` says, by a schema. Throws `UsageError`. */
export async function settingsIn<T extends z.ZodType>(file: string, schema: T): Promise<z.output<T>> {
  const value = await readJson(file, { option: "--from", missing: "Write the endpoint's settings into it, as docs/webhooks.md shows." });
  return checkedJson(value, schema, file);
}

function throttleOf(text: string): NonNullable<Settings["throttle"]> {
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
