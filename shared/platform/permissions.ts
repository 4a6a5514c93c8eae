/** What a caller may be allowed to do. API keys carry these names as their scopes; `shared/identity/roles.ts` says which role has which. */
export const permissions = [
  "audits:read",
  "audits:write",
  /** See the workspace's keys; make, edit, rotate and revoke one's own. */
  "keys:read",
  "keys:write",
  /** Narrow and revoke other people's keys. */
  "keys:manage",
  /** See members and invitations; invite and remove those with the roles qa and dev. */
  "members:read",
  "members:write",
  /** Change roles; invite and remove admins and managers too. */
  "members:roles",
  /** Projects, their sites, and the proof that a site is the workspace's own. */
  "projects:read",
  "projects:write",
  /** Name and settings of the workspace. */
  "workspace:read",
  "workspace:write",
  /** Take everything of the workspace along, and delete it. */
  "workspace:export",
  "workspace:delete",
  /** Who changed what in the workspace. */
  "audit-log:read",
  /** How much each member and key does. */
  "usage:read",
  /** One's own inbox of notifications, and which of them one wants. */
  "notifications:read",
  "notifications:write",
  /** Where events of the workspace are sent, and what became of that. */
  "webhooks:read",
  "webhooks:write",
  /** What is started by itself, and when. */
  "schedules:read",
  "schedules:write",
  /** What stakeholders read of the workspace. */
  "reports:read",
  "reports:write",
  /** The installation itself: for operators only, whatever their role in a workspace. */
  "operations:read",
  "operations:write",
] as const;
export type Permission = (typeof permissions)[number];

export type OperatorPermission = Extract<Permission, `operations:${string}`>;

/** Whether a permission reaches beyond one workspace, which needs an operator. */
export const isOperatorPermission = (permission: Permission): permission is OperatorPermission => permission.startsWith("operations:");
