import { describe, expect, it } from "vitest";
import type { Ticket } from "../../../../../shared/webhooks/kinds/kind.ts";
import { followSubject } from "../../../../../shared/webhooks/tickets/follow-subject.ts";
import { type FailedVerdict, type Standing, StepError, type Tracker } from "../../../../../shared/webhooks/tickets/tracker.ts";
import { ticketShipment } from "../../../../helpers/unit/ticket-shipment.ts";

const known: Ticket = { ticketId: "1", ticketKey: "SHOP-1", url: "https://jira.test/browse/SHOP-1" };
const made: Ticket = { ticketId: "2", ticketKey: "SHOP-2", url: "https://jira.test/browse/SHOP-2" };

interface There {
  readonly standing?: Standing;
  readonly isMade?: boolean;
  readonly isCommented?: boolean;
  /** Why it cannot be closed. */
  readonly open?: string;
}

/** A tracker, and what was done in it. */
function trackerWith({ standing = "open", isMade = false, isCommented = false, open }: There) {
  const done: string[] = [];
  const tracker: Tracker = {
    findMade: async () => (isMade ? made : null),
    make: async () => {
      done.push("make");
      return made;
    },
    standingOf: async () => standing,
    isCommented: async () => isCommented,
    comment: async (_ticket, remark) => void done.push(remark === null ? "comment" : `comment: ${remark}`),
    close: async () => {
      if (open === undefined) done.push("close");
      return open ?? null;
    },
  };
  return { tracker, done };
}

const ticketOf = (ticket: Ticket, state: "open" | "closed") => ({ is: "delivered", ticket: { ...ticket, state } });
const delivered = { is: "delivered" };

describe("a finding that is opened", () => {
  it.each([
    ["has no ticket: gets one", null, {}, false, ["make"], ticketOf(made, "open")],
    ["has an open ticket: is told there", known, {}, false, ["comment"], delivered],
    ["has a ticket that somebody closed: gets another", known, { standing: "closed" }, false, ["make"], ticketOf(made, "open")],
    ["has a ticket that somebody deleted: gets another", known, { standing: "gone" }, false, ["make"], ticketOf(made, "open")],
    ["may have a ticket, which is there: gets no second one", null, { isMade: true }, true, [], ticketOf(made, "open")],
    ["may have a ticket, which is not there: gets one", null, {}, true, ["make"], ticketOf(made, "open")],
    ["may have been told, and was: is not told twice", known, { isCommented: true }, true, [], delivered],
    ["may have been told, and was not: is told", known, {}, true, ["comment"], delivered],
    ["is new, and nothing was tried before: is not looked for", null, { isMade: true }, false, ["make"], ticketOf(made, "open")],
  ] as const)("%s", async (_what, ticket, there, mayHaveArrived, expected, verdict) => {
    const { tracker, done } = trackerWith(there);
    const shipment = ticketShipment("jira", "https://jira.test", "finding.opened", { ticket, mayHaveArrived });
    expect(await followSubject(shipment, tracker, "comment")).toEqual(verdict);
    expect(done).toEqual(expected);
  });
});

describe("a finding that is fixed", () => {
  it.each([
    ["has no ticket: nothing is done", "close", null, {}, false, [], delivered],
    ["is to be left alone: nothing is done", "nothing", known, {}, false, [], delivered],
    ["is to be told: is told in its ticket, which stays", "comment", known, {}, false, ["comment"], delivered],
    ["is to be told, in a ticket that was closed: the ticket is over", "comment", known, { standing: "closed" }, false, ["comment"], ticketOf(known, "closed")],
    ["is to be told, in a ticket that is gone: nothing is done", "comment", known, { standing: "gone" }, false, [], ticketOf(known, "closed")],
    ["may have been told, and was: is not told twice", "comment", known, { isCommented: true }, true, [], delivered],
    ["is to close its ticket: it is closed", "close", known, {}, false, ["close"], ticketOf(known, "closed")],
    ["is to close a ticket that was closed: nothing is done", "close", known, { standing: "closed" }, false, [], ticketOf(known, "closed")],
    ["is to close a ticket that is gone: nothing is done", "close", known, { standing: "gone" }, false, [], ticketOf(known, "closed")],
    ["is to close a ticket that cannot be: that is said", "close", known, { open: "by hand" }, false, ["comment: by hand"], delivered],
    ["is to close a ticket that cannot be, and was said: not twice", "close", known, { open: "by hand", isCommented: true }, true, [], delivered],
  ] as const)("%s", async (_what, whenFixed, ticket, there, mayHaveArrived, expected, verdict) => {
    const { tracker, done } = trackerWith(there);
    const shipment = ticketShipment("jira", "https://jira.test", "finding.fixed", { ticket, mayHaveArrived });
    expect(await followSubject(shipment, tracker, whenFixed)).toEqual(verdict);
    expect(done).toEqual(expected);
  });
});

describe("any other event", () => {
  it.each([
    [false, false, ["make"]],
    [true, false, ["make"]],
    [true, true, []],
  ] as const)("gets a ticket of its own that nothing follows (tried before: %s, there already: %s)", async (mayHaveArrived, isMade, expected) => {
    const { tracker, done } = trackerWith({ isMade });
    const shipment = ticketShipment("jira", "https://jira.test", "audit.failed", { ticket: known, mayHaveArrived });
    expect(await followSubject(shipment, tracker, "close")).toEqual(delivered);
    expect(done).toEqual(expected);
  });
});

describe("an attempt that breaks off", () => {
  const shipment = ticketShipment("jira", "https://jira.test", "finding.opened");

  it("is the failure that the tracker answered with", async () => {
    const verdict: FailedVerdict = { is: "failed", failure: "status", message: "Jira answered 500.", retry: "schedule" };
    const { tracker } = trackerWith({});
    const failing = { ...tracker, make: () => Promise.reject(new StepError(verdict)) };
    expect(await followSubject(shipment, failing, "comment")).toEqual(verdict);
  });

  it("lets through what the connection failed with", async () => {
    const { tracker } = trackerWith({});
    const failing = { ...tracker, make: () => Promise.reject(new Error("reset")) };
    await expect(followSubject(shipment, failing, "comment")).rejects.toThrow("reset");
  });
});
