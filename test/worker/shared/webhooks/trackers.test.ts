import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../../../shared/platform/index.ts";
import type { Shipment } from "../../../../shared/webhooks/kinds/kind.ts";
import { makeAttempt } from "../../../../shared/webhooks/sending/attempt.ts";
import type { SiteRoutes } from "../../../helpers/node/site-route.ts";
import { listId, ticketShipment, trackers } from "../../../helpers/unit/ticket-shipment.ts";
import { defineSite } from "../../../helpers/worker/site.ts";
import { trackerEndpoint } from "../../../helpers/worker/tracker-endpoint.ts";
import {
  bodyOf,
  card,
  cardPath,
  defineVendor,
  jiraAnswers,
  jiraPaths,
  jiraTicket,
  json,
  steps,
  trelloAnswers,
  trelloTicket,
} from "../../../helpers/worker/vendor.ts";
import { AdfDocument } from "../../../unit/shared/webhooks/kinds/jira/adf-schema.ts";

const deps = { policy: { allow: [], allowLoopback: false }, now: Date.now };
beforeAll(() => applyD1Migrations(env.DB, env.MIGRATIONS));

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
    const outcome = await makeAttempt({ ...deps, timeoutMs }, kind, ticketShipment(kind, site.url, "finding.opened", wishes));
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
    const { result } = await makeAttempt(deps, kind, { ...shipment, target: { ...shipment.target, credentials: {} } });
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

describe("a ticket of Jira", () => {
  it("is in the project, of the type, with labels, and described as Jira stores texts", async () => {
    const site = await defineVendor({ [jiraPaths.make]: jiraAnswers.made(1) });
    const shipment = ticketShipment("jira", site.url, "audit.failed", { options: { projectKey: "OPS", issueType: "Incident" } });
    await makeAttempt(deps, "jira", shipment);
    const { fields } = bodyOf((await site.requests())[0]);
    expect(fields).toMatchObject({ project: { key: "OPS" }, issuetype: { name: "Incident" }, labels: ["mentha", `mentha-${shipment.deliveryId}`] });
    expect(() => AdfDocument.parse(fields.description)).not.toThrow();
  });

  it("is one, although the answer to its making was lost", async () => {
    const site = await defineVendor({ [jiraPaths.make]: { ...jiraAnswers.made(1), fault: "cut-in-body" }, [jiraPaths.search]: jiraAnswers.found(1) });
    const shipment = ticketShipment("jira", site.url, "finding.opened");
    expect((await makeAttempt(deps, "jira", shipment)).result).toMatchObject({ is: "failed", failure: "connection" });
    const again = await makeAttempt(deps, "jira", { ...shipment, mayHaveArrived: true });
    expect(again.result).toEqual({ is: "delivered", ticket: { ...jiraTicket(site.url), state: "open" } });
    const requests = await site.requests();
    expect(steps(requests)).toEqual([`POST ${jiraPaths.make}`, `POST ${jiraPaths.search}`]);
    expect(bodyOf(requests[1]).jql).toContain(`labels = "mentha-${shipment.deliveryId}"`);
  });

  it.each([
    ["is not there", jiraAnswers.found(), [`POST ${jiraPaths.search}`, `POST ${jiraPaths.make}`], "delivered"],
    ["cannot be looked for", json(503, {}), [`POST ${jiraPaths.search}`], "failed"],
    ["is looked for where a page answers", "<h1>Sign in</h1>", [`POST ${jiraPaths.search}`], "failed"],
  ] as const)("that may be there and %s", async (_what, found, expected, is) => {
    const site = await defineVendor({ [jiraPaths.make]: jiraAnswers.made(1), [jiraPaths.search]: found });
    const { result } = await makeAttempt(deps, "jira", ticketShipment("jira", site.url, "finding.opened", { mayHaveArrived: true }));
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
    expect((await makeAttempt(deps, "jira", shipment)).result).toEqual({ is: "delivered" });
    const { body } = bodyOf((await site.requests()).at(-1));
    expect(() => AdfDocument.parse(body)).not.toThrow();
    expect(JSON.stringify(body)).toContain(said);
  });
});

describe("a finding in Jira, over time", () => {
  const { make, issue, comment, lastComments, transitions } = jiraPaths;

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
    expect((await makeAttempt(deps, "jira", shipment)).result).toEqual({ is: "delivered", ticket: { ...jiraTicket(site.url), state: "open" } });
    expect(steps(await site.requests())).toEqual([`POST ${make}`]);
  });

  it("is told once that it is fixed, although the answer to that was lost", async () => {
    const routes = { [issue]: jiraAnswers.at("new"), [comment]: { ...jiraAnswers.commented, fault: "cut-in-body" } } as const;
    const site = await defineVendor(routes);
    const shipment = ticketShipment("jira", site.url, "finding.fixed", { ticket: jiraTicket(site.url) });
    expect((await makeAttempt(deps, "jira", shipment)).result).toMatchObject({ failure: "connection" });
    const { body } = bodyOf((await site.requests()).at(-1));

    const after = await defineSite(new URL(site.url).host, { ...routes, [lastComments]: jiraAnswers.comments(body) });
    expect((await makeAttempt(deps, "jira", { ...shipment, mayHaveArrived: true })).result).toEqual({ is: "delivered" });
    expect(steps(await after.requests())).toEqual([`GET ${issue}`, `GET ${comment}`]);
  });

  it("is told when it may have been told, and was not", async () => {
    const site = await defineVendor({ [issue]: jiraAnswers.at("new"), [lastComments]: jiraAnswers.comments({}), [comment]: jiraAnswers.commented });
    const shipment = ticketShipment("jira", site.url, "finding.fixed", { ticket: jiraTicket(site.url), mayHaveArrived: true });
    expect((await makeAttempt(deps, "jira", shipment)).result).toEqual({ is: "delivered" });
    expect(steps(await site.requests())).toEqual([`GET ${issue}`, `GET ${comment}`, `POST ${comment}`]);
  });
});

describe("a card of Trello", () => {
  const newest = (page: number) => `/1/lists/${listId}/actions?filter=createCard&limit=15&page=${page}&fields=data&member=false&memberCreator=false`;
  const making = (number: number, name: string) => ({ id: "x", data: { card: { ...card(number), name }, list: { id: listId } } });

  it("is put into the list, with a description that bears the delivery's id", async () => {
    const site = await defineVendor({ "/1/cards": trelloAnswers.made(1) });
    const shipment = ticketShipment("trello", site.url, "audit.failed");
    await makeAttempt(deps, "trello", shipment);
    const { idList, name, desc } = bodyOf((await site.requests())[0]);
    expect({ idList, name }).toEqual({ idList: listId, name: expect.stringContaining("shop.example") });
    expect(desc.endsWith(`mentha-${shipment.deliveryId}`)).toBe(true);
  });

  it("is one, although the answer to its making was lost, whatever else was put there", async () => {
    const site = await defineVendor({ "/1/cards": { ...trelloAnswers.made(1), fault: "cut-in-body" } });
    const shipment = ticketShipment("trello", site.url, "finding.opened");
    expect((await makeAttempt(deps, "trello", shipment)).result).toMatchObject({ is: "failed", failure: "connection" });
    const { name, desc } = bodyOf((await site.requests())[0]);

    const fullPage = Array.from({ length: 15 }, () => making(2, "something else"));
    const after = await defineSite(new URL(site.url).host, {
      [newest(0)]: json(200, fullPage),
      [newest(1)]: json(200, [making(4, name), { id: "y", data: { card: { id: "gone" } } }, making(3, name), making(1, name)]),
      [cardPath(4)]: trelloAnswers.gone,
      [cardPath(3)]: json(200, { id: card(3).id, desc: "Of another delivery" }),
      [cardPath(1)]: json(200, { id: card(1).id, desc }),
    });
    const again = await makeAttempt(deps, "trello", { ...shipment, mayHaveArrived: true });
    expect(again.result).toEqual({ is: "delivered", ticket: { ...trelloTicket, state: "open" } });
    expect(steps(await after.requests()).filter((step) => step.startsWith("POST"))).toEqual([]);
  });

  it.each([
    ["is not there", json(200, [making(2, "something else")]), "delivered", 1],
    ["cannot be looked for", json(500, {}), "failed", 0],
  ] as const)("that may be there and %s", async (_what, found, is, made) => {
    const site = await defineVendor({ "/1/cards": trelloAnswers.made(1), [newest(0)]: found });
    const { result } = await makeAttempt(deps, "trello", ticketShipment("trello", site.url, "finding.opened", { mayHaveArrived: true }));
    expect(result.is).toBe(is);
    expect(steps(await site.requests()).filter((step) => step === "POST /1/cards")).toHaveLength(made);
  });

  it.each(["API_TOKEN_LIMIT_EXCEEDED", "API_KEY_LIMIT_EXCEEDED"])("is not asked for again for ten seconds after %s", async (error) => {
    const site = await defineVendor({ "*": json(429, { error }) });
    const { result } = await makeAttempt(deps, "trello", ticketShipment("trello", site.url, "finding.opened"));
    expect(result).toMatchObject({ failure: "status", retry: "schedule", retryAfterMs: 10_000 });
  });
});

describe("a finding in Trello, over time", () => {
  const base = cardPath(1);

  it("has one card that is told what becomes of it, and another once that was archived", async () => {
    const site = await defineVendor({
      "/1/cards": [trelloAnswers.made(1), trelloAnswers.made(2)],
      [base]: trelloAnswers.is(false),
      [`${base}/actions/comments`]: trelloAnswers.done,
    });
    const endpoint = await trackerEndpoint("trello", site.url);
    await endpoint.send("finding.opened");
    const { shipment } = await endpoint.send("finding.fixed");
    await endpoint.send("finding.fixed", { options: { listId, whenFixed: "close" } });
    expect(await endpoint.rows()).toMatchObject([{ ticketKey: "#1", closedAt: expect.any(Number) }]);
    await endpoint.send("finding.opened");
    expect(await endpoint.rows()).toMatchObject([{ ticketKey: "#2", closedAt: null }]);
    const requests = await site.requests();
    const expected = ["POST /1/cards", `GET ${base}`, `POST ${base}/actions/comments`, `GET ${base}`, `PUT ${base}`, "POST /1/cards"];
    expect(steps(requests)).toEqual(expected);
    expect(bodyOf(requests[2]).text).toContain(`mentha-${shipment.deliveryId}`);
    expect(bodyOf(requests[4])).toEqual({ closed: true });
  });

  it.each([
    ["deleted", trelloAnswers.gone],
    ["archived by somebody", trelloAnswers.is(true)],
  ])("has another card once the first was %s", async (_what, standing) => {
    const site = await defineVendor({ "/1/cards": [trelloAnswers.made(1), trelloAnswers.made(2)], [base]: standing });
    const endpoint = await trackerEndpoint("trello", site.url);
    await endpoint.send("finding.opened");
    await endpoint.send("finding.opened");
    expect(await endpoint.rows()).toMatchObject([{ ticketKey: "#2", closedAt: null }]);
  });

  it("is told once that it is fixed, although the answer to that was lost", async () => {
    const deliveryId = newId("delivery");
    const said = [{ id: "1", data: { text: `Fixed\n\nmentha-${deliveryId}` } }];
    const site = await defineVendor({ [base]: trelloAnswers.is(false), [`${base}/actions`]: json(200, said) });
    const shipment = ticketShipment("trello", site.url, "finding.fixed", { deliveryId, ticket: trelloTicket, mayHaveArrived: true });
    expect((await makeAttempt(deps, "trello", shipment)).result).toEqual({ is: "delivered" });
    expect(steps(await site.requests())).toEqual([`GET ${base}`, `GET ${base}/actions`]);
  });
});

describe("what is stored of tickets", () => {
  const ticket = { ...jiraTicket("https://jira.test"), state: "open" } as const;
  const told = (deliveryId: string, startedAt: number, changes: { ticketId?: string; state?: "closed" } = {}) => ({
    deliveryId,
    startedAt,
    ms: 1,
    ticket: { ...ticket, ...changes },
  });
  const endpoints = async () => [await trackerEndpoint("jira", "https://jira.test"), await trackerEndpoint("jira", "https://jira.test")] as const;

  it("is of one endpoint: another one opens its own", async () => {
    const [one, other] = await endpoints();
    const delivery = await one.add("finding.opened");
    await one.tell(told(delivery, 1));
    expect(await one.ticketOf(delivery)).toEqual(jiraTicket("https://jira.test"));
    expect(await other.ticketOf(await other.add("finding.opened"))).toBeNull();
  });

  it("is what was told first, when it is told again", async () => {
    const [endpoint] = await endpoints();
    const [first, second] = [await endpoint.add("finding.opened"), await endpoint.add("finding.opened")];
    await endpoint.tell(told(first, 10));
    await endpoint.tell(told(second, 20));
    expect(await endpoint.rows()).toMatchObject([{ deliveryId: first, openedAt: 11 }]);
    await endpoint.tell(told(second, 30, { state: "closed" }));
    await endpoint.tell(told(second, 40, { state: "closed" }));
    expect(await endpoint.rows()).toMatchObject([{ closedAt: 31 }]);
    expect(await endpoint.ticketOf(first)).toBeNull();
  });

  it("is not over when the one before it is", async () => {
    const [endpoint] = await endpoints();
    const delivery = await endpoint.add("finding.opened");
    await endpoint.tell(told(delivery, 10, { ticketId: "10002" }));
    await endpoint.tell(told(delivery, 20, { state: "closed" }));
    expect(await endpoint.rows()).toMatchObject([{ ticketId: "10002", closedAt: null }]);
  });

  it("is nothing where the delivery is gone, or is another endpoint's", async () => {
    const [one, other] = await endpoints();
    await one.tell(told(newId("delivery"), 1));
    await one.tell(told(await other.add("finding.opened"), 1));
    expect([...(await one.rows()), ...(await other.rows())]).toEqual([]);
  });
});
