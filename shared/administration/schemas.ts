import { z } from "zod";
import { EmailAddress } from "../identity/index.ts";
import { maxShards } from "../live/index.ts";
import { Count, Id, ListQuery, listOf, Millis, Text } from "../platform/index.ts";

const State = z.enum(["active", "suspended"]).describe("Whether they may be used");
export type State = z.infer<typeof State>;
const SuspendedAt = Millis.nullable().describe("Null while nobody is kept out");
const LiveShards = z.int().min(1).max(maxShards).describe("Objects over which its live connections are spread");

/** A workspace as operators see it. */
export const WorkspaceEntry = z
  .object({
    id: Id("workspace"),
    name: Text(200),
    members: Count.describe("Zero for one that is being erased"),
    unfinishedAudits: Count.describe("Queued and running"),
    liveShards: LiveShards,
    suspendedAt: SuspendedAt,
    createdAt: Millis,
  })
  .meta({ id: "WorkspaceEntry" });
export type WorkspaceEntry = z.infer<typeof WorkspaceEntry>;

export const WorkspaceEntryList = listOf(WorkspaceEntry).meta({ id: "WorkspaceEntryList" });
export type WorkspaceEntryList = z.infer<typeof WorkspaceEntryList>;

export const ListWorkspacesQuery = ListQuery.extend({
  q: z.string().trim().min(1).max(100).optional().describe("How the name begins; case does not matter"),
  state: State.optional(),
});
export type ListWorkspacesQuery = z.infer<typeof ListWorkspacesQuery>;

export const ReshardInput = z.strictObject({ liveShards: LiveShards }).meta({ id: "ReshardInput" });
export type ReshardInput = z.infer<typeof ReshardInput>;

/** Somebody as operators see them. */
const UserEntry = z
  .object({
    id: Id("user"),
    email: Text(254),
    name: Text(100).describe("Empty until they said one"),
    isOperator: z.boolean(),
    workspaces: Count.describe("In how many they are"),
    suspendedAt: SuspendedAt,
    createdAt: Millis,
  })
  .meta({ id: "UserEntry" });

export const UserEntryList = listOf(UserEntry).meta({ id: "UserEntryList" });
export type UserEntryList = z.infer<typeof UserEntryList>;

export const ListUsersQuery = ListQuery.extend({ email: EmailAddress.optional().describe("The whole address"), state: State.optional() });
export type ListUsersQuery = z.infer<typeof ListUsersQuery>;

export const DisconnectInput = z
  .strictObject({ revokeSessions: z.boolean().optional().describe("Whether their sessions end too; else they may connect again") })
  .meta({ id: "DisconnectInput" });
export type DisconnectInput = z.infer<typeof DisconnectInput>;

export const Disconnected = z
  .object({ connections: Count.describe("Connections that were closed"), sessions: Count.describe("Sessions that were ended") })
  .meta({ id: "Disconnected" });
export type Disconnected = z.infer<typeof Disconnected>;
