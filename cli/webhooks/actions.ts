import { type ApiClient, ApiProblem } from "../../client/index.ts";
import { printable } from "../../shared/platform/index.ts";
import { publicEventTypes, type Webhook } from "../../shared/webhooks/index.ts";
import { CommandError } from "../errors.ts";
import { choiceOf, refuseMore } from "../flag-values.ts";
import type { Action } from "./action.ts";
import { deliveryActions } from "./delivery-actions.ts";
import { webhookNamed } from "./find-webhook.ts";
import { createFlags, editFlags, editOf, newWebhookOf, rotateFlags, testFlags, webhookIn } from "./webhook-options.ts";
import { newSecretNote, newWebhookNote, testText, webhookDetails, webhookTable } from "./webhook-text.ts";

const endpointActions = {
  list: {
    usage: "list",
    summary: "Show the endpoints of the workspace, newest first",
    flags: {},
    prepare: (given) => {
      refuseMore(given, 0);
      return async (client, { signal }) => {
        const webhooks: Webhook[] = [];
        for await (const webhook of client.listWebhooks({}, signal)) webhooks.push(webhook);
        if (webhooks.length === 0) return { text: "", json: webhooks, note: "No endpoints yet." };
        return { text: webhookTable(webhooks), json: webhooks };
      };
    },
  },
  show: {
    usage: "show ENDPOINT",
    summary: "Show what is known of an endpoint, and how it is doing",
    flags: {},
    prepare: (given) => {
      const typed = webhookIn(given);
      return async (client) => {
        const webhook = await client.getWebhook(await webhookNamed(client, typed));
        return { text: webhookDetails(webhook), json: webhook };
      };
    },
  },
  create: {
    usage: "create --url URL --events TYPES",
    summary: "Make an endpoint; standard output is its secret and nothing else",
    flags: createFlags,
    prepare: (given) => {
      const readInput = newWebhookOf(given);
      return async (client) => {
        const made = await client.createWebhook(await readInput());
        return { text: `${printable(made.secret)}\n`, json: made, note: newWebhookNote(made) };
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
      return async (client) => {
        const webhook = await edit(client, typed, await readInput());
        return { text: webhookDetails(webhook), json: webhook };
      };
    },
  },
  test: {
    usage: "test ENDPOINT",
    summary: "Send a sample now, and show what came back",
    flags: testFlags,
    prepare: (given) => {
      const typed = webhookIn(given);
      const type = choiceOf(given, "type", publicEventTypes);
      return async (client) => {
        const tested = await client.testWebhook(await webhookNamed(client, typed), type === undefined ? {} : { type });
        return { text: testText(tested), json: tested, isFailure: tested.outcome === "failed" };
      };
    },
  },
  rotate: {
    usage: "rotate ENDPOINT",
    summary: "Put a new secret in the place of the old one; standard output is the new one",
    flags: rotateFlags,
    prepare: (given) => {
      const typed = webhookIn(given);
      const expireNow = given.has("expire-now");
      return async (client) => {
        const rotated = await client.rotateWebhookSecret(await webhookNamed(client, typed), expireNow ? { expireNow } : {});
        return { text: `${printable(rotated.secret)}\n`, json: rotated, note: newSecretNote(rotated) };
      };
    },
  },
  enable: {
    usage: "enable ENDPOINT",
    summary: "Send to it again, first what waits",
    flags: {},
    prepare: changing((client, id) => client.enableWebhook(id), "is enabled"),
  },
  disable: {
    usage: "disable ENDPOINT",
    summary: "Send nothing to it until it is enabled",
    flags: {},
    prepare: changing((client, id) => client.disableWebhook(id), "is disabled"),
  },
  delete: {
    usage: "delete ENDPOINT",
    summary: "Delete an endpoint with all of its deliveries",
    flags: {},
    prepare: changing(async (client, id) => {
      await client.deleteWebhook(id);
      return { id };
    }, "is deleted"),
  },
} as const satisfies Record<string, Action>;

export const actions = { ...endpointActions, ...deliveryActions } as const satisfies Record<string, Action>;

/** An action that names an endpoint and says in a note what it is now. */
function changing(change: (client: ApiClient, id: string) => Promise<object>, become: string): Action["prepare"] {
  return (given) => {
    const typed = webhookIn(given);
    return async (client) => {
      const id = await webhookNamed(client, typed);
      return { text: "", json: await change(client, id), note: `The endpoint ${id} ${become}.` };
    };
  };
}

/** Changes an endpoint as it is now: what somebody else changes at the same time is not undone unseen. */
async function edit(client: ApiClient, typed: string, input: Parameters<ApiClient["updateWebhook"]>[1]): Promise<Webhook> {
  const { id, version } = await client.getWebhook(await webhookNamed(client, typed));
  try {
    return await client.updateWebhook(id, input, { ifVersion: version });
  } catch (thrown) {
    if (!(thrown instanceof ApiProblem) || thrown.code !== "precondition_failed") throw thrown;
    throw new CommandError("Somebody else changed this endpoint at the same time, so nothing of yours was changed. Look at it, and try again.", {
      cause: thrown,
    });
  }
}
