import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../../../../shared/platform/index.ts";
import { trackerEndpoint } from "../../../../helpers/worker/tracker-endpoint.ts";
import { jiraTicket } from "../../../../helpers/worker/vendor.ts";

beforeAll(() => applyD1Migrations(env.DB, env.MIGRATIONS));

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
    expect(await one.ticketOf(delivery)).toEqual({ ...jiraTicket("https://jira.test"), openedBy: delivery });
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
