import { limitPolicies, type Quota } from "../../../shared/limits/index.ts";
import type { LimitName, LimitSettings } from "../../../shared/platform/index.ts";
import type { LimitedCaller } from "./caller.ts";

/** What a request takes of a limit. */
export interface Charge {
  readonly limit: LimitName;
  /** Units. */
  readonly cost: number;
}

/** All that a request takes, of different limits: of all of them or of none. */
export type Charges = readonly [Charge, ...Charge[]];

/** One unit of a limit. */
export const oneOf = (limit: LimitName): Charges => [{ limit, cost: 1 }];

/** What takes nothing, and only asks whether as much as was taken is allowed. */
export const costless = ([first, ...others]: Charges): Charges => [{ ...first, cost: 0 }, ...others.map((charge) => ({ ...charge, cost: 0 }))];

/** What a route declares of its limits. */
export interface LimitDeclaration {
  readonly limit: LimitName;
  /** Units of `limit` that a request takes, when it is dearer than others; 1 when absent. */
  readonly cost?: number;
  /** Another limit of the same callers that a request counts against as well; it takes of both or of none. */
  readonly alsoLimit?: LimitName;
}

/** What a request to a route takes. */
export function chargesOf({ limit, cost = 1, alsoLimit }: LimitDeclaration): Charges {
  return alsoLimit === undefined ? [{ limit, cost }] : [{ limit, cost }, ...oneOf(alsoLimit)];
}

/**
 * A charge as a limiter is asked for it. The installation's limit comes before the usual one, and a key's own before both where it is lower, or where
 * an operator raised it: above what is usual. Whoever has less than a dear request costs pays all of it: never to be let through would be no limit.
 */
export function quotaOf({ limit: name, cost }: Charge, own: LimitedCaller["limits"], settings: LimitSettings): Quota {
  const { windowMs, limit: usual } = limitPolicies[name];
  const installed = settings[name] ?? usual;
  const ownLimit = own[name] ?? installed;
  const limit = ownLimit > usual ? ownLimit : Math.min(ownLimit, installed);
  return { name, limit, windowMs, cost: Math.min(cost, limit) };
}

/** Whose limiter counts these charges: the caller's own, or that of the person who made the key. */
export const countedAs = (caller: LimitedCaller, [{ limit }]: Charges): LimitedCaller =>
  limitPolicies[limit].per === "person" && caller.usage !== undefined ? { ...caller, name: `user:${caller.usage.userId}` } : caller;

/** Whether both are the same caller in the same workspace, whatever their limits are. */
export const isSame = (a: LimitedCaller, b: LimitedCaller): boolean =>
  a.name === b.name && a.usage?.workspaceId === b.usage?.workspaceId && a.usage?.userId === b.usage?.userId;

/** Whether both are counted alike under all of these limits. */
export const isCountedAlike = (a: LimitedCaller, b: LimitedCaller, charges: Charges): boolean =>
  isSame(a, b) && charges.every(({ limit }) => a.limits[limit] === b.limits[limit]);
