import { z } from "zod";
import { allDatabases } from "../../../shared/db/client.ts";
import { Id } from "../../../shared/platform/index.ts";
import {
  DeleteMeInput,
  DeleteWorkspaceInput,
  deleteMe,
  deleteUser,
  deleteWorkspace,
  deleteWorkspaceById,
  exportPerson,
  exportWorkspace,
  PersonalData,
} from "../../../shared/privacy/index.ts";
import { passwordExample } from "../account-examples.ts";
import { savedAs } from "../download.ts";
import { workspaceExample } from "../examples.ts";
import { isStillSignedIn, stillMayAs } from "../look-again.ts";
import { personalDataExample } from "../personal-data-example.ts";
import { api, del, get } from "../route.ts";
import { clearRefreshCookie } from "../session-cookie.ts";
import { textStream } from "../text-stream.ts";
import { ifVersionOf } from "../versions.ts";
import { whileAllowed } from "../while-allowed.ts";

const lastAdmin = "The person is the last admin of a workspace, which the answer names; or: the account was changed at the same time";

const takeMine = get("/api/v1/me/export", {
  id: "exportMe",
  tag: "People",
  permission: "person",
  limit: "exports",
  summary: "Take my data along",
  description:
    "Everything that is kept about the person who signed in, in one document: account, memberships, sessions, invitations, keys, audits, entries of the log, and usage. No password, key or token is in it. The log tells that it was taken. It is as of its beginning, takes five minutes at most, and breaks off when the session ends.",
  ok: PersonalData,
  streamed: true,
  examples: { answer: personalDataExample },
});

const removeMe = del("/api/v1/me", {
  id: "deleteMe",
  tag: "People",
  permission: "person",
  limit: "credentials",
  summary: "Delete my account",
  description:
    "Takes the present password. Sessions, memberships, API keys and invitations end at once; what is left of the person is erased in the background. What they made in workspaces stays there, under an id that leads to nobody. There is no way back.",
  body: DeleteMeInput,
  noContent: "The account is gone",
  conflict: lastAdmin,
  examples: { body: { password: passwordExample } },
});

const removeUser = del("/api/admin/users/{id}", {
  id: "deleteUser",
  tag: "Operations",
  permission: "operations:write",
  limit: "admin",
  summary: "Delete somebody's account",
  description: "Deletes the account of a person who asked for it otherwise, as they could themselves. Operators delete their own with their password.",
  params: z.object({ id: Id("user").describe("Id of the person") }),
  noContent: "The account is gone",
  conflict: `${lastAdmin}; or: it is the operator's own`,
});

const takeWorkspace = get("/api/v1/workspace/export", {
  id: "exportWorkspace",
  tag: "Workspace",
  permission: "workspace:export",
  limit: "exports",
  summary: "Take the workspace along",
  description:
    "Every row of the workspace as a line of JSON: `table`, and in `row` its columns, without hashes and what is sealed. Pages and findings follow their audit. The log tells that it was taken. It is as of its beginning, takes five minutes at most, and breaks off when the caller may not read it any more.",
  ok: z.string().max(2_147_483_647),
  produces: "application/x-ndjson",
});

const removeWorkspace = del("/api/v1/workspace", {
  id: "deleteWorkspace",
  tag: "Workspace",
  permission: "workspace:delete",
  limit: "credentials",
  versioned: true,
  summary: "Delete the workspace",
  description:
    "Takes the name of the workspace. Everybody is out at once, its keys and invitations end, and audits stop; everything in it is erased in the background. An API key cannot do it, whatever its scopes. There is no way back.",
  body: DeleteWorkspaceInput,
  noContent: "The workspace is gone",
  conflict: "Somebody else deleted it at the same time",
  examples: { body: { name: workspaceExample.name } },
});

const removeWorkspaceById = del("/api/admin/workspaces/{id}", {
  id: "deleteWorkspaceById",
  tag: "Workspace",
  permission: "operations:write",
  limit: "admin",
  versioned: true,
  summary: "Delete any workspace",
  description:
    "Deletes a workspace that nobody wants any more, as its admins could themselves: such as one whose last admin wants their account deleted. Operators delete the one that they are in with its name.",
  params: z.object({ id: Id("workspace").describe("Id of the workspace") }),
  noContent: "The workspace is gone",
  conflict: "It is the one that the operator is in; or: somebody else deleted it at the same time",
});

export const privacyRoutes = api()
  .openapi(takeMine, async (c) => {
    const { person } = c.var;
    const text = await exportPerson(person, allDatabases(c.env));
    const body = textStream(c, "export of a person", whileAllowed(text, { now: person.now, lookAgain: isStillSignedIn(c) }));
    return c.body(body, 200, {
      "Content-Type": "application/json",
      "Content-Disposition": savedAs({ what: "my-data", at: person.now(), extension: "json" }),
    });
  })
  .openapi(removeMe, async (c) => {
    await deleteMe(c.var.person, c.req.valid("json"));
    clearRefreshCookie(c);
    return c.body(null, 204);
  })
  .openapi(removeUser, async (c) => {
    await deleteUser(c.var.ctx, c.req.valid("param").id);
    return c.body(null, 204);
  })
  .openapi(takeWorkspace, async (c) => {
    const { ctx } = c.var;
    const text = await exportWorkspace(ctx);
    const body = textStream(c, "export of a workspace", whileAllowed(text, { now: ctx.now, lookAgain: stillMayAs(c, "workspace:export") }));
    return c.body(body, 200, {
      "Content-Type": "application/x-ndjson",
      "Content-Disposition": savedAs({ what: "workspace", at: ctx.now(), extension: "ndjson" }),
    });
  })
  .openapi(removeWorkspace, async (c) => {
    await deleteWorkspace(c.var.ctx, c.req.valid("json"), ifVersionOf(c));
    return c.body(null, 204);
  })
  .openapi(removeWorkspaceById, async (c) => {
    await deleteWorkspaceById(c.var.ctx, c.req.valid("param").id, ifVersionOf(c));
    return c.body(null, 204);
  });
