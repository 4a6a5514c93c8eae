import type { ApiEnv, CallerEnv, PersonEnv, SignedInEnv } from "../env.ts";
import type { LimitedCaller } from "./caller.ts";

type Vars = ApiEnv["Variables"] & Partial<SignedInEnv["Variables"] & PersonEnv["Variables"] & Pick<CallerEnv["Variables"], "caller">>;

/** The caller that the guards found; null while nobody is known. */
export function callerOf({ ctx, person, caller, usedKey }: Vars): LimitedCaller | null {
  if (ctx !== undefined) {
    const { actor, workspaceId } = ctx;
    const usage = { workspaceId, userId: actor.userId };
    return actor.kind === "key" ? { name: `key:${actor.id}`, limits: actor.limits, usage } : { name: `user:${actor.userId}`, limits: {}, usage };
  }
  if (usedKey !== undefined) {
    const { actor, workspaceId } = usedKey;
    return { name: `key:${actor.id}`, limits: actor.limits, usage: { workspaceId, userId: actor.userId } };
  }
  const userId = person?.userId ?? caller?.userId;
  return userId === undefined ? null : { name: `user:${userId}`, limits: {} };
}
