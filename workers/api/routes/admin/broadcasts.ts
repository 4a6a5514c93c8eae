import { z } from "zod";
import {
  Broadcast,
  BroadcastList,
  CreateBroadcastInput,
  createBroadcast,
  endBroadcast,
  ListBroadcastsQuery,
  listBroadcasts,
} from "../../../../shared/broadcasts/index.ts";
import { Id } from "../../../../shared/platform/index.ts";
import { broadcastExample, sentBroadcastExample } from "../../operations-examples.ts";
import { api, del, get, post } from "../../route.ts";

const create = post("/api/admin/broadcast", {
  id: "createBroadcast",
  tag: "Operations",
  permission: "operations:write",
  limit: "admin",
  idempotent: "directory",
  summary: "Tell people something",
  description:
    "Shows a text to people who are online: everybody, those in one workspace, or those with a role in whatever workspace. It is on its way when this is answered. Who connects until it expires is shown it too; nobody gets it twice over one connection.",
  body: CreateBroadcastInput,
  created: Broadcast,
  refusals: { not_found: "There is no such workspace" },
  examples: {
    body: { message: broadcastExample.message, audience: "everyone", expiresInSeconds: 3_600 },
    answer: broadcastExample,
  },
});

const list = get("/api/admin/broadcasts", {
  id: "listBroadcasts",
  tag: "Operations",
  permission: "operations:read",
  limit: "admin",
  summary: "List broadcasts",
  description: "What operators told people, newest first, until a month after it ended.",
  query: ListBroadcastsQuery,
  ok: BroadcastList,
  examples: { answer: { items: [sentBroadcastExample] } },
});

const end = del("/api/admin/broadcasts/{id}", {
  id: "endBroadcast",
  tag: "Operations",
  permission: "operations:write",
  limit: "admin",
  summary: "End a broadcast",
  description: "Shows it to nobody who connects from now on; whoever holds connections hears of it within moments. Who was shown it already is not told.",
  params: z.object({ id: Id("broadcast").describe("Id of the broadcast") }),
  noContent: "Ended",
});

export const broadcastRoutes = api()
  .openapi(create, async (c) => c.json(await createBroadcast(c.var.ctx, c.req.valid("json")), 201))
  .openapi(list, async (c) => c.json(await listBroadcasts(c.var.ctx, c.req.valid("query")), 200))
  .openapi(end, async (c) => {
    await endBroadcast(c.var.ctx, c.req.valid("param").id);
    return c.body(null, 204);
  });
