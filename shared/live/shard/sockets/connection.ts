import { z } from "zod";
import { Role } from "../../../identity/index.ts";
import { type Permission, permissions } from "../../../platform/index.ts";
import { devices } from "../../../presence/index.ts";
import { SocketActor } from "../../socket-actor.ts";
import { type MessageRate, newMessageRate } from "./message-rate.ts";
import { countOutstanding, newOutstanding, type Outstanding, outstandingAfterWaking } from "./outstanding.ts";

/** A WebSocket, as far as it matters here. */
export interface LiveSocket {
  send(text: string): void;
  close(code: number, reason: string): void;
  serializeAttachment(attachment: unknown): void;
}

const Identity = z.object({
  id: z.string(),
  userId: z.string(),
  actor: SocketActor,
  role: Role,
  device: z.enum(devices),
  tabId: z.string().nullable(),
  /** When the session or the key ends by itself; null when it does not. */
  endsAt: z.number().nullable(),
  /** From where a key may be used, with spaces between; empty for everywhere, and of a session. */
  allowedIps: z.string().default(""),
  openedAt: z.number(),
  /** Since when the person is online. */
  since: z.number(),
});

/** What is kept with a socket while the object sleeps: at most 16 KB. Another shape is another `v`. */
const Attachment = Identity.extend({
  v: z.literal(1),
  /** With spaces between: many sockets have the same, and each text is read once. */
  permissions: z.string(),
  topics: z.array(z.string()),
  active: z.boolean(),
  outstanding: z.number(),
});

/** Messages wait until the present state of their topic was sent; or those up to a number are left out, since they were sent from the log. */
export type CatchingUp = { readonly held: string[] } | { readonly upTo: number };

/** Somebody at one socket. */
export interface Connection extends z.infer<typeof Identity> {
  readonly socket: LiveSocket;
  readonly permissions: ReadonlySet<Permission>;
  /** Keys of the topics that are followed. */
  readonly topics: Set<string>;
  /** Whether somebody is doing something there. */
  active: boolean;
  readonly rate: MessageRate;
  readonly outstanding: Outstanding;
  /** Messages that are not acknowledged, as it is kept with the socket. */
  keptOutstanding: number;
  /** When something came that woke the object; a `ping` does not. */
  heardAt: number;
  /** Topics, by key, of which not every message is sent as it comes; null when there is none, as nearly always. */
  catchingUp: Map<string, CatchingUp> | null;
  /** What is being done for this client, one thing after the other. */
  turn: Promise<void>;
  /** How many things that is. */
  turns: number;
}

type Newcomer = z.infer<typeof Identity> & Pick<Connection, "permissions">;

export const newConnection = (socket: LiveSocket, newcomer: Newcomer, now: number): Connection => ({
  ...newcomer,
  ...idle(now),
  socket,
  topics: new Set(),
  active: true,
  outstanding: newOutstanding(),
  keptOutstanding: 0,
});

const idle = (now: number) => ({ rate: newMessageRate(now), heardAt: now, catchingUp: null, turn: Promise.resolve(), turns: 0 });

/** From so many messages that are not acknowledged on, they are kept with the socket: who never reads is not forgiven because the object slept. */
export const outstandingFrom = 100;

/** Keeps what is known of a connection with its socket. */
export function keep(connection: Connection): void {
  const { socket, permissions: granted, topics, outstanding } = connection;
  const count = countOutstanding(outstanding);
  connection.keptOutstanding = count < outstandingFrom ? 0 : count;
  const attachment: z.infer<typeof Attachment> = {
    ...Identity.parse(connection),
    v: 1,
    permissions: [...granted].join(" "),
    topics: [...topics],
    active: connection.active,
    outstanding: connection.keptOutstanding,
  };
  socket.serializeAttachment(attachment);
}

/** What `keep` kept with a socket; null for what another version of Mentha kept. */
export function restored(socket: LiveSocket, attachment: unknown, now: number): Connection | null {
  const { data } = Attachment.safeParse(attachment);
  if (data === undefined) return null;
  const { v: _, permissions: granted, topics, outstanding, ...identity } = data;
  return {
    ...identity,
    ...idle(now),
    heardAt: data.openedAt,
    socket,
    permissions: permissionsIn(granted),
    topics: new Set(topics),
    outstanding: outstandingAfterWaking(outstanding),
    keptOutstanding: outstanding,
  };
}

const read = new Map<string, ReadonlySet<Permission>>();
/** Every combination that people and keys have; there are few, and this is far above them. */
const maxRead = 1_000;

/** The permissions with these names; the same set for the same text, since thousands of sockets have one each. */
function permissionsIn(text: string): ReadonlySet<Permission> {
  const known = read.get(text);
  if (known !== undefined) return known;
  if (read.size >= maxRead) read.clear();
  const names = new Set(text.split(" "));
  const set = new Set(permissions.filter((name) => names.has(name)));
  read.set(text, set);
  return set;
}

/** As `permissionsIn`. */
export const sharedPermissions = (granted: readonly Permission[]): ReadonlySet<Permission> => permissionsIn(granted.join(" "));

export function catchUp(connection: Connection, topicKey: string, state: CatchingUp): void {
  connection.catchingUp ??= new Map();
  connection.catchingUp.set(topicKey, state);
}

export function endCatchingUp(connection: Connection, topicKey: string): void {
  connection.catchingUp?.delete(topicKey);
  if (connection.catchingUp?.size === 0) connection.catchingUp = null;
}
