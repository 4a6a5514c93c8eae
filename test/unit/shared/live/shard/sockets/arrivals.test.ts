import { expect, it } from "vitest";
import type { Arrival } from "../../../../../../shared/live/index.ts";
import { createPeople } from "../../../../../../shared/live/shard/people.ts";
import { createArrivals } from "../../../../../../shared/live/shard/sockets/arrivals.ts";
import type { LiveSocket } from "../../../../../../shared/live/shard/sockets/connection.ts";
import { createRoster } from "../../../../../../shared/live/shard/sockets/roster.ts";
import { closeSocket } from "../../../../../../shared/live/shard/sockets/sender.ts";

const workspaceId = "wsp_1";

/** An object that takes so many sockets; `knock` answers what somebody is refused for, or their socket. */
function objectFor(capacity: number) {
  const roster = createRoster();
  const people = createPeople({ all: () => [], save: () => {}, drop: () => {}, dropUntil: () => {} });
  const used = new Set<string>();
  const closed: LiveSocket[] = [];
  const sockets = new Map<LiveSocket, string>();
  const arrivals = createArrivals({
    place: { workspaceId, shard: 0 },
    tickets: { use: (jti) => !used.has(jti) && used.add(jti).has(jti), oldest: () => null, dropUntil: () => {} },
    closings: { isOutdated: () => false },
    roster,
    people,
    capacity: () => capacity,
    tagged: (tag) => [...sockets].filter(([, userId]) => tag === `user:${userId}`).map(([socket]) => socket),
    now: () => 1_000,
    random: () => 0.5,
    end(connection, reason) {
      roster.remove(connection);
      closeSocket(connection.socket, reason);
    },
    greeters: [],
  });
  const knock = (userId: string, tabId: string | null = null, jti = crypto.randomUUID()) => {
    const arrival: Arrival = {
      jti,
      ticketIssuedAt: 0,
      ticketEndsAt: 2_000,
      workspaceId,
      shard: 0,
      shards: 1,
      userId,
      actor: { kind: "session", id: `ses_${userId}` },
      role: "dev",
      permissions: [],
      device: "other",
      tabId,
      endsAt: null,
      allowedIps: [],
      judgedAt: 0,
    };
    const refusal = arrivals.admit(arrival);
    if (refusal !== null) return refusal;
    const socket: LiveSocket = { send: () => {}, close: () => void closed.push(socket), serializeAttachment: () => {} };
    sockets.set(socket, userId);
    arrivals.enter(arrival, socket);
    return socket;
  };
  return { knock, roster, closed };
}

it("who comes when the object is full is told when to come back, and their ticket is not used", () => {
  const { knock, roster, closed } = objectFor(2);
  const [first] = [knock("usr_a", "tab-a"), knock("usr_b")];
  expect(knock("usr_c", null, "ticket-c")).toEqual({ code: "full", retryAfterSeconds: 45 });
  // A tab that comes again takes no other place.
  expect(knock("usr_a", "tab-a")).toHaveProperty("send");
  expect(closed).toEqual([first]);
  expect(roster.size).toBe(2);
  const [gone] = [...roster.all()].filter(({ userId }) => userId === "usr_b");
  if (gone !== undefined) roster.remove(gone);
  expect(knock("usr_c", null, "ticket-c")).toHaveProperty("send");
  expect(knock("usr_c", null, "ticket-c")).toMatchObject({ code: "full" });
});
