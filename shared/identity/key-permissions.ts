import { type Permission, permissions } from "../platform/index.ts";

/**
 * What a key may do: its scopes that are names of permissions. Those that reach beyond one workspace (`operations:…`)
 * count only while the person who made the key is an operator.
 */
export function keyPermissions(scopes: readonly string[], isOperator: boolean): ReadonlySet<Permission> {
  return new Set(permissions.filter((name) => scopes.includes(name) && (isOperator || !name.startsWith("operations:"))));
}
