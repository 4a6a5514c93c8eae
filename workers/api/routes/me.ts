import { Account, getMe, Me, UpdateMeInput, updateMe } from "../../../shared/identity/index.ts";
import { accountExample, meExample } from "../account-examples.ts";
import { api, get, patch } from "../route.ts";
import { changedMeanwhile } from "../versions.ts";

const read = get("/api/v1/me", {
  id: "getMe",
  tag: "People",
  permission: "caller",
  limit: "reads",
  summary: "Who am I?",
  description:
    "The person who asks, their workspaces, and what they may do in the one that this request is in: the key's own, the one that X-Workspace names, or the only one. The permissions of a key are its scopes as far as its maker's role allows.",
  ok: Me,
  examples: { answer: meExample },
});

const update = patch("/api/v1/me", {
  id: "updateMe",
  tag: "People",
  permission: "person",
  limit: "writes",
  summary: "Change my name or language",
  description:
    "What is left out stays as it is. The e-mail address and the password are changed at /api/v1/auth/change-email and /api/v1/auth/change-password.",
  body: UpdateMeInput,
  ok: Account,
  conflict: changedMeanwhile,
  examples: { body: { name: "Ada Lovelace", language: "es" }, answer: { ...accountExample, language: "es" } },
});

export const meRoutes = api()
  .openapi(read, async (c) => c.json(await getMe(c.var.visitor, c.var.caller), 200))
  .openapi(update, async (c) => c.json(await updateMe(c.var.person, c.req.valid("json")), 200));
