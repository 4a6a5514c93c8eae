import { accountExample } from "./account-examples.ts";
import { workspaceExample } from "./examples.ts";

const at = 1_793_000_000_000;

export const workspaceEntryExample = {
  id: workspaceExample.id,
  name: workspaceExample.name,
  members: 12,
  unfinishedAudits: 1,
  liveShards: 1,
  suspendedAt: null,
  createdAt: workspaceExample.createdAt,
};

export const userListExample = {
  items: [
    { id: accountExample.id, email: accountExample.email, name: accountExample.name, isOperator: false, workspaces: 2, suspendedAt: null, createdAt: at },
  ],
};

export const broadcastExample = {
  id: "brd_01k9z8q5v0c3r7t2m4n6p8s1w5",
  message: "Mentha is updated at 18:00 UTC. Audits go on afterwards by themselves.",
  audience: "everyone",
  createdAt: at,
  expiresAt: at + 3_600_000,
};

export const sentBroadcastExample = { ...broadcastExample, createdBy: accountExample.id, state: "current" };

export const jobListExample = {
  items: [
    {
      id: "job_01k9z8q5v0c3r7t2m4n6p8s1w5",
      type: "mail.send",
      state: "failed",
      workspaceId: null,
      about: ["inv_01k9z8q5v0c3r7t2m4n6p8s1w5"],
      progress: 0,
      failures: 34,
      error: "The mail server answered 550 to [address].",
      dueAt: at,
      createdAt: at - 86_400_000,
      updatedAt: at,
    },
  ],
};

export const backupExample = {
  id: "job_01k9z8q5v0c3r7t2m4n6p8s1w5",
  mentha: "0.1.0",
  beganAt: at,
  endedAt: at + 42_000,
  tables: 26,
  rows: 412_077,
  chunks: 118,
  bytes: 38_512_004,
};
export const startedBackupExample = { id: backupExample.id, state: "making", backup: null };
