import { installationId } from "../../../shared/db/client.ts";
import type { ApiEnv, CallerEnv, PersonEnv, SignedInEnv } from "../env.ts";
import type { LimitedCaller } from "./caller.ts";

type Vars = ApiEnv["Variables"] & Partial<SignedInEnv["Variables"] & PersonEnv["Variables"] & Pick<CallerEnv["Variables"], "caller">>;

/** The caller that the guards found; null while nobody is known. */
export function callerOf({ ctx, person, caller, usedKey }: Vars): LimitedCaller | null {
  if (ctx !== undefined) {
    const { actor, workspaceId } = ctx;
    if (actor.kind === "key") return callerOfKey({ ...actor, workspaceId });
    const person = { name: `user:${actor.userId}`, limits: {} };
    // Usage is a workspace's: an operator who is in none here has no part of it.
    return workspaceId === installationId ? person : { ...person, usage: { workspaceId, userId: actor.userId } };
  }
  if (usedKey !== undefined) {
    return callerOfKey({ ...usedKey.actor, workspaceId: usedKey.workspaceId });
  }
  const userId = person?.userId ?? caller?.userId;
  return userId === undefined ? null : { name: `user:${userId}`, limits: {} };
}

interface LimitedKey {
  readonly id: string;
  readonly userId: string;
  readonly workspaceId: string;
  readonly limits?: LimitedCaller["limits"];
}

/** An API key as a caller. */
export const callerOfKey = ({ id, userId, workspaceId, limits = {} }: LimitedKey): LimitedCaller => ({
  name: `key:${id}`,
  limits,
  usage: { workspaceId, userId },
});
