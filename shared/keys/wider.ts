import { blockContains, type FieldError, type IpBlock, parseIpBlock } from "../platform/index.ts";
import { limitsWider, type UsualLimits } from "./own-limits.ts";
import type { Reach } from "./reach.ts";

/**
 * Where a change would let a key do more than it may now: another permission, a later end, more addresses, higher limits. Nothing when it only narrows
 * the key. Paths are those of a request's body.
 */
export function wider(current: Reach, { scopes, expiresAt, allowedIps, limits }: Partial<Reach>, usual: UsualLimits): FieldError[] {
  const errors = (scopes ?? []).flatMap((scope, index) =>
    current.scopes.includes(scope) ? [] : [{ path: `body.scopes[${index}]`, message: `Only its maker can give ${scope} to this key` }],
  );
  if (expiresAt !== undefined && current.expiresAt !== null && (expiresAt === null || expiresAt > current.expiresAt)) {
    errors.push({ path: "body.expiresAt", message: `Only its maker can let this key last beyond ${current.expiresAt}` });
  }
  if (allowedIps !== undefined && current.allowedIps.length > 0 && !isWithin(current.allowedIps, allowedIps)) {
    errors.push({ path: "body.allowedIps", message: `Only its maker can let this key be used from elsewhere than ${current.allowedIps.join(", ")}` });
  }
  if (limits !== undefined) errors.push(...limitsWider(current.limits, limits, usual));
  return errors;
}

/** Whether each range lies in one of others. No range at all means every address. */
function isWithin(outer: readonly string[], inner: readonly string[]): boolean {
  const blocks = outer.flatMap((text) => parseIpBlock(text) ?? []);
  return inner.length > 0 && inner.every((text) => blocks.some((block) => isPartOf(block, parseIpBlock(text))));
}

const isPartOf = (outer: IpBlock, inner: IpBlock | null): boolean => inner !== null && inner.prefix >= outer.prefix && blockContains(outer, inner);
