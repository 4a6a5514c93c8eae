import { callerLimitNames, limitPolicies } from "../limits/index.ts";
import type { Actor, Context, FieldError } from "../platform/index.ts";

/** How much may be done in the window of a policy, by the name of the policy; as much as is usual for what is not named. */
export type OwnLimits = Readonly<Record<string, number | undefined>>;

/** What the limits are of a caller without limits of their own, by the name of the policy. */
export type UsualLimits = ReadonlyMap<string, number>;

/** As the table has it, unless the installation says something else. */
export function usualLimits({ limits }: Pick<Context, "limits">): UsualLimits {
  return new Map(callerLimitNames.map((name) => [name, limits[name] ?? limitPolicies[name].limit]));
}

/** Limits that passed the schema, in the one order. */
export function canonicalLimits(limits: OwnLimits): Record<string, number> {
  const entries = callerLimitNames.flatMap((name) => {
    const limit = limits[name];
    return limit === undefined ? [] : [[name, limit] as const];
  });
  return Object.fromEntries(entries);
}

/** What holds a key back: those of its limits that are below what is usual. Keys that it makes get these. */
export function lowered(limits: OwnLimits, usual: UsualLimits): OwnLimits {
  return Object.fromEntries(Object.entries(limits).filter(([name, limit]) => limit !== undefined && limit < (usual.get(name) ?? 0)));
}

interface Situation {
  readonly usual: UsualLimits;
  /** What the key has already; nothing for a new one. */
  readonly current: OwnLimits;
}

/**
 * Where limits would go beyond what whoever makes or edits a key may give: what is usual, or what the key has already. Only an operator gives more.
 * A key that has less than is usual hands on no more than it has. Paths are those of a request's body.
 */
export function limitsBeyond(actor: Actor, wanted: OwnLimits, { usual, current }: Situation): FieldError[] {
  const isOperator = actor.permissions.has("operations:write");
  return [...usual].flatMap(([name, usually]) => {
    const own = actor.kind === "key" ? actor.limits[name] : undefined;
    if (own !== undefined && own < usually)
      return above(own, name, { wanted, usual, message: `A key gives no more than it has itself, which is ${own} for ${name}` });
    const most = Math.max(usually, current[name] ?? 0);
    return isOperator ? [] : above(most, name, { wanted, usual, message: `Only operators of the installation give more than ${most} for ${name}` });
  });
}

/** Where a change of limits would let a key do more than it may now. Nothing when it only narrows the key. Paths are those of a request's body. */
export function limitsWider(current: OwnLimits, wanted: OwnLimits, usual: UsualLimits): FieldError[] {
  return [...usual].flatMap(([name, usually]) => {
    const most = current[name] ?? usually;
    return above(most, name, { wanted, usual, message: `Only its maker, or an operator of the installation, can give this key more than ${most} for ${name}` });
  });
}

interface Wish {
  readonly wanted: OwnLimits;
  readonly usual: UsualLimits;
  readonly message: string;
}

/** The error of a limit that would be above `most`; where it is not named it would be as usual, and then the whole says too much. */
function above(most: number, name: string, { wanted, usual, message }: Wish): FieldError[] {
  const given = wanted[name];
  if ((given ?? usual.get(name) ?? 0) <= most) return [];
  return [{ path: given === undefined ? "body.limits" : `body.limits.${name}`, message }];
}
