import { z } from "zod";
import { Account, Membership, roles } from "../identity/index.ts";
import { Count, Id, Millis, Text } from "../platform/index.ts";

export const DeleteMeInput = z.strictObject({ password: Text(1_000).describe("The present password") }).meta({ id: "DeleteMeInput" });
export type DeleteMeInput = z.infer<typeof DeleteMeInput>;

export const DeleteWorkspaceInput = z
  .strictObject({ name: Text(200).describe("The name of the workspace, so that no other one is meant") })
  .meta({ id: "DeleteWorkspaceInput" });
export type DeleteWorkspaceInput = z.infer<typeof DeleteWorkspaceInput>;

const most = 10_000_000;
const Time = Millis.nullable();

/** Everything that Mentha keeps about a person, for them. */
export const PersonalData = z
  .object({
    exportedAt: Millis,
    account: Account.extend({ createdAt: Millis }),
    memberships: z.array(Membership.extend({ joinedAt: Millis })).max(most),
    sessions: z
      .array(
        z.object({
          id: Id("session"),
          createdAt: Millis,
          lastUsedAt: Millis,
          expiresAt: Millis,
          revokedAt: Time,
          ip: Text(100).nullable(),
          userAgent: Text(300).nullable(),
        }),
      )
      .max(most),
    notifications: z
      .array(z.object({ id: Id("notification"), workspaceId: Id("workspace"), type: Text(40), data: z.unknown(), createdAt: Millis, readAt: Time }))
      .max(most)
      .describe("What the person was told"),
    notificationPreferences: z
      .array(z.object({ workspaceId: Id("workspace"), type: Text(40), inApp: z.boolean(), email: z.boolean() }))
      .max(most)
      .describe("Where the person said that they want to be told"),
    invitations: z
      .array(
        z.object({
          id: Id("invitation"),
          workspaceId: Id("workspace"),
          email: Text(254),
          role: z.enum(roles),
          createdAt: Millis,
          expiresAt: Millis,
          acceptedAt: Time,
          revokedAt: Time,
        }),
      )
      .max(most)
      .describe("Those of the person's address"),
    keys: z
      .array(
        z.object({
          prefix: Text(40),
          workspaceId: Id("workspace"),
          name: Text(200),
          scopes: z.array(Text(40)).max(100),
          allowedIps: z.array(Text(50)).max(100),
          createdAt: Millis,
          expiresAt: Time,
          revokedAt: Time,
          lastUsedAt: Time,
        }),
      )
      .max(most)
      .describe("API keys that the person made; the keys themselves are not stored"),
    audits: z
      .array(z.object({ id: Id("audit"), workspaceId: Id("workspace"), url: Text(4_096), status: Text(20), createdAt: Millis, finishedAt: Time }))
      .max(most)
      .describe("Audits that the person started, also by their keys"),
    log: z
      .array(
        z.object({
          id: Id("logEntry"),
          workspaceId: Text(40).describe("`installation` for what belongs to no workspace"),
          at: Millis,
          action: Text(40),
          targetId: Text(200),
          client: z
            .object({ ip: Text(100).nullable(), userAgent: Text(300).nullable() })
            .nullable()
            .describe("From where the person asked; null for what others did"),
          details: z.record(z.string(), z.unknown()).nullable().describe("Before and after, of entries about the person"),
        }),
      )
      .max(most)
      .describe("What the person did, and what others did to their account and memberships"),
    usage: z
      .array(z.object({ workspaceId: Id("workspace"), day: Text(10), principalId: Text(40), requests: Count, errors: Count, limited: Count, audits: Count }))
      .max(most)
      .describe("By day, of the person and their keys"),
  })
  .meta({ id: "PersonalData" });
export type PersonalData = z.infer<typeof PersonalData>;
