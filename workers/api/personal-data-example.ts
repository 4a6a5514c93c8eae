import { accountExample } from "./account-examples.ts";

const at = 1_793_000_000_000;
const workspaceId = "wsp_01k9z8q5v0c3r7t2m4n6p8s1w5";
const client = { ip: "203.0.113.7", userAgent: "Mozilla/5.0" };

/** What somebody gets who takes their data along. */
export const personalDataExample = {
  exportedAt: at,
  account: { ...accountExample, createdAt: at },
  memberships: [{ id: workspaceId, name: "Example Shop", role: "admin", joinedAt: at }],
  sessions: [{ id: "ses_01k9z8q5v0c3r7t2m4n6p8s1w5", createdAt: at, lastUsedAt: at, expiresAt: at + 7_776_000_000, revokedAt: null, ...client }],
  notifications: [
    {
      id: "ntf_01k9z8q5v0c3r7t2m4n6p8s1w5",
      workspaceId,
      type: "member.role-changed",
      data: { role: "admin" },
      createdAt: at,
      readAt: null,
    },
  ],
  notificationPreferences: [{ workspaceId, type: "audit.failed", inApp: true, email: true }],
  invitations: [],
  keys: [
    {
      prefix: "mk_live_7Ht4Qz0B",
      workspaceId,
      name: "Nightly audits",
      scopes: ["audits:read", "audits:write"],
      allowedIps: [],
      createdAt: at,
      expiresAt: null,
      revokedAt: null,
      lastUsedAt: null,
    },
  ],
  audits: [{ id: "aud_01k9z8q5v0c3r7t2m4n6p8s1w5", workspaceId, url: "https://www.example.com/", status: "completed", createdAt: at, finishedAt: at + 60_000 }],
  log: [
    {
      id: "log_01k9z8q5v0c3r7t2m4n6p8s1w5",
      workspaceId,
      at,
      action: "audit.create",
      targetId: "aud_01k9z8q5v0c3r7t2m4n6p8s1w5",
      client,
      details: null,
    },
  ],
  usage: [{ workspaceId, day: "2026-10-26", principalId: accountExample.id, requests: 42, errors: 1, limited: 0, audits: 1 }],
};
