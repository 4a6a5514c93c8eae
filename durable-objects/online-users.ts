import { DurableObject } from "cloudflare:workers";
import { type Broadcast, findBroadcasts } from "../shared/broadcasts/index.ts";
import { databaseFor, directoryDatabase } from "../shared/db/client.ts";
import {
  arrivalHeader,
  type Closing,
  createOnlineUsers,
  findPlace,
  type OnlineUser,
  type OnlineUsers as Policy,
  type Publication,
  ping,
  pong,
  readArrival,
  tagsOf,
} from "../shared/live/index.ts";
import { configOf, reportFault, systemClock } from "../shared/platform/index.ts";
import type { WorkspacePresence } from "../shared/presence/index.ts";
import { type Alarm, createAlarm } from "./alarm.ts";
import { crawlsOf, frontDeskOf, onlineTotalsOf, peerOf } from "./stubs.ts";

type Page = Parameters<Policy["part"]["online"]>[0];

/** One of those that hold a workspace's sockets. Sockets, storage, alarm and RPC only; what happens is decided in `shared/live`. */
export class OnlineUsers extends DurableObject<Env> {
  #users: Policy;
  readonly #alarm: Alarm;
  /** What the alarm does just now. */
  #work: Promise<void> = Promise.resolve();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#alarm = createAlarm(ctx);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(ping, pong));
    this.#users = this.#open();
  }

  /** Everything as it was before the object slept. */
  #open(): Policy {
    const { ctx, env } = this;
    const place = findPlace(ctx.id.name, ctx.storage.sql);
    const { workspaceId } = place;
    return createOnlineUsers({
      place,
      sql: ctx.storage.sql,
      sockets: {
        all: () => ctx.getWebSockets().filter(isOpen).map(withAttachment),
        tagged: (tag) => ctx.getWebSockets(tag),
        pingedAt: (socket) => (socket instanceof WebSocket ? (ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? null) : null),
      },
      capacity: () => configOf(env).liveSocketsPerShard,
      follow: { db: databaseFor(env, workspaceId), audits: crawlsOf(env) },
      loadBroadcasts: () => findBroadcasts(directoryDatabase(env), workspaceId, Date.now()),
      directory: directoryDatabase(env),
      totals: onlineTotalsOf(env),
      frontDesk: frontDeskOf(env, workspaceId),
      peer: (shard) => peerOf(env, { workspaceId, shard }),
      now: systemClock,
      random: Math.random,
      wait: (ms) => scheduler.wait(ms),
      wake: () => this.#arm(),
      clear: () => this.#clear(),
      fault: (what, cause) => reportFault({ env, context: ctx }, what, cause, { domain: "live", workspaceId }),
    });
  }

  /** Takes a socket that the edge hands on; answers with its other end, or with an `ArrivalRefusal`. */
  override fetch(request: Request): Response {
    const arrival = readArrival(request.headers.get(arrivalHeader));
    const refusal = this.#users.admit(arrival);
    if (refusal !== null) return Response.json(refusal);
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server, tagsOf(arrival));
    this.#users.enter(arrival, server);
    this.#arm();
    return new Response(null, { status: 101, webSocket: client });
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    this.#users.received(socket, message);
    this.#arm();
  }

  override webSocketClose(socket: WebSocket): void {
    // The other half of the farewell: the client waits for it, and the platform does not send it for a socket that sleeps.
    socket.close(1000);
    this.webSocketError(socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.#users.left(socket);
    this.#arm();
  }

  // What the first of them does for all: `Live`, of its workspace.

  publish(publication: Publication): Promise<number> {
    return this.#armed(this.#users.front.publish(publication));
  }
  broadcast(broadcast: Broadcast): Promise<number> {
    return this.#armed(this.#users.front.broadcast(broadcast));
  }
  close(closing: Closing): Promise<number> {
    return this.#armed(this.#users.front.close(closing));
  }
  online(page: Page): Promise<readonly OnlineUser[]> {
    return this.#users.front.online(page);
  }
  reshard(shards: number): Promise<void> {
    return this.#armed(this.#users.front.reshard(shards));
  }
  clear(): Promise<void> {
    return this.#users.front.clear();
  }
  forget(userId: string): Promise<void> {
    return this.#armed(this.#users.front.forget(userId));
  }
  join(shards: number): Promise<void> {
    return this.#armed(this.#users.front.join(shards));
  }
  notePresence(presence: WorkspacePresence): Promise<void> {
    return this.#armed(this.#users.front.notePresence(presence));
  }

  // What each of them does with its own sockets.

  publishHere(publication: Publication): Promise<number> {
    return this.#armed(this.#users.part.publish(publication));
  }
  broadcastHere(broadcast: Broadcast): Promise<number> {
    return this.#armed(this.#users.part.broadcast(broadcast));
  }
  closeHere(closing: Closing): Promise<number> {
    return this.#armed(this.#users.part.close(closing));
  }
  onlineHere(page: Page): readonly OnlineUser[] {
    return this.#users.part.online(page);
  }
  settleHere(shards: number): Promise<void> {
    return this.#armed(this.#users.part.settle(shards));
  }
  sizeHere(): number {
    return this.#users.part.size();
  }
  forgetHere(userId: string): Promise<void> {
    return this.#armed(this.#users.part.forget(userId));
  }
  clearHere(): Promise<void> {
    return this.#clear();
  }

  override async alarm(): Promise<void> {
    this.#alarm.rang();
    this.#work = this.#users.work();
    await this.#armed(this.#work);
  }

  /** Closes everything and forgets it, once what the alarm does has ended: it must not write after this. */
  async #clear(): Promise<void> {
    await this.#work;
    this.#users.part.close({ reason: "rights_changed", userId: null, actorId: null });
    await Promise.all([this.#alarm.forget(), this.ctx.storage.deleteAll()]);
    this.#users = this.#open();
    await this.#users.leave();
  }

  async #armed<T>(work: T | Promise<T>): Promise<T> {
    try {
      return await work;
    } finally {
      this.#arm();
    }
  }

  /** Nothing waits for it: what is stored leaves before any answer does, and when it fails the storage ends the object. */
  #arm(): void {
    this.#alarm.arm(this.#users.wakeAt())?.catch(() => {});
  }
}

const isOpen = ({ readyState }: WebSocket): boolean => readyState === WebSocket.OPEN;
const withAttachment = (socket: WebSocket): readonly [WebSocket, unknown] => [socket, socket.deserializeAttachment()];
