import type { Actor, FieldError } from "../platform/index.ts";
import { limitsBeyond, type OwnLimits, type UsualLimits } from "./own-limits.ts";

/** What a key may do and how much of it, until when, and from where. */
export interface Reach {
  readonly scopes: readonly string[];
  /** Null for never. */
  readonly expiresAt: number | null;
  /** Canonical ranges; an empty list is every address. */
  readonly allowedIps: readonly string[];
  readonly limits: OwnLimits;
}

export const reachOf = ({ scopes, expiresAt, allowedIps, limits }: Reach): Reach => ({ scopes, expiresAt, allowedIps, limits });

interface Situation {
  readonly usual: UsualLimits;
  /** What the key may do already, when there is one. */
  readonly current?: Pick<Reach, "limits">;
}

/**
 * Where a key with this reach would go beyond whoever makes or edits it: nobody gives what they do not have, and a key hands on neither
 * a longer life nor other addresses nor higher limits than its own. Nothing when it stays within. Paths are those of a request's body.
 */
export function beyond(actor: Actor, { scopes, expiresAt, allowedIps, limits }: Partial<Reach>, { usual, current }: Situation): FieldError[] {
  const errors = (scopes ?? []).flatMap((scope, index) => (holds(actor, scope) ? [] : [{ path: `body.scopes[${index}]`, message: notHeld(actor, scope) }]));
  if (limits !== undefined) errors.push(...limitsBeyond(actor, limits, { usual, current: current?.limits ?? {} }));
  if (actor.kind !== "key") return errors;
  if (expiresAt !== undefined && actor.expiresAt !== null && (expiresAt === null || expiresAt > actor.expiresAt)) {
    errors.push({ path: "body.expiresAt", message: `A key cannot outlive the one that makes or edits it, which ends at ${actor.expiresAt}` });
  }
  if (allowedIps !== undefined && actor.allowedIps.length > 0 && !isSameSet(allowedIps, actor.allowedIps)) {
    errors.push({ path: "body.allowedIps", message: `A key keeps the ranges of the one that makes or edits it: ${actor.allowedIps.join(", ")}` });
  }
  return errors;
}

function holds({ permissions }: Actor, scope: string): boolean {
  return [...permissions].some((permission) => permission === scope);
}

function notHeld({ kind }: Actor, scope: string): string {
  return `${scope} is not yours to give: ${kind === "key" ? "the API key that asks" : "your role in this workspace"} does not have it`;
}

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  const all = new Set([...some, ...others]).size;
  return all === new Set(some).size && all === new Set(others).size;
}
