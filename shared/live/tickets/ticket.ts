import { z } from "zod";
import { Id, idPattern, kindOf, newToken, readToken, secondMs, signToken, type TokenKind, type VisitorContext } from "../../platform/index.ts";
import { TabId } from "../shard/sockets/arrival.ts";
import { maxShards } from "../shard-of.ts";
import type { SocketActor } from "../socket-actor.ts";

const Claims = z.object({
  jti: z.string().min(1).max(100),
  sub: z.string().regex(idPattern("user")),
  /** The workspace. */
  wsp: Id("workspace"),
  /** The session or the key. */
  act: z.union([Id("session"), Id("key")]),
  shards: z.int().min(1).max(maxShards),
  tab: TabId.optional(),
});

/** Long enough to open a socket with it over a slow connection, and no longer: it stands in an address. */
const lifeMs = 30 * secondMs;

/** Signed, so that no database is written when thousands come back at once; the object that takes a socket remembers which were used. */
const ticketKind: TokenKind<typeof Claims> = { use: "live-ticket", type: "live-ticket+jwt", audience: "mentha-live", lifeMs, claims: Claims };

/** Who may open one socket, before anybody asked whether that still holds. */
export interface Ticket {
  /** Names it among all. */
  readonly jti: string;
  readonly workspaceId: string;
  /** Of a key: who made it. */
  readonly userId: string;
  readonly actor: SocketActor;
  /** Over how many objects the workspace's connections were spread when it was made. */
  readonly shards: number;
  readonly tabId: string | null;
}

type Issuer = Pick<VisitorContext, "keyring" | "publicUrl" | "now">;

/** A ticket as its holder gets it, and when it ends, in ms. */
export async function signTicket(issuer: Issuer, ticket: Omit<Ticket, "jti">): Promise<{ ticket: string; expiresAt: number }> {
  const { workspaceId, userId, actor, shards, tabId } = ticket;
  const claims = { jti: newToken(), sub: userId, wsp: workspaceId, act: actor.id, shards, ...(tabId === null ? {} : { tab: tabId }) };
  const { token, expiresAt } = await signToken(issuer, ticketKind, claims);
  return { ticket: token, expiresAt };
}

/** When a ticket was made, to the second, and when nobody takes it any more; in ms. */
export interface TicketTimes {
  readonly issuedAt: number;
  readonly goodUntil: number;
}

/** A ticket that we signed and that has not ended; null for every other text. */
export async function readTicket(issuer: Issuer, text: string): Promise<(Ticket & TicketTimes) | null> {
  const read = await readToken(issuer, ticketKind, text);
  if (read === null) return null;
  const { jti, sub, wsp, act, shards, tab = null } = read.claims;
  const kind = kindOf(act) === "key" ? "key" : "session";
  return { jti, workspaceId: wsp, userId: sub, actor: { kind, id: act }, shards, tabId: tab, issuedAt: read.issuedAt, goodUntil: read.goodUntil };
}
