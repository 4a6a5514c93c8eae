import type { Connection, LiveSocket } from "./connection.ts";

/** Who is connected, and who of them follows what. */
export interface Roster {
  readonly size: number;
  /** Of those, sockets of API keys. */
  readonly integrations: number;
  get(socket: LiveSocket): Connection | undefined;
  all(): Iterable<Connection>;
  add(connection: Connection): void;
  /** False when it was not there. */
  remove(connection: Connection): boolean;
  has(connection: Connection): boolean;
  follow(connection: Connection, topicKey: string): void;
  unfollow(connection: Connection, topicKey: string): void;
  followersOf(topicKey: string): ReadonlySet<Connection>;
}

const nobody: ReadonlySet<Connection> = new Set();

export function createRoster(): Roster {
  const connections = new Map<LiveSocket, Connection>();
  const followers = new Map<string, Set<Connection>>();
  let integrations = 0;

  const enter = (connection: Connection, topicKey: string): void => {
    const known = followers.get(topicKey);
    if (known === undefined) followers.set(topicKey, new Set([connection]));
    else known.add(connection);
  };
  const leave = (connection: Connection, topicKey: string): void => {
    const known = followers.get(topicKey);
    known?.delete(connection);
    if (known?.size === 0) followers.delete(topicKey);
  };

  return {
    get size() {
      return connections.size;
    },
    get integrations() {
      return integrations;
    },
    get: (socket) => connections.get(socket),
    all: () => connections.values(),
    add(connection) {
      connections.set(connection.socket, connection);
      if (connection.actor.kind === "key") integrations += 1;
      for (const topicKey of connection.topics) enter(connection, topicKey);
    },
    remove(connection) {
      if (!connections.delete(connection.socket)) return false;
      for (const topicKey of connection.topics) leave(connection, topicKey);
      if (connection.actor.kind === "key") integrations -= 1;
      return true;
    },
    has: ({ socket }) => connections.has(socket),
    follow(connection, topicKey) {
      connection.topics.add(topicKey);
      enter(connection, topicKey);
    },
    unfollow(connection, topicKey) {
      connection.topics.delete(topicKey);
      leave(connection, topicKey);
    },
    followersOf: (topicKey) => followers.get(topicKey) ?? nobody,
  };
}
