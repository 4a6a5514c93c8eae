import { describe, expect, it } from "vitest";
import type { Asked, Shipment } from "../../../../../shared/webhooks/kinds/kind.ts";
import { kinds } from "../../../../../shared/webhooks/kinds/kinds.ts";
import { type WebhookKind, webhookKinds } from "../../../../../shared/webhooks/webhook-kind.ts";
import { ticketShipment, trackers } from "../../../../helpers/unit/ticket-shipment.ts";

const url = "https://receiver.example/";
const settings: Readonly<Record<WebhookKind, Pick<Shipment["target"], "credentials"> & { readonly options: object }>> = {
  http: { credentials: {}, options: {} },
  slack: { credentials: {}, options: {} },
  teams: { credentials: {}, options: {} },
  discord: { credentials: {}, options: {} },
  pagerduty: { credentials: { routingKey: "R".repeat(32) }, options: {} },
  ...trackers,
};

/** What an attempt comes to with these settings, where everything is answered with 500, and what was asked. */
async function attempt(kind: WebhookKind, { credentials, options }: (typeof settings)[WebhookKind]) {
  const asked: Asked[] = [];
  const shipment = ticketShipment("jira", url, "finding.opened", { options });
  const verdict = await kinds[kind].deliver({ ...shipment, target: { ...shipment.target, credentials } }, async (request) => {
    asked.push(request);
    return { status: 500, headers: new Headers(), body: "" };
  });
  return { verdict, asked };
}

describe.each(webhookKinds)("an endpoint of the kind %s", (kind) => {
  const usual = settings[kind];

  it("is asked with the settings that it takes", async () => {
    const { verdict, asked } = await attempt(kind, usual);
    expect([asked.length, verdict]).toEqual([1, expect.objectContaining({ is: "failed", failure: "status", retry: "schedule" })]);
  });

  it.each([
    ["credentials", { ...usual, credentials: { ...usual.credentials, other: "x" } }],
    ["options", { ...usual, options: { ...usual.options, other: "x" } }],
  ])("is not asked with %s that it does not know: whoever looks is told to set them again", async (_what, wrong) => {
    const { verdict, asked } = await attempt(kind, wrong);
    expect(asked).toEqual([]);
    expect(verdict).toMatchObject({ is: "failed", failure: "settings", retry: "never", message: expect.stringContaining("Set them again") });
  });
});

it.each(["jira", "trello", "pagerduty"] as const)("an endpoint of the kind %s is not asked without credentials", async (kind) => {
  const { verdict, asked } = await attempt(kind, { ...settings[kind], credentials: {} });
  expect([asked, verdict]).toEqual([[], expect.objectContaining({ failure: "settings", retry: "never" })]);
});
