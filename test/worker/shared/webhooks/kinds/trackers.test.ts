import { describe, expect, it } from "vitest";
import type { Shipment } from "../../../../../shared/webhooks/kinds/kind.ts";
import { makeAttempt } from "../../../../../shared/webhooks/sending/attempt.ts";
import type { SiteRoutes } from "../../../../helpers/node/site-route.ts";
import { ticketShipment, trackers } from "../../../../helpers/unit/ticket-shipment.ts";
import { defineSite } from "../../../../helpers/worker/site.ts";
import {
  attemptDeps,
  bodyOf,
  defineVendor,
  jiraAnswers,
  jiraPaths,
  jiraTicket,
  steps,
  trelloAnswers,
  trelloTicket,
} from "../../../../helpers/worker/vendor.ts";

describe.each([
  {
    kind: "jira",
    make: jiraPaths.make,
    made: jiraAnswers.made(1),
    ticketAt: jiraTicket,
    authorization: `Basic ${btoa("ana@shop.example:jira-token-of-ana")}`,
  },
  {
    kind: "trello",
    make: "/1/cards",
    made: trelloAnswers.made(1),
    ticketAt: () => trelloTicket,
    authorization: 'OAuth oauth_consumer_key="trello-key-of-ana", oauth_token="trello-token-of-ana"',
  },
] as const)("an event for $kind", ({ kind, make, made, ticketAt, authorization }) => {
  const attempt = async (routes: SiteRoutes, wishes: Partial<Shipment> = {}, timeoutMs = 15_000) => {
    const site = await defineVendor(routes);
    const outcome = await makeAttempt({ ...attemptDeps, timeoutMs }, kind, ticketShipment(kind, site.url, "finding.opened", wishes));
    return { site, ...outcome, requests: await site.requests() };
  };

  it("becomes a ticket, with credentials in a header alone", async () => {
    const { site, result, requests } = await attempt({ [make]: made });
    expect(result).toEqual({ is: "delivered", ticket: { ...ticketAt(site.url), state: "open" } });
    expect(steps(requests)).toEqual([`POST ${make}`]);
    expect(requests[0]?.headers).toMatchObject({ authorization, "content-type": "application/json" });
    for (const secret of Object.values(trackers[kind].credentials)) expect(`${requests[0]?.path} ${requests[0]?.body}`).not.toContain(secret);
  });

  it.each([
    [302, "", { location: "http://vendor-elsewhere.test/" }, { failure: "redirect", retry: "few" }],
    [400, "invalid value for idList", {}, { failure: "status", retry: "few" }],
    [401, "invalid token", {}, { failure: "status", retry: "few" }],
    [403, "{}", {}, { failure: "status", retry: "few" }],
    [404, "The requested resource was not found.", {}, { failure: "status", retry: "few" }],
    [410, "", {}, { failure: "status", retry: "few" }],
    [500, "<h1>Oops</h1>", {}, { failure: "status", retry: "schedule" }],
    [502, "", {}, { failure: "status", retry: "schedule" }],
    [503, "", { "retry-after": "90" }, { failure: "status", retry: "schedule", retryAfterMs: 90_000 }],
    [429, "", { "retry-after": "40" }, { failure: "status", retry: "schedule", retryAfterMs: 40_000 }],
    [200, "<h1>Sign in</h1>", {}, { failure: "rejected" }],
    [201, '{"id":"../../admin"}', {}, { failure: "rejected" }],
  ] as const)("that is answered %i, %j, is a failure and nothing else is asked", async (status, body, headers, expected) => {
    const elsewhere = await defineSite("vendor-elsewhere.test", { "*": made });
    const { result, requests } = await attempt({ "*": { status, body, headers } });
    expect(result).toMatchObject({ is: "failed", ...expected, message: expect.not.stringContaining("<") });
    expect(result).not.toHaveProperty("disables");
    expect(requests).toHaveLength(1);
    expect(await elsewhere.requests()).toEqual([]);
  });

  it("that is not answered in time may have arrived", async () => {
    const { result } = await attempt({ "*": { fault: "no-answer" } }, {}, 300);
    expect(result).toMatchObject({ is: "failed", failure: "timeout", retry: "schedule" });
  });

  it("cannot be sent with credentials that are no more", async () => {
    const site = await defineVendor({});
    const shipment = ticketShipment(kind, site.url, "finding.opened");
    const { result } = await makeAttempt(attemptDeps, kind, { ...shipment, target: { ...shipment.target, credentials: {} } });
    expect(result).toMatchObject({ is: "failed", failure: "settings", retry: "never" });
    expect(await site.requests()).toEqual([]);
  });

  it.each([
    ["en", "New finding on shop.example: "],
    ["es", "Nuevo hallazgo en shop.example: "],
  ] as const)("is told in the language %s", async (language, title) => {
    const { requests } = await attempt({ [make]: made }, { language });
    const { fields, name } = bodyOf(requests[0]);
    expect(fields?.summary ?? name).toContain(title);
  });

  it("says what the template made of it", async () => {
    const { requests } = await attempt({ [make]: made }, { templated: "Somebody, look!" });
    expect(JSON.stringify(bodyOf(requests[0]))).toContain("Somebody, look");
  });
});
