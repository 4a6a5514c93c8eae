import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { takeSocket } from "../../../durable-objects/stubs.ts";
import { directoryDatabase } from "../../../shared/db/client.ts";
import { sessions } from "../../../shared/db/schema/index.ts";
import { type Arrival, ArrivalRefusal, placeName } from "../../../shared/live/index.ts";
import { arrivalWith } from "../../../shared/live/tickets/admit.ts";
import { readTicket, signTicket } from "../../../shared/live/tickets/ticket.ts";
import { dayMs, newId } from "../../../shared/platform/index.ts";
import type { SeededWorkspace } from "./api.ts";
import { type HeardSocket, listenTo } from "./heard-socket.ts";
import { visitorOfTest } from "./people.ts";

/** One end of a socket, whose other end an object of sockets holds. */
export interface ShardSocket extends HeardSocket {
  /** `<code> <reason>`; null while it is open. */
  readonly closed: string | null;
  /** Resolves when everything that was said before was read and everything that was told before has come, or the socket is closed. Says one message more. */
  read(): Promise<void>;
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
  const { actor = { kind: "session", id: userId.replace("usr_", "ses_") }, permissions = ["audits:read", "members:read", "notifications:read"] } = more;
  const visitor = visitorOfTest();
  const { ticket } = await signTicket(visitor, { workspaceId: workspace.id, userId, actor, shards, tabId });
  const read = (await readTicket(visitor, ticket)) ?? expect.unreachable("the ticket is not good");
  return { ...arrivalWith(read, { role, permissions: new Set(permissions), endsAt, allowedIps: [] }, { device, judgedAt: Date.now() }), ...more };
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

function listen(webSocket: WebSocket): ShardSocket {
  const socket = listenTo(webSocket);
  return {
    ...socket,
    get closing() {
      return socket.closing;
    },
    get closed() {
      return socket.closing && `${socket.closing.code} ${socket.closing.reason}`;
    },
    async read() {
      const refusals = () => socket.of("refused").length;
      const before = refusals();
      if (socket.closing === null) socket.say({ type: "unsubscribe", topic: "none" });
      await socket.heard(() => (socket.closing !== null || refusals() > before ? true : undefined));
    },
  };
}

export const shardStub = (workspace: Pick<SeededWorkspace, "id">, shard = 0) =>
  env.ONLINE_USERS.get(env.ONLINE_USERS.idFromName(placeName({ workspaceId: workspace.id, shard })));

export const ring = (workspace: Pick<SeededWorkspace, "id">, shard = 0): Promise<boolean> => runDurableObjectAlarm(shardStub(workspace, shard));
export const alarmAt = (workspace: Pick<SeededWorkspace, "id">, shard = 0): Promise<number | null> =>
  runInDurableObject(shardStub(workspace, shard), (_, { storage }) => storage.getAlarm());
