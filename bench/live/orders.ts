import { z } from "zod";

/** Somebody with so many tabs; the token is an access token of Mentha, and nothing for a server that asks for none. */
const Person = z.object({ id: z.string(), token: z.string() });
export type BenchPerson = z.infer<typeof Person>;

/**
 * Whom clients talk to, and how: `mentha` speaks the protocol with as little of its own as can be, and stays away once it is closed; `mentha-client` is
 * the product's own client, which comes back; `socket.io` speaks the wire protocol of Engine.IO 4.
 */
const Kind = z.enum(["mentha", "mentha-client", "socket.io"]);
export type ClientKind = z.infer<typeof Kind>;

const Fleet = z.object({
  kind: Kind,
  /** `http://host:port`. */
  url: z.string(),
  /** The workspace to be in; of Mentha alone. */
  workspaceId: z.string(),
  people: z.array(Person).readonly(),
  tabs: z.int(),
  /** Of this computer, from which connections are made in turns: each has some 28,000 ports. */
  addresses: z.array(z.string()),
});
export type Fleet = z.infer<typeof Fleet>;

/** What a process of clients is told. */
export const Order = z.discriminatedUnion("name", [
  z.object({ name: z.literal("prepare"), fleet: Fleet }),
  /** Get what the next so many clients need before they can connect. */
  z.object({ name: z.literal("tickets"), count: z.int() }),
  /** Connect the next so many. */
  z.object({ name: z.literal("connect"), count: z.int() }),
  /** The server is found at another address from now on, by those who come back. */
  z.object({ name: z.literal("move"), url: z.string() }),
  /** From now on take note of messages in which this text is. */
  z.object({ name: z.literal("expect"), marker: z.string() }),
  /** From now on take note of the connections of this person that end. */
  z.object({ name: z.literal("watch"), personId: z.string() }),
  z.object({ name: z.literal("tell") }),
]);
export type Order = z.infer<typeof Order>;

/** How a process of clients is; it answers so to every order, once that is done. */
export const State = z.object({
  /** Connections that are open, and of whom the server has said so. */
  open: z.int(),
  /** What went wrong, and how often. */
  errors: z.record(z.string(), z.int()),
  /** When a client got what is expected for the first time, by `now()`. */
  received: z.array(z.number()),
  /** What is expected and came to a client that had it already. */
  again: z.int(),
  /** When connections of who is watched ended, by `now()`. */
  ended: z.array(z.number()),
});
export type State = z.infer<typeof State>;

export const Sent = z.object({ id: z.int(), order: Order });
export const Answer = z.object({ id: z.int(), state: State });
export type Answer = z.infer<typeof Answer>;

/** Milliseconds by the clock that all processes of a computer share and nobody sets. */
export const now = (): number => Number(process.hrtime.bigint()) / 1_000_000;
