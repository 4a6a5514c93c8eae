import type { z } from "zod";
import type { ApiClient } from "../../client/index.ts";
import { idPattern } from "../../shared/platform/index.ts";
import { deliveryStates, type ReplayInput } from "../../shared/webhooks/index.ts";
import { sinceOf } from "../duration.ts";
import { UsageError } from "../errors.ts";
import { choiceOf, listOf, refuseMore, wholeNumberOf } from "../flag-values.ts";
import type { Flag, Parsed } from "../flags.ts";
import { eventType, typeOf } from "./event-type.ts";

type Given = Parsed<string>;

const usualCount = 50;
const mostCount = 10_000;

const timeFlags = {
  since: { value: "TIME", help: "What happened not before: 12h, 7d, or a day such as 2027-03-31 (UTC)" },
  until: { value: "TIME", help: "What happened before: the same" },
} as const satisfies Record<string, Flag>;

export const deliveriesFlags = {
  state: { value: "STATE", help: `Only those in this state: ${deliveryStates.join(", ")}` },
  type: { value: "TYPE", help: "Only events of this type" },
  ...timeFlags,
  limit: { value: "NUMBER", help: `How many to show, ${mostCount.toLocaleString("en")} at most (default: ${usualCount})` },
} as const satisfies Record<string, Flag>;

export const replayFlags = {
  ...timeFlags,
  types: { value: "TYPES", help: "Only events of these types, with commas between" },
  all: { help: "Also what succeeded, which receivers get once more" },
  preview: { help: "Only say how many they are" },
  yes: { help: "Do not ask before sending" },
} as const satisfies Record<string, Flag>;

type Filter = NonNullable<Parameters<ApiClient["listDeliveries"]>[1]>;

/** Which deliveries to show. Throws `UsageError`. */
export function deliveriesOf(given: Given, now: number): { readonly filter: Filter; readonly limit: number } {
  const [state, type] = [choiceOf(given, "state", deliveryStates), typeOf(given, "type")];
  const limit = wholeNumberOf(given, "limit", mostCount) ?? usualCount;
  if (limit === 0) throw new UsageError(`--limit: 0 is not a whole number from 1 to ${mostCount}`);
  return { filter: { ...timesOf(given, now), ...(state === undefined ? {} : { state }), ...(type === undefined ? {} : { type }) }, limit };
}

/** What one line of `mentha webhooks replay` asks for. */
export interface ReplayTask {
  readonly which: z.input<typeof ReplayInput>;
  readonly isPreview: boolean;
  /** Whether to send without asking. */
  readonly isSure: boolean;
}

/** Reads what to send again. Throws `UsageError`. */
export function replayOf(given: Given, now: number): ReplayTask {
  const { since, until } = timesOf(given, now);
  if (since === undefined) throw new UsageError("Say since when: --since 2d, or a day such as --since 2027-03-31");
  const types = listOf(given, "types").map((text) => eventType("types", text));
  const which = { since, ...(until === undefined ? {} : { until }), ...(types.length === 0 ? {} : { types }), failedOnly: !given.has("all") };
  return { which, isPreview: given.has("preview"), isSure: given.has("yes") };
}

function timesOf(given: Given, now: number): { readonly since?: number; readonly until?: number } {
  const [since, until] = [given.get("since"), given.get("until")];
  return {
    ...(since === undefined ? {} : { since: sinceOf("--since", since, now) }),
    ...(until === undefined ? {} : { until: sinceOf("--until", until, now) }),
  };
}

const deliveryId = idPattern("delivery");

/** Which delivery is meant. Throws `UsageError`. */
export function deliveryIn(given: Given): string {
  const [text] = given.positionals;
  if (text === undefined || !deliveryId.test(text))
    throw new UsageError("Say which delivery, by its id (dlv_…); mentha webhooks deliveries ENDPOINT shows them");
  refuseMore(given, 1);
  return text;
}
