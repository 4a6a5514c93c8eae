import type { BenchClient, Hearer, Seat } from "./client.ts";
import { ownClient, rawClient } from "./mentha-clients.ts";
import { type Answer, type ClientKind, type Fleet, now, type Order, Sent, type State } from "./orders.ts";
import { socketIoClient } from "./socket-io-client.ts";

// A process of its own, so that clients take no time from what is measured, and one of several: `fleet.ts` starts it and tells it what to do. It ends with
// that.

/** Clients of one process that ask or connect at the same time. */
const atOnce = 32;
/** How often a client says that it is there, and into how many turns all of them are divided. */
const beatEveryMs = 30_000;
const turns = 30;

const makers: Readonly<Record<ClientKind, (seat: Seat, hearer: Hearer) => BenchClient>> = {
  mentha: rawClient,
  "mentha-client": ownClient,
  "socket.io": socketIoClient,
};

let clients: BenchClient[] = [];
const done = { tickets: 0, connect: 0 };
let marker = "";
let watched = "";
let state: State = { open: 0, errors: {}, received: [], again: 0, ended: [] };

const server = { url: "" };

function prepare(fleet: Fleet): void {
  const { kind, people, tabs, addresses } = fleet;
  server.url = fleet.url;
  const seats = people.flatMap(({ id: personId, token }) =>
    Array.from({ length: tabs }, (_, tab) => ({
      server,
      workspaceId: fleet.workspaceId,
      personId,
      token,
      tabId: `bench-tab-${tab}`,
      address: addresses[tab % addresses.length] ?? "127.0.0.1",
    })),
  );
  clients = seats.map((seat) => makers[kind](seat, createHearer()));
}

function createHearer(): Hearer {
  let has = "";
  return {
    opened() {
      state.open += 1;
    },
    closed(personId) {
      state.open -= 1;
      if (personId === watched) state.ended.push(now());
    },
    received(text) {
      if (marker === "" || !text.includes(marker)) return;
      if (has === marker) state.again += 1;
      else state.received.push(now());
      has = marker;
    },
    failed(what) {
      state.errors[what] = (state.errors[what] ?? 0) + 1;
    },
  };
}

async function eachOfNext(step: "tickets" | "connect", count: number, work: (client: BenchClient) => Promise<void>): Promise<void> {
  const waiting = clients.slice(done[step], done[step] + count);
  done[step] += count;
  const lane = async (): Promise<void> => {
    for (let client = waiting.shift(); client !== undefined; client = waiting.shift()) await work(client);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

async function obey(order: Order): Promise<void> {
  if (order.name === "prepare") prepare(order.fleet);
  else if (order.name === "tickets") await eachOfNext("tickets", order.count, (client) => client.prepare());
  else if (order.name === "connect") await eachOfNext("connect", order.count, (client) => client.connect());
  else if (order.name === "move") server.url = order.url;
  else if (order.name === "expect") {
    ({ marker } = order);
    state = { ...state, received: [], again: 0 };
  } else if (order.name === "watch") {
    watched = order.personId;
    state = { ...state, ended: [] };
  }
}

let turn = 0;
setInterval(() => {
  for (let at = turn; at < clients.length; at += turns) clients[at]?.beat();
  turn = (turn + 1) % turns;
}, beatEveryMs / turns);

async function attend(message: unknown): Promise<void> {
  const { id, order } = Sent.parse(message);
  await obey(order);
  const answer: Answer = { id, state };
  process.send?.(answer);
}

const giveUp = (error: unknown): void => {
  console.error(error);
  process.exit(1);
};
process.on("message", (message: unknown) => void attend(message).catch(giveUp));
process.on("disconnect", () => process.exit());
