import { type ApiClient, ApiProblem } from "../../client/index.ts";
import { printable } from "../../shared/platform/index.ts";
import type { Action, Outcome } from "../action.ts";
import { CommandError } from "../errors.ts";
import { namesakesNote, webhookNamed } from "./find-webhook.ts";
import { withAdvice } from "./refusals.ts";
import { createFlags, editFlags, editOf, newWebhookOf, webhookIn } from "./webhook-options.ts";
import { newWebhookNote, webhookDetails } from "./webhook-text.ts";

/** What gives an endpoint its settings. */
export const settingActions = {
  create: {
    usage: "create --url URL --events TYPES",
    summary: "Make an endpoint; standard output is its secret and nothing else",
    flags: createFlags,
    prepare: (given) => {
      const readInput = newWebhookOf(given);
      return async (client) => {
        const input = await readInput();
        // Before it is made: the secret is shown only once, and nothing is to fail behind it.
        const alike = await namesakesNote(client, input.name);
        const made = await withAdvice({ kind: input.kind, isNew: true }, () => client.createWebhook(input));
        return { text: `${printable(made.secret)}\n`, json: made, note: [newWebhookNote(made), ...(alike === undefined ? [] : [alike])].join("\n") };
      };
    },
  },
  edit: {
    usage: "edit ENDPOINT",
    summary: "Change what is given of an endpoint; the rest stays",
    flags: editFlags,
    prepare: (given) => {
      const typed = webhookIn(given);
      const readInput = editOf(given);
      return async (client) => edit(client, typed, await readInput());
    },
  },
} as const satisfies Record<string, Action>;

/** Changes an endpoint as it is now: what somebody else changes at the same time is not undone unseen. */
async function edit(client: ApiClient, typed: string, input: Parameters<ApiClient["updateWebhook"]>[1]): Promise<Outcome> {
  const { id, kind, version } = await client.getWebhook(await webhookNamed(client, typed));
  const note = await namesakesNote(client, input.name, id);
  try {
    const webhook = await withAdvice({ kind, isNew: false }, () => client.updateWebhook(id, input, { ifVersion: version }));
    return { text: webhookDetails(webhook), json: webhook, ...(note === undefined ? {} : { note }) };
  } catch (thrown) {
    if (!(thrown instanceof ApiProblem) || thrown.code !== "precondition_failed") throw thrown;
    throw new CommandError("Somebody else changed this endpoint at the same time, so nothing of yours was changed. Look at it, and try again.", {
      cause: thrown,
    });
  }
}
