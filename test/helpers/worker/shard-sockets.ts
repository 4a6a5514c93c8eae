import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, vi } from "vitest";
import { takeSocket } from "../../../durable-objects/stubs.ts";
import { directoryDatabase } from "../../../shared/db/client.ts";
import { sessions } from "../../../shared/db/schema/index.ts";
import { type Arrival, ArrivalRefusal, type ClientMessage, placeName, ServerMessage } from "../../../shared/live/index.ts";
import { arrivalWith } from "../../../shared/live/tickets/admit.ts";
import { readTicket, signTicket } from "../../../shared/live/tickets/ticket.ts";
import { dayMs, newId } from "../../../shared/platform/index.ts";
import type { SeededWorkspace } from "./api.ts";
import { visitorOfTest } from "./people.ts";

/** One end of a socket, whose other end an object of sockets holds. */
export interface ShardSocket {
  /** Everything that came, in order. */
  readonly messages: ServerMessage[];
  /** Messages of one type. */
  of<Type extends ServerMessage["type"]>(type: Type): Extract<ServerMessage, { type: Type }>[];
  /** `<code> <reason>`; null while it is open. */
  readonly closed: string | null;
  say(message: ClientMessage): void;
  sayText(text: string | ArrayBuffer): void;
  /** Resolves when the platform has answered a `ping`, which overtakes what the object says. */
  ping(): Promise<void>;
  /** Resolves when everything that was said before was read and everything that was told before has come, or the socket is closed. Says one message more. */
  read(): Promise<void>;
  close(): void;
}

/** A session of somebody, as the database knows it. */
export async function seedSession(userId: string): Promise<string> {
  const id = newId("session");
  const at = Date.now();
  await directoryDatabase(env)
    .insert(sessions)
    .values({ id, userId, createdAt: at, lastUsedAt: at, expiresAt: at + dayMs });
  return id;
}

/**
 * Somebody who comes with a ticket that was made just now, as the edge lets them in; what they are in the workspace is not looked up, and may be told
 * instead, as may anything that the edge would never say.
 */
export async function arrivalOf(workspace: SeededWorkspace, more: Partial<Arrival> = {}): Promise<Arrival> {
  const { userId = workspace.userId, shards = 1, tabId = null, role = "admin", device = "desktop", endsAt = null } = more;
  const { actor = { kind: "session", id: userId.replace("usr_", "ses_") }, permissions = ["audits:read", "notifications:read"] } = more;
  const visitor = visitorOfTest();
  const { ticket } = await signTicket(visitor, { workspaceId: workspace.id, userId, actor, shards, tabId });
  const read = (await readTicket(visitor, ticket)) ?? expect.unreachable("the ticket is not good");
  return { ...arrivalWith(read, { role, permissions: new Set(permissions), endsAt }, device), ...more };
}

/** Asks the object for a socket. */
export async function arrive(arrival: Arrival): Promise<ShardSocket | ArrivalRefusal> {
  const answer = await takeSocket(env, arrival);
  return answer.webSocket === null ? ArrivalRefusal.parse(await answer.json()) : listen(answer.webSocket);
}

/** As `arrive`, for somebody who is not refused. */
export async function connect(arrival: Arrival): Promise<ShardSocket> {
  const answer = await arrive(arrival);
  if ("code" in answer) throw new Error(`refused: ${answer.code}`);
  return answer;
}

function listen(socket: WebSocket): ShardSocket {
  const messages: ServerMessage[] = [];
  const pings: (() => void)[] = [];
  let closed: string | null = null;
  socket.addEventListener("message", ({ data }) => {
    if (data === "pong") pings.shift()?.();
    else messages.push(ServerMessage.parse(JSON.parse(String(data))));
  });
  socket.addEventListener("close", ({ code, reason }) => {
    closed = `${code} ${reason}`;
    for (const resolve of pings.splice(0)) resolve();
  });
  socket.accept();
  return {
    messages,
    of: <Type extends ServerMessage["type"]>(type: Type) =>
      messages.filter((message): message is Extract<ServerMessage, { type: Type }> => message.type === type),
    get closed() {
      return closed;
    },
    say: (message) => socket.send(JSON.stringify(message)),
    sayText: (text) => socket.send(text),
    ping() {
      const { promise, resolve } = Promise.withResolvers<void>();
      if (closed !== null) resolve();
      else {
        pings.push(resolve);
        socket.send("ping");
      }
      return promise;
    },
    async read() {
      const refusals = () => messages.filter(({ type }) => type === "refused").length;
      const before = refusals();
      if (closed === null) socket.send(JSON.stringify({ type: "unsubscribe", topic: "none" } satisfies ClientMessage));
      await vi.waitFor(() => expect(closed !== null || refusals() > before).toBe(true), 5_000);
    },
    close: () => socket.close(1000),
  };
}

export const shardStub = (workspace: Pick<SeededWorkspace, "id">, shard = 0) =>
  env.ONLINE_USERS.get(env.ONLINE_USERS.idFromName(placeName({ workspaceId: workspace.id, shard })));

export const ring = (workspace: Pick<SeededWorkspace, "id">, shard = 0): Promise<boolean> => runDurableObjectAlarm(shardStub(workspace, shard));
export const alarmAt = (workspace: Pick<SeededWorkspace, "id">, shard = 0): Promise<number | null> =>
  runInDurableObject(shardStub(workspace, shard), (_, { storage }) => storage.getAlarm());
