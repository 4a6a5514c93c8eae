import { z } from "zod";
import { liveOf } from "../../../../durable-objects/stubs.ts";
import { Disconnected, DisconnectInput, disconnectUser, ListUsersQuery, listUsers, UserEntryList } from "../../../../shared/administration/index.ts";
import { resumeUser, SuspendInput, signOutUser, suspendUser } from "../../../../shared/identity/index.ts";
import { Id } from "../../../../shared/platform/index.ts";
import { userListExample } from "../../operations-examples.ts";
import { api, get, post } from "../../route.ts";

const params = z.object({ id: Id("user").describe("Id of the person") });

const list = get("/api/admin/users", {
  id: "listUsers",
  tag: "Operations",
  permission: "operations:read",
  limit: "admin",
  summary: "List people",
  description: "Everybody who has an account in this installation, newest first; by their address, and by whether they are suspended.",
  query: ListUsersQuery,
  ok: UserEntryList,
  examples: { answer: userListExample },
});

const signOut = post("/api/admin/users/{id}/sign-out", {
  id: "signOutUser",
  tag: "Operations",
  permission: "operations:write",
  limit: "admin",
  summary: "Sign somebody out everywhere",
  description:
    "Ends every session of a person, such as after a theft: the next request with any of their tokens is refused. They can sign in again with their password. API keys that they made go on; an admin of the workspace revokes those.",
  params,
  noContent: "Signed out everywhere",
});

const disconnect = post("/api/admin/users/{id}/disconnect", {
  id: "disconnectUser",
  tag: "Operations",
  permission: "operations:write",
  limit: "admin",
  summary: "Close somebody's live connections",
  description:
    "Closes what a person, and the API keys that they made, have open at `/ws`, in all of their workspaces. Mentha's own client stays away then, until it is told to connect. With `revokeSessions` their sessions end too; otherwise nothing keeps them from connecting again.",
  params,
  body: DisconnectInput,
  bodyOptional: true,
  ok: Disconnected,
  examples: { body: { revokeSessions: true }, answer: { connections: 3, sessions: 2 } },
});

const suspend = post("/api/admin/users/{id}/suspend", {
  id: "suspendUser",
  tag: "Operations",
  permission: "operations:write",
  limit: "admin",
  summary: "Suspend a person",
  description:
    "Keeps a person from doing anything, in every workspace: from the next request on their sessions and the API keys that they made are answered 403, live connections close, and they cannot sign in, whatever becomes of their password. Nothing of theirs ends or is deleted. For who is suspended already, nothing changes.",
  params,
  body: SuspendInput,
  bodyOptional: true,
  noContent: "Suspended",
  conflict: "It is the operator's own account",
  examples: { body: { reason: "Asked for by their employer, ticket 4711" } },
});

const resume = post("/api/admin/users/{id}/resume", {
  id: "resumeUser",
  tag: "Operations",
  permission: "operations:write",
  limit: "admin",
  summary: "Resume a person",
  description: "Lets a suspended person act again, with the sessions, keys and memberships that they had. For who is not suspended, nothing changes.",
  params,
  noContent: "Resumed",
});

export const peopleRoutes = api()
  .openapi(list, async (c) => c.json(await listUsers(c.var.ctx, c.req.valid("query")), 200))
  .openapi(signOut, async (c) => {
    await signOutUser(c.var.ctx, c.req.valid("param").id);
    return c.body(null, 204);
  })
  .openapi(disconnect, async (c) => c.json(await disconnectUser(c.var.ctx, liveOf(c.env), c.req.valid("param").id, c.req.valid("json")), 200))
  .openapi(suspend, async (c) => {
    await suspendUser(c.var.ctx, c.req.valid("param").id, c.req.valid("json"));
    return c.body(null, 204);
  })
  .openapi(resume, async (c) => {
    await resumeUser(c.var.ctx, c.req.valid("param").id);
    return c.body(null, 204);
  });
