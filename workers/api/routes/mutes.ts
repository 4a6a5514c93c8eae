import { z } from "zod";
import { CreateMuteInput, createMute, deleteMute, ListMutesQuery, listMutes, Mute, MuteList } from "../../../shared/audits/index.ts";
import { Id } from "../../../shared/platform/index.ts";
import { createMuteExample, muteExample } from "../history-examples.ts";
import { api, del, get, post } from "../route.ts";

const params = z.object({ id: Id("mute").describe("Id of the mute") });

const list = get("/api/v1/mutes", {
  id: "listMutes",
  tag: "Mutes",
  permission: "audits:read",
  limit: "lists",
  summary: "List mutes",
  description: "What members of the workspace do not want to hear of, newest first unless `sort` says otherwise, those that are over included.",
  query: ListMutesQuery,
  ok: MuteList,
  examples: { answer: { items: [muteExample] } },
});

const create = post("/api/v1/mutes", {
  id: "createMute",
  tag: "Mutes",
  permission: "audits:write",
  limit: "writes",
  idempotent: "db",
  summary: "Mute a finding",
  description:
    "Mutes one finding (`auditId` and `findingId`), or a rule on a whole site (`site` and `ruleId`), until a time or for good. It is found as before, in the state `muted`, and moves scores as before; but it opens no `finding.opened`.",
  body: CreateMuteInput,
  created: Mute,
  conflict: "It is muted already, or the workspace has as many mutes as it may",
  examples: { body: createMuteExample, answer: muteExample },
});

const remove = del("/api/v1/mutes/{id}", {
  id: "deleteMute",
  tag: "Mutes",
  permission: "audits:write",
  limit: "writes",
  summary: "Delete a mute",
  description: "What it muted is to be heard of again.",
  params,
  noContent: "Deleted",
});

export const muteRoutes = api()
  .openapi(list, async (c) => c.json(await listMutes(c.var.ctx, c.req.valid("query")), 200))
  .openapi(create, async (c) => c.json(await createMute(c.var.ctx, c.req.valid("json")), 201))
  .openapi(remove, async (c) => {
    await deleteMute(c.var.ctx, c.req.valid("param").id);
    return c.body(null, 204);
  });
