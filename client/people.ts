import type { z } from "zod";
import {
  type ChangeRoleInput,
  type CreateWorkspaceInput,
  Invitation,
  InvitationList,
  type InviteInput,
  type ListInvitationsQuery,
  Member,
  MemberList,
  type UpdateWorkspaceInput,
  Workspace,
} from "../shared/identity/index.ts";
import { type Connection, everyItem, pathOf, queryOf } from "./connection.ts";

/** The workspace, who is in it, and who was invited. Lists are asked for page by page while they are read. */
export interface PeopleCalls {
  getWorkspace(): Promise<Workspace>;
  updateWorkspace(input: z.input<typeof UpdateWorkspaceInput>): Promise<Workspace>;
  /** Another workspace of the installation, for operators. */
  createWorkspace(input: z.input<typeof CreateWorkspaceInput>): Promise<Workspace>;
  listMembers(signal?: AbortSignal): AsyncGenerator<Member, void>;
  changeRole(userId: string, input: z.input<typeof ChangeRoleInput>): Promise<Member>;
  /** Rejects with the code `conflict` for the last admin. */
  removeMember(userId: string): Promise<void>;
  inviteUser(input: z.input<typeof InviteInput>): Promise<Invitation>;
  /** Newest first; those of every status unless one is given. */
  listInvitations(filter?: Pick<ListInvitationsQuery, "status">, signal?: AbortSignal): AsyncGenerator<Invitation, void>;
  resendInvitation(id: string): Promise<Invitation>;
  revokeInvitation(id: string): Promise<void>;
}

export function peopleCalls({ get, send, sendOnly }: Connection): PeopleCalls {
  return {
    getWorkspace: () => get(Workspace, "/workspace"),
    updateWorkspace: (input) => send(Workspace, "PATCH", "/workspace", input),
    createWorkspace: (input) => send(Workspace, "POST", "/admin/workspaces", input),
    listMembers: (signal) => everyItem((cursor) => get(MemberList, `/members${queryOf({ limit: 100, cursor })}`, signal)),
    changeRole: (userId, input) => send(Member, "PATCH", pathOf`/members/${userId}`, input),
    removeMember: (userId) => sendOnly("DELETE", pathOf`/members/${userId}`),
    inviteUser: (input) => send(Invitation, "POST", "/users/invite", input),
    listInvitations: ({ status } = {}, signal) => everyItem((cursor) => get(InvitationList, `/invitations${queryOf({ limit: 100, status, cursor })}`, signal)),
    resendInvitation: (id) => send(Invitation, "POST", pathOf`/invitations/${id}/resend`),
    revokeInvitation: (id) => sendOnly("DELETE", pathOf`/invitations/${id}`),
  };
}
