import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { makeAttempt } from "../../../../../shared/webhooks/sending/attempt.ts";
import { AdfDocument } from "../../../../helpers/unit/adf-schema.ts";
import { ticketShipment } from "../../../../helpers/unit/ticket-shipment.ts";
import { defineSite } from "../../../../helpers/worker/site.ts";
import { trackerEndpoint } from "../../../../helpers/worker/tracker-endpoint.ts";
import { attemptDeps, bodyOf, defineVendor, jiraAnswers, jiraPaths, jiraTicket, json, steps } from "../../../../helpers/worker/vendor.ts";

beforeAll(() => applyD1Migrations(env.DB, env.MIGRATIONS));

describe("a ticket of Jira", () => {
  it("is in the project, of the type, with labels, and described as Jira stores texts", async () => {
    const site = await defineVendor({ [jiraPaths.make]: jiraAnswers.made(1) });
    const shipment = ticketShipment("jira", site.url, "audit.failed", { options: { projectKey: "OPS", issueType: "Incident" } });
    await makeAttempt(attemptDeps, "jira", shipment);
    const { fields } = bodyOf((await site.requests())[0]);
    expect(fields).toMatchObject({ project: { key: "OPS" }, issuetype: { name: "Incident" }, labels: ["mentha", `mentha-${shipment.deliveryId}`] });
    expect(() => AdfDocument.parse(fields.description)).not.toThrow();
  });

  it("is one, although the answer to its making was lost", async () => {
    const { make, search, issue } = jiraPaths;
    const site = await defineVendor({
      [make]: { ...jiraAnswers.made(1), fault: "cut-in-body" },
      [search]: jiraAnswers.found(1),
      [issue]: jiraAnswers.at("new"),
    });
    const shipment = ticketShipment("jira", site.url, "finding.opened");
    expect((await makeAttempt(attemptDeps, "jira", shipment)).result).toMatchObject({ is: "failed", failure: "connection" });
    const again = await makeAttempt(attemptDeps, "jira", { ...shipment, mayHaveArrived: true });
    expect(again.result).toEqual({ is: "delivered", ticket: { ...jiraTicket(site.url), state: "open" } });
    const requests = await site.requests();
    expect(steps(requests)).toEqual([`POST ${make}`, `POST ${search}`, `GET ${issue}`]);
    expect(bodyOf(requests[1]).jql).toContain(`labels = "mentha-${shipment.deliveryId}"`);
  });

  it.each([
    ["is not there", jiraAnswers.found(), [`POST ${jiraPaths.search}`, `POST ${jiraPaths.make}`], "delivered"],
    ["cannot be looked for", json(503, {}), [`POST ${jiraPaths.search}`], "failed"],
    ["is looked for where a page answers", "<h1>Sign in</h1>", [`POST ${jiraPaths.search}`], "failed"],
  ] as const)("that may be there and %s", async (_what, found, expected, is) => {
    const site = await defineVendor({ [jiraPaths.make]: jiraAnswers.made(1), [jiraPaths.search]: found });
    const { result } = await makeAttempt(attemptDeps, "jira", ticketShipment("jira", site.url, "finding.opened", { mayHaveArrived: true }));
    expect(result.is).toBe(is);
    expect(steps(await site.requests())).toEqual(expected);
  });

  it.each([
    ["en", "there is no transition and no status called “Ship it”"],
    ["es", "no hay ninguna transición ni ningún estado que se llame «Ship it»"],
  ] as const)("that cannot be closed says so in the language %s", async (language, said) => {
    const { issue, transitions, comment } = jiraPaths;
    const site = await defineVendor({ [issue]: jiraAnswers.at("new"), [transitions]: jiraAnswers.transitions, [comment]: jiraAnswers.commented });
    const options = { projectKey: "SHOP", whenFixed: "close", closeTransition: "Ship it" };
    const shipment = ticketShipment("jira", site.url, "finding.fixed", { ticket: jiraTicket(site.url), options, language });
    expect((await makeAttempt(attemptDeps, "jira", shipment)).result).toEqual({ is: "delivered" });
    const { body } = bodyOf((await site.requests()).at(-1));
    expect(() => AdfDocument.parse(body)).not.toThrow();
    expect(JSON.stringify(body)).toContain(said);
  });
});

describe("a finding in Jira, over time", () => {
  const { make, search, issue, comment, lastComments, transitions } = jiraPaths;

  it("has one ticket that is told what becomes of it, and another once that was closed", async () => {
    const site = await defineVendor({
      [make]: [jiraAnswers.made(1), jiraAnswers.made(2)],
      [issue]: jiraAnswers.at("new"),
      [comment]: jiraAnswers.commented,
      [transitions]: [jiraAnswers.transitions, { status: 204 }],
    });
    const endpoint = await trackerEndpoint("jira", site.url);
    await endpoint.send("finding.opened");
    await endpoint.send("finding.fixed");
    await endpoint.send("finding.opened");
    expect(await endpoint.rows()).toMatchObject([{ ticketKey: "SHOP-1", closedAt: null }]);
    await endpoint.send("finding.fixed", { options: { projectKey: "SHOP", whenFixed: "close" } });
    expect(await endpoint.rows()).toMatchObject([{ ticketKey: "SHOP-1", closedAt: expect.any(Number) }]);
    await endpoint.send("finding.opened");
    expect(await endpoint.rows()).toMatchObject([{ ticketKey: "SHOP-2", url: `${site.url}/browse/SHOP-2`, closedAt: null }]);
    const requests = await site.requests();
    expect(steps(requests)).toEqual([
      `POST ${make}`,
      ...[`GET ${issue}`, `POST ${comment}`],
      ...[`GET ${issue}`, `POST ${comment}`],
      ...[`GET ${issue}`, `GET ${transitions}`, `POST ${transitions}`],
      `POST ${make}`,
    ]);
    expect(bodyOf(requests[7])).toEqual({ transition: { id: "31" } });
  });

  it.each([
    ["deleted", jiraAnswers.gone],
    ["closed by somebody", jiraAnswers.at("done", "Erledigt")],
  ])("has another ticket once the first was %s", async (_what, standing) => {
    const site = await defineVendor({ [make]: [jiraAnswers.made(1), jiraAnswers.made(2)], [issue]: standing });
    const endpoint = await trackerEndpoint("jira", site.url);
    await endpoint.send("finding.opened");
    await endpoint.send("finding.opened");
    expect(await endpoint.rows()).toMatchObject([{ ticketKey: "SHOP-2", closedAt: null }]);
    await endpoint.send("finding.fixed", { options: { projectKey: "SHOP", whenFixed: "nothing" } });
    expect(await endpoint.rows()).toMatchObject([{ ticketKey: "SHOP-2", closedAt: null }]);
  });

  it.each([
    ["open", jiraAnswers.at("new"), null],
    ["closed since", jiraAnswers.at("done", "Erledigt"), expect.any(Number)],
  ])("has no second ticket when it is sent again, and the first is %s", async (_what, standing, closedAt) => {
    const site = await defineVendor({
      [make]: jiraAnswers.made(1),
      [search]: jiraAnswers.found(1),
      [issue]: standing,
      [lastComments]: jiraAnswers.comments({}),
    });
    const endpoint = await trackerEndpoint("jira", site.url);
    const { shipment } = await endpoint.send("finding.opened");
    const again = await endpoint.send("finding.opened", { deliveryId: shipment.deliveryId, mayHaveArrived: true });
    expect(again.result).toMatchObject({ is: "delivered" });
    expect(await endpoint.rows()).toMatchObject([{ ticketKey: "SHOP-1", closedAt }]);
    expect(steps(await site.requests()).filter((step) => step === `POST ${make}` || step === `POST ${comment}`)).toEqual([`POST ${make}`]);
  });

  it("is over when it is fixed and its ticket was deleted", async () => {
    const site = await defineVendor({ [make]: jiraAnswers.made(1), [issue]: jiraAnswers.gone });
    const endpoint = await trackerEndpoint("jira", site.url);
    await endpoint.send("finding.opened");
    expect((await endpoint.send("finding.fixed")).result).toMatchObject({ is: "delivered" });
    expect(await endpoint.rows()).toMatchObject([{ closedAt: expect.any(Number) }]);
    expect(steps(await site.requests())).toEqual([`POST ${make}`, `GET ${issue}`]);
  });

  it("keeps away from a ticket of the same id at another site than its own", async () => {
    const site = await defineVendor({ [make]: jiraAnswers.made(1), [issue]: jiraAnswers.at("new"), [comment]: jiraAnswers.commented });
    const shipment = ticketShipment("jira", site.url, "finding.opened", { ticket: jiraTicket("https://before.test") });
    expect((await makeAttempt(attemptDeps, "jira", shipment)).result).toEqual({ is: "delivered", ticket: { ...jiraTicket(site.url), state: "open" } });
    expect(steps(await site.requests())).toEqual([`POST ${make}`]);
  });

  it("is told once that it is fixed, although the answer to that was lost", async () => {
    const routes = { [issue]: jiraAnswers.at("new"), [comment]: { ...jiraAnswers.commented, fault: "cut-in-body" } } as const;
    const site = await defineVendor(routes);
    const shipment = ticketShipment("jira", site.url, "finding.fixed", { ticket: jiraTicket(site.url) });
    expect((await makeAttempt(attemptDeps, "jira", shipment)).result).toMatchObject({ failure: "connection" });
    const { body } = bodyOf((await site.requests()).at(-1));

    const after = await defineSite(new URL(site.url).host, { ...routes, [lastComments]: jiraAnswers.comments(body) });
    expect((await makeAttempt(attemptDeps, "jira", { ...shipment, mayHaveArrived: true })).result).toEqual({ is: "delivered" });
    expect(steps(await after.requests())).toEqual([`GET ${issue}`, `GET ${comment}`]);
  });

  it("is told when it may have been told, and was not", async () => {
    const site = await defineVendor({ [issue]: jiraAnswers.at("new"), [lastComments]: jiraAnswers.comments({}), [comment]: jiraAnswers.commented });
    const shipment = ticketShipment("jira", site.url, "finding.fixed", { ticket: jiraTicket(site.url), mayHaveArrived: true });
    expect((await makeAttempt(attemptDeps, "jira", shipment)).result).toEqual({ is: "delivered" });
    expect(steps(await site.requests())).toEqual([`GET ${issue}`, `GET ${comment}`, `POST ${comment}`]);
  });
});
