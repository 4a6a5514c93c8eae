import type { z } from "zod";
import {
  type ChangeRoleInput,
  type CreateWorkspaceInput,
  Invitation,
  InvitationList,
  type InviteInput,
  type ListInvitationsQuery,
  type ListMembersQuery,
  Member,
  MemberList,
  type UpdateWorkspaceInput,
  Workspace,
} from "../shared/identity/index.ts";
import { type OnlineMember, OnlineMemberList } from "../shared/live/index.ts";
import type { DeleteWorkspaceInput } from "../shared/privacy/index.ts";
import { type Connection, type EditOptions, everyItem, ifMatch, pathOf, queryOf } from "./connection.ts";

/** The workspace, who is in it, and who was invited. Lists are asked for page by page while they are read. */
export interface PeopleCalls {
  getWorkspace(): Promise<Workspace>;
  updateWorkspace(input: z.input<typeof UpdateWorkspaceInput>, options?: EditOptions): Promise<Workspace>;
  /** Every row of the workspace as a line of JSON, `{table, row}`, in UTF-8. */
  exportWorkspace(signal?: AbortSignal): AsyncGenerator<Uint8Array, void>;
  /** Deletes the workspace for good; takes its name, and a person who signed in. */
  deleteWorkspace(input: z.input<typeof DeleteWorkspaceInput>, options?: EditOptions): Promise<void>;
  /** Deletes another workspace for good, for operators. */
  deleteWorkspaceById(id: string, options?: EditOptions): Promise<void>;
  /** Another workspace of the installation, for operators. */
  createWorkspace(input: z.input<typeof CreateWorkspaceInput>): Promise<Workspace>;
  /** Those of every role unless one is given. */
  listMembers(filter?: Pick<ListMembersQuery, "role">, signal?: AbortSignal): AsyncGenerator<Member, void>;
  /** Who is online; each person once, however many tabs they have open. */
  listOnlineUsers(signal?: AbortSignal): AsyncGenerator<OnlineMember, void>;
  changeRole(userId: string, input: z.input<typeof ChangeRoleInput>): Promise<Member>;
  /** Rejects with the code `conflict` for the last admin. */
  removeMember(userId: string): Promise<void>;
  inviteUser(input: z.input<typeof InviteInput>): Promise<Invitation>;
  /** Newest first; those of every status unless one is given. */
  listInvitations(filter?: Pick<ListInvitationsQuery, "status">, signal?: AbortSignal): AsyncGenerator<Invitation, void>;
  resendInvitation(id: string): Promise<Invitation>;
  revokeInvitation(id: string): Promise<void>;
}

export function peopleCalls({ get, send, create, sendOnly, bytes }: Connection): PeopleCalls {
  return {
    getWorkspace: () => get(Workspace, "/workspace"),
    updateWorkspace: (input, options) => send(Workspace, "PATCH", "/workspace", input, ifMatch(options)),
    exportWorkspace: (signal) => bytes("/workspace/export", signal),
    deleteWorkspace: (input, options) => sendOnly("DELETE", "/workspace", input, ifMatch(options)),
    deleteWorkspaceById: (id, options) => sendOnly("DELETE", pathOf`/admin/workspaces/${id}`, undefined, ifMatch(options)),
    createWorkspace: (input) => create(Workspace, "/admin/workspaces", input),
    listMembers: ({ role } = {}, signal) => everyItem((cursor) => get(MemberList, `/members${queryOf({ limit: 100, role, cursor })}`, signal)),
    listOnlineUsers: (signal) => everyItem((cursor) => get(OnlineMemberList, `/online-users${queryOf({ limit: 100, cursor })}`, signal)),
    changeRole: (userId, input) => send(Member, "PATCH", pathOf`/members/${userId}`, input),
    removeMember: (userId) => sendOnly("DELETE", pathOf`/members/${userId}`),
    inviteUser: (input) => create(Invitation, "/users/invite", input),
    listInvitations: ({ status } = {}, signal) => everyItem((cursor) => get(InvitationList, `/invitations${queryOf({ limit: 100, status, cursor })}`, signal)),
    resendInvitation: (id) => send(Invitation, "POST", pathOf`/invitations/${id}/resend`),
    revokeInvitation: (id) => sendOnly("DELETE", pathOf`/invitations/${id}`),
  };
}
