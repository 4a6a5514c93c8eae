import type { Database } from "../../db/client.ts";
import { findStandingSessions, type Role } from "../../identity/index.ts";
import { findStandingKeys } from "../../keys/index.ts";
import type { Permission } from "../../platform/index.ts";
import { SocketActor } from "../socket-actor.ts";

/** What somebody may do in a workspace: what lets them have a socket there. */
export interface Rights {
  /** Of a key: its maker's. */
  readonly role: Role;
  readonly permissions: ReadonlySet<Permission>;
  /** When the session or the key ends by itself, in ms; null when it does not. */
  readonly endsAt: number | null;
  /** From where a key may be used; none for everywhere. */
  readonly allowedIps: readonly string[];
}

/** What somebody's socket holds of their rights. */
export interface HeldRights extends Omit<Rights, "allowedIps"> {
  /** With spaces between. */
  readonly allowedIps: string;
}

/** So many ids, some 70 KB, go into one query. */
const idsAtOnce = 2_000;

const finders = { session: findStandingSessions, key: findStandingKeys } as const;

/**
 * What those of them may do who may act in the workspace at all, by id: whoever is missing ended, left, or was suspended. A net for what the edge could not
 * tell the objects of sockets.
 */
export async function findRights(directory: Database, workspaceId: string, actors: readonly SocketActor[], now: number): Promise<ReadonlyMap<string, Rights>> {
  const found = new Map<string, Rights>();
  for (const kind of SocketActor.shape.kind.options) {
    const ids = [...new Set(actors.filter((actor) => actor.kind === kind).map(({ id }) => id))];
    for (let start = 0; start < ids.length; start += idsAtOnce) {
      const standing = await finders[kind](directory, workspaceId, ids.slice(start, start + idsAtOnce), now);
      for (const { id, ...rights } of standing) found.set(id, { allowedIps: [], ...rights });
    }
  }
  return found;
}

/** Whether what a socket holds is what its holder may do. A session that was renewed ends later than was known, which takes nothing from anybody. */
export function areStill(held: HeldRights, rights: Rights): boolean {
  const isSame = held.role === rights.role && held.allowedIps === rangesText(rights.allowedIps) && haveSame(held.permissions, rights.permissions);
  return isSame && (rights.endsAt ?? Number.POSITIVE_INFINITY) >= (held.endsAt ?? Number.POSITIVE_INFINITY);
}

export const rangesText = (allowedIps: readonly string[]): string => allowedIps.join(" ");

const haveSame = (a: ReadonlySet<Permission>, b: ReadonlySet<Permission>): boolean => a.size === b.size && [...a].every((name) => b.has(name));
