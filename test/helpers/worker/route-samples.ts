import { env } from "cloudflare:workers";
import { directoryDatabase, installationId } from "../../../shared/db/client.ts";
import { broadcasts, invitations, jobs, mutes, notifications, parkedMessages, projects, sites } from "../../../shared/db/schema/index.ts";
import { dayMs, newApiKey, newId, parseApiKey } from "../../../shared/platform/index.ts";
import { app } from "../../../workers/api/app.ts";
import { declaredRoutes } from "../../../workers/api/route.ts";
import { type SeededWorkspace, seedAudit, seedKey, seedWorkspace } from "./api.ts";
import { seedMember, signInAs } from "./people.ts";
import { seedReport } from "./reports.ts";
import { seedInstallationSchedule, seedSchedule } from "./seeded-schedules.ts";
import { seedDelivery, seedWebhook } from "./webhooks.ts";

// What tests over every route need to call it: values for what stands in braces, and a body that passes its schema.

/** Values for the names in braces of an address. */
type Params = Readonly<Record<string, string>>;

/** Something that addresses name, and to whom it belongs. */
interface Thing {
  readonly of: "workspace" | "person" | "installation";
  /** Makes one that belongs to the workspace, or to its member. */
  readonly make: (workspace: SeededWorkspace) => Promise<Params>;
  /** Names one that nobody has. */
  readonly unknown: () => Params;
}

const db = () => directoryDatabase(env);

const audit: Thing = {
  of: "workspace",
  make: async (workspace) => ({ id: await seedAudit(workspace) }),
  unknown: () => ({ id: newId("audit") }),
};
const apiKey: Thing = {
  of: "workspace",
  make: async (workspace) => ({ prefix: parseApiKey(await seedKey(workspace))?.prefix ?? "" }),
  unknown: () => ({ prefix: newApiKey("test").prefix }),
};
const member: Thing = {
  of: "workspace",
  make: async (workspace) => ({ userId: await seedMember(workspace, { role: "dev" }) }),
  unknown: () => ({ userId: newId("user") }),
};
const invitation: Thing = {
  of: "workspace",
  make: async ({ id: workspaceId, userId }) => {
    const id = newId("invitation");
    const now = Date.now();
    const email = `${id}@example.com`;
    await db()
      .insert(invitations)
      .values({ id, workspaceId, email, role: "dev", invitedBy: userId, createdAt: now, expiresAt: now + dayMs });
    return { id };
  },
  unknown: () => ({ id: newId("invitation") }),
};
const project: Thing = {
  of: "workspace",
  make: async ({ id: workspaceId }) => {
    const id = newId("project");
    await db().insert(projects).values({ id, workspaceId, name: "Shop", createdAt: Date.now() });
    return { id };
  },
  unknown: () => ({ id: newId("project") }),
};
const site: Thing = {
  of: "workspace",
  make: async (workspace) => {
    const { id: projectId = "" } = await project.make(workspace);
    const id = newId("site");
    const origin = "https://battery.test";
    await db().insert(sites).values({ id, workspaceId: workspace.id, projectId, origin, verificationToken: "battery", createdAt: Date.now() });
    return { id: projectId, siteId: id };
  },
  unknown: () => ({ id: newId("project"), siteId: newId("site") }),
};
const report: Thing = {
  of: "workspace",
  make: async (workspace) => ({ id: await seedReport(workspace) }),
  unknown: () => ({ id: newId("report") }),
};
const webhook: Thing = {
  of: "workspace",
  make: async (workspace) => {
    const id = await seedWebhook(workspace);
    await seedDelivery(workspace, id);
    return { id };
  },
  unknown: () => ({ id: newId("webhook") }),
};
const delivery: Thing = {
  of: "workspace",
  make: async (workspace) => ({ id: await seedDelivery(workspace, await seedWebhook(workspace)) }),
  unknown: () => ({ id: newId("delivery") }),
};
const schedule: Thing = {
  of: "workspace",
  make: async (workspace) => ({ id: await seedSchedule(workspace) }),
  unknown: () => ({ id: newId("schedule") }),
};
const installationSchedule: Thing = {
  of: "installation",
  make: async () => ({ id: await seedInstallationSchedule() }),
  unknown: () => ({ id: newId("schedule") }),
};
const mute: Thing = {
  of: "workspace",
  make: async ({ id: workspaceId, userId: createdBy }) => {
    const id = newId("mute");
    const values = { origin: "https://battery.test", ruleId: "title-missing", fingerprint: null, pageUrl: null, reason: "Battery", untilAt: null };
    await db()
      .insert(mutes)
      .values({ id, workspaceId, ...values, createdBy, createdAt: Date.now() });
    return { id };
  },
  unknown: () => ({ id: newId("mute") }),
};
const user: Thing = {
  of: "installation",
  make: async (workspace) => ({ id: await seedMember(workspace, { role: "dev" }) }),
  unknown: () => ({ id: newId("user") }),
};
const anyWorkspace: Thing = {
  of: "installation",
  make: async () => ({ id: (await seedWorkspace()).id }),
  unknown: () => ({ id: newId("workspace") }),
};
const deadLetter: Thing = {
  of: "installation",
  make: async ({ id: workspaceId }) => {
    const id = newId("parked");
    const body = JSON.stringify({ v: 1, jobId: newId("job"), workspaceId });
    const trouble = { errorCode: "internal", errorMessage: "It broke.", attempts: 3 };
    await db()
      .insert(parkedMessages)
      .values({ id, queue: "work", messageId: id, body, ...trouble, parkedAt: Date.now() });
    return { id };
  },
  unknown: () => ({ id: newId("parked") }),
};
const notification: Thing = {
  of: "person",
  make: async ({ id: workspaceId, userId }) => {
    const id = newId("notification");
    const said = { type: "member.role-changed", data: { role: "qa" } };
    await db()
      .insert(notifications)
      .values({ id, workspaceId, userId, ...said, createdAt: Date.now(), eventId: newId("event") });
    return { id };
  },
  unknown: () => ({ id: newId("notification") }),
};
const job: Thing = {
  of: "installation",
  make: async ({ id: workspaceId }) => {
    const id = newId("job");
    const now = Date.now();
    const values = { type: "mail.send", state: "failed", input: { kind: "invitation", invitationId: newId("invitation") } } as const;
    await db()
      .insert(jobs)
      .values({ id, workspaceId, ...values, dueAt: now, createdAt: now, updatedAt: now });
    return { id };
  },
  unknown: () => ({ id: newId("job") }),
};
const backup: Thing = {
  of: "installation",
  make: async () => {
    const id = newId("job");
    const now = Date.now();
    await db()
      .insert(jobs)
      .values({ id, workspaceId: installationId, type: "backup.make", state: "failed", input: { keep: null }, dueAt: now, createdAt: now, updatedAt: now });
    return { id };
  },
  unknown: () => ({ id: newId("job") }),
};
const retentionRun: Thing = {
  of: "installation",
  make: async () => {
    const id = newId("job");
    const now = Date.now();
    await db()
      .insert(jobs)
      .values({
        id,
        workspaceId: installationId,
        type: "retention.clean",
        state: "succeeded",
        input: { dryRun: true },
        dueAt: now,
        createdAt: now,
        updatedAt: now,
      });
    return { id };
  },
  unknown: () => ({ id: newId("job") }),
};
const broadcast: Thing = {
  of: "installation",
  make: async ({ userId }) => {
    const id = newId("broadcast");
    const now = Date.now();
    await db()
      .insert(broadcasts)
      .values({ id, message: "Battery", audience: "everyone", createdBy: userId, createdAt: now, expiresAt: now + dayMs });
    return { id };
  },
  unknown: () => ({ id: newId("broadcast") }),
};
const session: Thing = {
  of: "person",
  make: async ({ userId }) => ({ id: (await signInAs(userId)).sessionId }),
  unknown: () => ({ id: newId("session") }),
};

/** What stands in braces in each address, by the address up to its last brace. A route whose address is missing here fails the battery. */
const things: Readonly<Record<string, Thing>> = {
  "/api/v1/audits/{id}": audit,
  "/api/v1/keys/{prefix}": apiKey,
  "/api/v1/members/{userId}": member,
  "/api/v1/invitations/{id}": invitation,
  "/api/v1/mutes/{id}": mute,
  "/api/v1/reports/{id}": report,
  "/api/v1/projects/{id}": project,
  "/api/v1/projects/{id}/sites/{siteId}": site,
  "/api/v1/auth/sessions/{id}": session,
  "/api/v1/webhooks/{id}": webhook,
  "/api/v1/deliveries/{id}": delivery,
  "/api/v1/schedules/{id}": schedule,
  "/api/v1/notifications/{id}": notification,
  "/api/v1/rules/{id}": { of: "installation", make: async () => ({ id: "title-missing" }), unknown: () => ({ id: "no-such-rule" }) },
  "/api/admin/users/{id}": user,
  "/api/admin/workspaces/{id}": anyWorkspace,
  "/api/admin/backups/{id}": backup,
  "/api/admin/dead-letters/{id}": deadLetter,
  "/api/admin/jobs/{id}": job,
  "/api/admin/retention/runs/{id}": retentionRun,
  "/api/admin/broadcasts/{id}": broadcast,
  "/api/admin/schedules/{id}": installationSchedule,
};

/** What `bodies` take for the caller's password. */
export const samplePassword = "a password of the battery";

/** Bodies that pass the schemas of their routes. */
const bodies: Readonly<Record<string, unknown>> = {
  "post /api/v1/audits": { url: "http://battery.test/", maxPages: 1 },
  "post /api/v1/audits/{id}/rerun": { headers: { "X-Battery": "1" } },
  "post /api/v1/keys/generate": { name: "Battery", scopes: ["audits:read"] },
  "patch /api/v1/keys/{prefix}": { name: "Battery" },
  "post /api/v1/keys/{prefix}/rotate": {},
  "patch /api/v1/members/{userId}": { role: "qa" },
  "post /api/v1/users/invite": { email: "battery@example.com", role: "dev" },
  "patch /api/v1/workspace": { name: "Battery" },
  // As `seedWorkspace` calls it.
  "delete /api/v1/workspace": { name: "Test" },
  "post /api/admin/workspaces": { name: "Battery" },
  "patch /api/admin/workspaces/{id}": { liveShards: 2 },
  "post /api/admin/workspaces/{id}/suspend": { reason: "Battery" },
  "post /api/admin/users/{id}/suspend": { reason: "Battery" },
  "post /api/admin/users/{id}/disconnect": { revokeSessions: true },
  "post /api/admin/broadcast": { message: "Battery" },
  "post /api/v1/mutes": { site: "http://battery.test/", ruleId: "h1-missing", reason: "Battery" },
  "post /api/v1/reports": { days: 7 },
  "post /api/v1/projects": { name: "Battery" },
  "patch /api/v1/projects/{id}": { name: "Battery" },
  "post /api/v1/projects/{id}/sites": { url: "http://battery.test/" },
  "post /api/v1/projects/{id}/sites/{siteId}/verify": { method: "file" },
  "post /api/v1/schedules": { name: "Battery", target: { kind: "site-audits", input: {} }, every: "1d" },
  "post /api/v1/schedules/preview": { every: "1d" },
  "patch /api/v1/schedules/{id}": { name: "Battery" },
  "patch /api/admin/schedules/{id}": { name: "Battery" },
  "post /api/v1/webhooks": { url: "http://battery.test/", events: ["*"] },
  "patch /api/v1/webhooks/{id}": { name: "Battery" },
  "post /api/v1/webhooks/{id}/test": { type: "audit.completed" },
  "post /api/v1/webhooks/{id}/rotate-secret": {},
  "post /api/v1/webhooks/{id}/replay": { since: 0 },
  "patch /api/v1/me": { name: "Battery" },
  "post /api/v1/ws-tickets": {},
  "patch /api/v1/notifications/{id}": { read: true },
  "post /api/v1/notifications/read-all": {},
  "patch /api/v1/notifications/preferences": { items: [{ type: "audit.failed", email: true }] },
  "delete /api/v1/me": { password: samplePassword },
  "post /api/v1/auth/accept-invitation": { token: "A".repeat(43) },
  "post /api/v1/auth/change-email": { email: "battery-2@example.com", password: samplePassword },
  "post /api/v1/auth/change-password": { currentPassword: samplePassword, newPassword: "another good passphrase of somebody" },
};

/** Routes of a workspace that take somebody who signed in: no key may do this, whatever its scopes. */
export const signedInOnly: readonly string[] = ["delete /api/v1/workspace"];

/** Every declared route with what is needed to call it. */
export const sampleRoutes = declaredRoutes(app).map(({ method, path, "x-permission": permission, "x-rate-limit": { policy: limit } }) => {
  const name = `${method} ${path}`;
  return { method, path, permission, limit, name, thing: things[path.slice(0, path.lastIndexOf("}") + 1)], body: bodies[name] };
});
export type SampleRoute = (typeof sampleRoutes)[number];

/** The address of a route with values in place of the names in braces. */
export function addressOf({ path }: SampleRoute, params: Params = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? "missing");
}
