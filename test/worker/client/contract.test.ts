import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type ApiClient, createClient, createVisitor, type VisitorCalls } from "../../../client/index.ts";
import { app } from "../../../workers/api/app.ts";

const Declared = z.object({
  operationId: z.string(),
  method: z.string(),
  path: z.string(),
  tags: z.array(z.string()),
  parameters: z.array(z.object({ name: z.string() })).default([]),
  request: z.object({ body: z.unknown().optional() }),
});

/** Routes whose calls are named after them; those about audits have names of their own, and `client.test.ts`. */
const tags: ReadonlySet<string> = new Set([
  "Sign-in",
  "People",
  "Workspace",
  "Keys",
  "Mutes",
  "Projects",
  "Audit log",
  "Usage",
  "Notifications",
  "Reports",
  "Schedules",
  "Webhooks",
]);
const routes = app.openAPIRegistry.definitions
  .flatMap((definition) => (definition.type === "route" ? [Declared.parse(definition.route)] : []))
  .filter((route) => route.tags.some((tag) => tags.has(tag)));

const token = "t";
const email = "ada@example.com";
const password = "p";
const name = "n";

/** One call for each route, by its id. What stands in braces in its address is given as it stands there. */
const calls: Readonly<Record<string, (client: ApiClient, visitor: VisitorCalls) => Promise<unknown>>> = {
  acceptInvitation: (client) => client.acceptInvitation({ token }),
  addSite: (client) => client.addSite("{id}", { url: "https://example.com" }),
  changeEmail: (client) => client.changeEmail({ email, password }),
  changeNotificationPreferences: (client) => client.changeNotificationPreferences([{ type: "audit.failed", email: true }]),
  changePassword: (client) => client.changePassword({ currentPassword: password, newPassword: password }),
  changeRole: (client) => client.changeRole("{userId}", { role: "qa" }),
  checkEmail: (_, visitor) => visitor.checkEmail({ email }),
  createMute: (client) => client.createMute({ site: "https://example.com", ruleId: "title-missing", reason: name }),
  createProject: (client) => client.createProject({ name }),
  createReport: (client) => client.createReport({ days: 7 }),
  createSchedule: (client) => client.createSchedule({ name, every: "1h", target: { kind: "report", input: {} } }),
  createWebhook: (client) => client.createWebhook({ events: ["*"] }),
  createWorkspace: (client) => client.createWorkspace({ name }),
  deleteMe: (client) => client.deleteMe({ password }),
  deleteMute: (client) => client.deleteMute("{id}"),
  deleteProject: (client) => client.deleteProject("{id}"),
  deleteReport: (client) => client.deleteReport("{id}"),
  deleteSchedule: (client) => client.deleteSchedule("{id}"),
  deleteWebhook: (client) => client.deleteWebhook("{id}"),
  deleteWorkspace: (client) => client.deleteWorkspace({ name }),
  deleteWorkspaceById: (client) => client.deleteWorkspaceById("{id}"),
  disableWebhook: (client) => client.disableWebhook("{id}"),
  enableWebhook: (client) => client.enableWebhook("{id}"),
  endSession: (client) => client.endSession("{id}"),
  exportAuditLog: (client) => client.auditLog.export("csv").next(),
  exportMe: (client) => client.exportMe(),
  exportWorkspace: (client) => client.exportWorkspace().next(),
  forgotPassword: (_, visitor) => visitor.forgotPassword({ email }),
  generateKey: (client) => client.generateKey({ name, scopes: ["audits:read"] }),
  getDelivery: (client) => client.getDelivery("{id}"),
  getKey: (client) => client.getKey("{prefix}"),
  getMe: (client) => client.getMe(),
  getNotificationPreferences: (client) => client.getNotificationPreferences(),
  getProject: (client) => client.getProject("{id}"),
  getProjectTrends: (client) => client.getProjectTrends("{id}"),
  getReport: (client) => client.getReport("{id}"),
  getReportMarkdown: (client) => client.getReportMarkdown("{id}", "en"),
  getReportPdf: (client) => client.getReportPdf("{id}", "en").next(),
  getSchedule: (client) => client.getSchedule("{id}"),
  getWebhook: (client) => client.getWebhook("{id}"),
  getWorkspace: (client) => client.getWorkspace(),
  inviteUser: (client) => client.inviteUser({ email, role: "qa" }),
  listAuditLog: (client) => client.auditLog.list().next(),
  listDeliveries: (client) => client.listDeliveries("{id}").next(),
  listEventTypes: (client) => client.listEventTypes(),
  listInvitations: (client) => client.listInvitations({ status: "open" }).next(),
  listKeys: (client) => client.listKeys().next(),
  listMembers: (client) => client.listMembers().next(),
  listMutes: (client) => client.listMutes().next(),
  listNextTimes: (client) => client.listNextTimes("{id}"),
  listNotifications: (client) => client.listNotifications().next(),
  listOnlineUsers: (client) => client.listOnlineUsers().next(),
  listProjects: (client) => client.listProjects().next(),
  listReports: (client) => client.listReports().next(),
  listScheduleRuns: (client) => client.listScheduleRuns("{id}").next(),
  listSchedules: (client) => client.listSchedules().next(),
  listSessions: (client) => client.listSessions().next(),
  listUsage: (client) => client.listUsage().next(),
  listWebhooks: (client) => client.listWebhooks().next(),
  markAllRead: (client) => client.markAllRead(),
  markNotification: (client) => client.markNotification("{id}", { read: true }),
  pauseSchedule: (client) => client.pauseSchedule("{id}"),
  previewInvitation: (_, visitor) => visitor.previewInvitation({ token }),
  previewSchedule: (client) => client.previewSchedule({ every: "1h" }),
  refreshSession: (_, visitor) => visitor.refreshSession({ refreshToken: token }),
  register: (_, visitor) => visitor.register({ token, name, password }),
  removeMember: (client) => client.removeMember("{userId}"),
  removeSite: (client) => client.removeSite("{id}", "{siteId}"),
  replayDeliveries: (client) => client.replayDeliveries("{id}", { since: 0 }),
  resendInvitation: (client) => client.resendInvitation("{id}"),
  resetPassword: (_, visitor) => visitor.resetPassword({ token, password }),
  resumeSchedule: (client) => client.resumeSchedule("{id}"),
  retryDelivery: (client) => client.retryDelivery("{id}"),
  revokeInvitation: (client) => client.revokeInvitation("{id}"),
  revokeKey: (client) => client.revokeKey("{prefix}"),
  rotateKey: (client) => client.rotateKey("{prefix}"),
  rotateWebhookSecret: (client) => client.rotateWebhookSecret("{id}"),
  runSchedule: (client) => client.runSchedule("{id}"),
  sendVerification: (client) => client.sendVerification(),
  setUp: (_, visitor) => visitor.setUp({ token, email, name, password, workspace: name }),
  signIn: (_, visitor) => visitor.signIn({ email, password }),
  signOut: (client) => client.signOut(),
  signOutEverywhere: (client) => client.signOutEverywhere(),
  testWebhook: (client) => client.testWebhook("{id}"),
  updateKey: (client) => client.updateKey("{prefix}", { name }),
  updateMe: (client) => client.updateMe({ name }),
  updateProject: (client) => client.updateProject("{id}", { name }),
  updateSchedule: (client) => client.updateSchedule("{id}", { name }),
  updateWebhook: (client) => client.updateWebhook("{id}", { name }),
  updateWorkspace: (client) => client.updateWorkspace({ name }),
  verifyAuditLog: (client) => client.auditLog.verify().next(),
  verifyEmail: (_, visitor) => visitor.verifyEmail({ token }),
  verifySite: (client) => client.verifySite("{id}", "{siteId}"),
};

/** What a call sends, as the declaration of its route has it. */
async function sentBy(call: (typeof calls)[string]) {
  const sent: { method: string; path: string; hasBody: boolean; isNamed: boolean }[] = [];
  const fetch = async (url: string, { method = "GET", body, headers }: RequestInit): Promise<Response> => {
    const isNamed = new Headers(headers).has("Idempotency-Key");
    sent.push({ method: method.toLowerCase(), path: decodeURIComponent(new URL(url).pathname), hasBody: body !== undefined, isNamed });
    return Response.json({ code: "conflict" }, { status: 409 });
  };
  const server = { baseUrl: "https://mentha.example", fetch };
  await expect(call(createClient({ ...server, key: "mk_1" }), createVisitor(server))).rejects.toMatchObject({ code: "conflict" });
  return sent;
}

describe("the client", () => {
  it("has a call for every route", () => {
    expect(Object.keys(calls)).toEqual(routes.map(({ operationId }) => operationId).sort());
  });

  it.each(routes)("asks $method $path when $operationId is called, by a name where that may be", async ({ operationId, method, path, request, parameters }) => {
    const call = calls[operationId];
    const isNamed = parameters.some(({ name }) => name === "Idempotency-Key");
    expect(call && (await sentBy(call))).toEqual([{ method, path, hasBody: request.body !== undefined, isNamed }]);
  });
});
