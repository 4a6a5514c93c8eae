import { z } from "zod";
import { isOperatorPermission, type OperatorPermission, type Permission, permissions } from "../platform/index.ts";

/** What somebody is in a workspace. */
export const roles = ["admin", "manager", "qa", "dev"] as const;
export const Role = z.enum(roles).meta({ id: "Role" });
export type Role = z.infer<typeof Role>;

const everybody = roles;

/** The matrix: which roles have a permission. Operators' permissions come with no role. */
export const matrix: Readonly<Record<Exclude<Permission, OperatorPermission>, readonly Role[]>> = {
  "audits:read": everybody,
  "audits:write": everybody,
  "keys:read": everybody,
  "keys:write": ["admin", "manager", "dev"],
  "keys:manage": ["admin"],
  "members:read": everybody,
  "members:write": ["admin", "manager"],
  "members:roles": ["admin"],
  "projects:read": everybody,
  "projects:write": ["admin", "manager"],
  "workspace:read": everybody,
  "workspace:write": ["admin", "manager"],
  "workspace:export": ["admin"],
  "workspace:delete": ["admin"],
  "audit-log:read": ["admin", "manager"],
  "usage:read": ["admin", "manager"],
  "notifications:read": everybody,
  "notifications:write": everybody,
  "webhooks:read": everybody,
  "webhooks:write": ["admin", "manager", "dev"],
  "schedules:read": everybody,
  "schedules:write": ["admin", "manager", "dev"],
  "reports:read": everybody,
  "reports:write": ["admin", "manager"],
};

/** What operators may do to the installation, in whatever workspace or none. */
export const operatorPermissions: ReadonlySet<Permission> = new Set(permissions.filter(isOperatorPermission));

/** Everything that somebody may do in a workspace, and to the installation when they are an operator. */
export function permissionsOf({ role, isOperator }: { readonly role: Role; readonly isOperator: boolean }): ReadonlySet<Permission> {
  return new Set(permissions.filter((name) => (isOperatorPermission(name) ? isOperator : matrix[name].includes(role))));
}
