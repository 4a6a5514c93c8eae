import { describe, expect, it } from "vitest";
import { newId } from "../../../../../../shared/platform/index.ts";
import type { FailedVerdict, Ticket } from "../../../../../../shared/webhooks/kinds/kind.ts";
import { followSubject } from "../../../../../../shared/webhooks/kinds/trackers/follow-subject.ts";
import { StepError } from "../../../../../../shared/webhooks/kinds/trackers/step-error.ts";
import type { TicketStanding, Tracker } from "../../../../../../shared/webhooks/kinds/trackers/tracker.ts";
import { ticketShipment } from "../../../../../helpers/unit/ticket-shipment.ts";

const known: Ticket = { ticketId: "1", ticketKey: "SHOP-1", url: "https://jira.test/browse/SHOP-1" };
const made: Ticket = { ticketId: "2", ticketKey: "SHOP-2", url: "https://jira.test/browse/SHOP-2" };

interface There {
  /** Of the known ticket. */
  readonly standing?: TicketStanding;
  /** Of the one that an earlier attempt made, if it did. */
  readonly earlier?: TicketStanding;
  readonly isCommented?: boolean;
  /** Why it cannot be closed. */
  readonly open?: string;
}

/** A tracker, and what was done in it. */
function trackerWith({ standing = "open", earlier, isCommented = false, open }: There) {
  const done: string[] = [];
  const tracker: Tracker = {
    findMade: async () => (earlier === undefined ? null : made),
    make: async () => {
      done.push("make");
      return made;
    },
    standingOf: async (ticket) => (ticket === made ? (earlier ?? "open") : standing),
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
    ["may have a ticket, which is there: gets no second one", null, { earlier: "open" }, true, [], ticketOf(made, "open")],
    [
      "may have a ticket, which somebody closed: gets no second one, and has none that is open",
      null,
      { earlier: "closed" },
      true,
      [],
      ticketOf(made, "closed"),
    ],
    ["may have a ticket, which somebody deleted: gets another", null, { earlier: "gone" }, true, ["make"], ticketOf(made, "open")],
    ["has an open ticket, and began one itself: is not told twice", known, { earlier: "closed" }, true, [], delivered],
    ["began its ticket, which was closed: gets no second one", known, { standing: "closed", earlier: "closed" }, true, [], ticketOf(made, "closed")],
    ["may have a ticket, which is not there: gets one", null, {}, true, ["make"], ticketOf(made, "open")],
    ["may have been told, and was: is not told twice", known, { isCommented: true }, true, [], delivered],
    ["may have been told, and was not: is told", known, {}, true, ["comment"], delivered],
    ["is new, and nothing was tried before: is not looked for", null, { earlier: "open" }, false, ["make"], ticketOf(made, "open")],
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

describe("a ticket that stands for a finding that came back", () => {
  const day = (number: number): string => newId("delivery", Date.UTC(2026, 10, number));
  it.each([
    ["is left alone by a fix of before that is sent again", 12, 11, [], delivered],
    ["is closed by a fix of after it", 12, 13, ["close"], ticketOf(known, "closed")],
    // It was opened on whichever day its tracker answered: what counts is when things happened.
    ["is closed by a fix of the same moment", 12, 12, ["close"], ticketOf(known, "closed")],
  ] as const)("%s", async (_what, openedOn, fixedOn, expected, verdict) => {
    const { tracker, done } = trackerWith({});
    const ticket = { ...known, openedBy: day(openedOn) };
    const shipment = ticketShipment("jira", "https://jira.test", "finding.fixed", { ticket, deliveryId: day(fixedOn), mayHaveArrived: true });
    expect(await followSubject(shipment, tracker, "close")).toEqual(verdict);
    expect(done).toEqual(expected);
  });
});

describe("any other event", () => {
  it.each([
    [false, {}, ["make"]],
    [true, {}, ["make"]],
    [true, { earlier: "open" }, []],
    [true, { earlier: "closed" }, []],
  ] as const)("gets a ticket of its own that nothing follows (tried before: %s, there: %j)", async (mayHaveArrived, there, expected) => {
    const { tracker, done } = trackerWith(there);
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
