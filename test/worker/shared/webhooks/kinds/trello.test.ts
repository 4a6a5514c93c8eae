import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../../../../shared/platform/index.ts";
import { makeAttempt } from "../../../../../shared/webhooks/sending/attempt.ts";
import { listId, ticketShipment } from "../../../../helpers/unit/ticket-shipment.ts";
import { defineSite } from "../../../../helpers/worker/site.ts";
import { trackerEndpoint } from "../../../../helpers/worker/tracker-endpoint.ts";
import { attemptDeps, bodyOf, card, cardPath, defineVendor, json, steps, trelloAnswers, trelloTicket } from "../../../../helpers/worker/vendor.ts";

beforeAll(() => applyD1Migrations(env.DB, env.MIGRATIONS));

const newest = (page: number) => `/1/lists/${listId}/actions?filter=createCard&limit=15&page=${page}&fields=data&member=false&memberCreator=false`;
const making = (number: number, name: string) => ({ id: "x", data: { card: { ...card(number), name }, list: { id: listId } } });

describe("a card of Trello", () => {
  it("is put into the list, with a description that bears the delivery's id", async () => {
    const site = await defineVendor({ "/1/cards": trelloAnswers.made(1) });
    const shipment = ticketShipment("trello", site.url, "audit.failed");
    await makeAttempt(attemptDeps, "trello", shipment);
    const { idList, name, desc } = bodyOf((await site.requests())[0]);
    expect({ idList, name }).toEqual({ idList: listId, name: expect.stringContaining("shop.example") });
    expect(desc.endsWith(`mentha-${shipment.deliveryId}`)).toBe(true);
  });

  it("is one, although the answer to its making was lost, whatever else was put there", async () => {
    const site = await defineVendor({ "/1/cards": { ...trelloAnswers.made(1), fault: "cut-in-body" } });
    const shipment = ticketShipment("trello", site.url, "finding.opened");
    expect((await makeAttempt(attemptDeps, "trello", shipment)).result).toMatchObject({ is: "failed", failure: "connection" });
    const { name, desc } = bodyOf((await site.requests())[0]);

    const fullPage = Array.from({ length: 15 }, () => making(2, "something else"));
    const after = await defineSite(new URL(site.url).host, {
      [newest(0)]: json(200, fullPage),
      [newest(1)]: json(200, [making(4, name), { id: "y", data: { card: { id: "gone" } } }, making(3, name), making(1, name)]),
      [cardPath(4)]: trelloAnswers.gone,
      [cardPath(3)]: json(200, { id: card(3).id, desc: "Of another delivery" }),
      [cardPath(1)]: json(200, { id: card(1).id, desc, closed: false }),
    });
    const again = await makeAttempt(attemptDeps, "trello", { ...shipment, mayHaveArrived: true });
    expect(again.result).toEqual({ is: "delivered", ticket: { ...trelloTicket, state: "open" } });
    expect(steps(await after.requests()).filter((step) => step.startsWith("POST"))).toEqual([]);
  });

  it.each([
    ["is not there", json(200, [making(2, "something else")]), "delivered", 1],
    ["cannot be looked for", json(500, {}), "failed", 0],
  ] as const)("that may be there and %s", async (_what, found, is, made) => {
    const site = await defineVendor({ "/1/cards": trelloAnswers.made(1), [newest(0)]: found });
    const { result } = await makeAttempt(attemptDeps, "trello", ticketShipment("trello", site.url, "finding.opened", { mayHaveArrived: true }));
    expect(result.is).toBe(is);
    expect(steps(await site.requests()).filter((step) => step === "POST /1/cards")).toHaveLength(made);
  });

  it.each(["API_TOKEN_LIMIT_EXCEEDED", "API_KEY_LIMIT_EXCEEDED"])("is not asked for again for ten seconds after %s", async (error) => {
    const site = await defineVendor({ "*": json(429, { error }) });
    const { result } = await makeAttempt(attemptDeps, "trello", ticketShipment("trello", site.url, "finding.opened"));
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

  it("has no second card when it is sent again, and none that is open where somebody archived the first", async () => {
    const site = await defineVendor({ "/1/cards": trelloAnswers.made(1) });
    const endpoint = await trackerEndpoint("trello", site.url);
    const { shipment } = await endpoint.send("finding.opened");
    const { name, desc } = bodyOf((await site.requests())[0]);

    const after = await defineSite(new URL(site.url).host, {
      [newest(0)]: json(200, [making(1, name)]),
      [base]: json(200, { id: card(1).id, desc, closed: true }),
    });
    await endpoint.send("finding.opened", { deliveryId: shipment.deliveryId, mayHaveArrived: true });
    expect(await endpoint.rows()).toMatchObject([{ ticketKey: "#1", closedAt: expect.any(Number) }]);
    expect(steps(await after.requests()).filter((step) => !step.startsWith("GET"))).toEqual([]);
  });

  it("is told once that it is fixed, although the answer to that was lost", async () => {
    const deliveryId = newId("delivery");
    const said = [{ id: "1", data: { text: `Fixed\n\nmentha-${deliveryId}` } }];
    const site = await defineVendor({ [base]: trelloAnswers.is(false), [`${base}/actions`]: json(200, said) });
    const shipment = ticketShipment("trello", site.url, "finding.fixed", { deliveryId, ticket: trelloTicket, mayHaveArrived: true });
    expect((await makeAttempt(attemptDeps, "trello", shipment)).result).toEqual({ is: "delivered" });
    expect(steps(await site.requests())).toEqual([`GET ${base}`, `GET ${base}/actions`]);
  });
});
