import type { ApiClient } from "../../client/index.ts";
import { languages, printable } from "../../shared/platform/index.ts";
import type { Webhook } from "../../shared/webhooks/index.ts";
import type { Action, Outcome } from "../action.ts";
import { choiceOf, refuseMore } from "../flag-values.ts";
import { agrees, deleteFlags, requireSomebody } from "../sure.ts";
import type { Terminal } from "../terminal.ts";
import { deliveryActions } from "./delivery-actions.ts";
import { eventList } from "./event-list.ts";
import { asTyped, webhookNamed } from "./find-webhook.ts";
import { settingActions } from "./setting-actions.ts";
import { testText } from "./test-text.ts";
import { eventsFlags, rotateFlags, testFlags, testOf, webhookIn } from "./webhook-options.ts";
import { newSecretNote, webhookDetails, webhookTable } from "./webhook-text.ts";

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
  ...settingActions,
  events: {
    usage: "events",
    summary: "Show the types of events that there are, and when they happen",
    flags: eventsFlags,
    prepare: (given) => {
      refuseMore(given, 0);
      const language = choiceOf(given, "lang", languages);
      return async (client) => {
        const types = await client.listEventTypes(language);
        return { text: eventList(types), json: types };
      };
    },
  },
  test: {
    usage: "test ENDPOINT",
    summary: "Send a sample now, and show what was sent and what came back",
    flags: testFlags,
    prepare: (given) => {
      const typed = webhookIn(given);
      const input = testOf(given);
      return async (client) => {
        const tested = await client.testWebhook(await webhookNamed(client, typed), input);
        return { text: testText(tested, input.deliveryId), json: tested, isFailure: tested.outcome === "failed" };
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
    flags: deleteFlags,
    prepare: (given) => {
      const typed = webhookIn(given);
      return (client, terminal) => remove(client, typed, given.has("yes"), terminal);
    },
  },
} as const satisfies Record<string, Action>;

export const actions = { ...endpointActions, ...deliveryActions } as const satisfies Record<string, Action>;

/** An action that names an endpoint and says in a note what it is now. */
function changing(change: (client: ApiClient, id: string) => Promise<Webhook>, become: string): Action["prepare"] {
  return (given) => {
    const typed = webhookIn(given);
    return async (client) => {
      const id = await webhookNamed(client, typed);
      return { text: "", json: await change(client, id), note: `The endpoint ${asTyped(typed, id)} ${become}.` };
    };
  };
}

async function remove(client: ApiClient, typed: string, isSure: boolean, terminal: Terminal): Promise<Outcome> {
  requireSomebody(terminal, isSure, "Say --yes to delete it.");
  const id = await webhookNamed(client, typed);
  if (!isSure) {
    const { url } = await client.getWebhook(id);
    const isAgreed = await agrees(terminal, `Delete the endpoint ${asTyped(typed, id)} to ${url}, with all of its deliveries?`);
    if (!isAgreed) return { text: "", json: { id, isDeleted: false }, note: "Nothing is deleted." };
  }
  await client.deleteWebhook(id);
  return { text: "", json: { id, isDeleted: true }, note: `The endpoint ${asTyped(typed, id)} is deleted.` };
}
