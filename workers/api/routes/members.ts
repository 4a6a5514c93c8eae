import { z } from "zod";
import {
  ChangeRoleInput,
  changeRole,
  Invitation,
  InvitationList,
  InviteInput,
  invite,
  ListInvitationsQuery,
  ListMembersQuery,
  listInvitations,
  listMembers,
  Member,
  MemberList,
  removeMember,
  resendInvitation,
  revokeInvitation,
} from "../../../shared/identity/index.ts";
import { Id } from "../../../shared/platform/index.ts";
import { invitationExample, memberExample } from "../examples.ts";
import { api, del, get, patch, post } from "../route.ts";

const memberParams = z.object({ userId: Id("user").describe("Id of the user") });
const invitationParams = z.object({ id: Id("invitation").describe("Id of the invitation") });

const list = get("/api/v1/members", {
  id: "listMembers",
  tag: "People",
  permission: "members:read",
  limit: "lists",
  summary: "List members",
  description: "Everybody in the workspace, with their role.",
  query: ListMembersQuery,
  ok: MemberList,
  examples: { answer: { items: [memberExample] } },
});

const change = patch("/api/v1/members/{userId}", {
  id: "changeRole",
  tag: "People",
  permission: "members:roles",
  limit: "writes",
  summary: "Change a member's role",
  description: "It counts from the member's next request on, also for the API keys that they made.",
  params: memberParams,
  body: ChangeRoleInput,
  ok: Member,
  conflict: "This is the last admin, or somebody else changed the role first",
  examples: { body: { role: "qa" }, answer: memberExample },
});

const remove = del("/api/v1/members/{userId}", {
  id: "removeMember",
  tag: "People",
  permission: "members:read",
  limit: "writes",
  summary: "Remove a member, or leave",
  description:
    "Ends a membership, and with it the API keys that the member made in this workspace. Somebody who signed in may always remove themselves; to remove others takes `members:write`, and for admins and managers `members:roles`.",
  params: memberParams,
  noContent: "Removed",
  conflict: "This is the last admin, or somebody else changed the role first",
});

const create = post("/api/v1/users/invite", {
  id: "inviteUser",
  tag: "People",
  permission: "members:write",
  limit: "writes",
  idempotent: "directory",
  summary: "Invite somebody",
  description:
    "Sends an e-mail with a link that works once and for seven days. Who reads the address can accept, nobody else. To invite admins and managers takes `members:roles`.",
  body: InviteInput,
  created: Invitation,
  conflict: "The address is a member's or has an open invitation, too many are open, or e-mail is not set up",
  examples: { body: { email: "grace@example.com", role: "qa" }, answer: invitationExample },
});

const listInvited = get("/api/v1/invitations", {
  id: "listInvitations",
  tag: "People",
  permission: "members:read",
  limit: "lists",
  summary: "List invitations",
  description: "The workspace's invitations, newest first, also those that were accepted, were revoked or expired.",
  query: ListInvitationsQuery,
  ok: InvitationList,
  examples: { answer: { items: [invitationExample] } },
});

const resend = post("/api/v1/invitations/{id}/resend", {
  id: "resendInvitation",
  tag: "People",
  permission: "members:write",
  limit: "writes",
  summary: "Send an invitation again",
  description: "Its seven days begin anew, also when they were over; links that were sent before work no longer.",
  params: invitationParams,
  ok: Invitation,
  conflict: "It was accepted, revoked or replaced, or e-mail is not set up",
  examples: { answer: invitationExample },
});

const revoke = del("/api/v1/invitations/{id}", {
  id: "revokeInvitation",
  tag: "People",
  permission: "members:write",
  limit: "writes",
  summary: "Revoke an invitation",
  description: "Its link works no longer.",
  params: invitationParams,
  noContent: "Revoked",
  conflict: "It is not open any more",
});

export const memberRoutes = api()
  .openapi(list, async (c) => c.json(await listMembers(c.var.ctx, c.req.valid("query")), 200))
  .openapi(change, async (c) => c.json(await changeRole(c.var.ctx, c.req.valid("param").userId, c.req.valid("json")), 200))
  .openapi(remove, async (c) => {
    await removeMember(c.var.ctx, c.req.valid("param").userId);
    return c.body(null, 204);
  })
  .openapi(create, async (c) => c.json(await invite(c.var.ctx, c.req.valid("json")), 201))
  .openapi(listInvited, async (c) => c.json(await listInvitations(c.var.ctx, c.req.valid("query")), 200))
  .openapi(resend, async (c) => c.json(await resendInvitation(c.var.ctx, c.req.valid("param").id), 200))
  .openapi(revoke, async (c) => {
    await revokeInvitation(c.var.ctx, c.req.valid("param").id);
    return c.body(null, 204);
  });
