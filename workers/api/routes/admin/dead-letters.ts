import { z } from "zod";
import { DeadLetterList, dropDeadLetter, listDeadLetters, replayDeadLetter } from "../../../../shared/dead-letters/index.ts";
import { Id, ListQuery } from "../../../../shared/platform/index.ts";
import { producers } from "../../../queues.ts";
import { api, del, get, post } from "../../route.ts";

const params = z.object({ id: Id("parked").describe("Id of the dead letter") });

const list = get("/api/admin/dead-letters", {
  id: "listDeadLetters",
  tag: "Operations",
  permission: "operations:read",
  limit: "admin",
  summary: "List dead letters",
  description: "Messages of the whole installation that could not be processed and wait for a decision, newest first.",
  query: ListQuery,
  ok: DeadLetterList,
});

const replay = post("/api/admin/dead-letters/{id}/replay", {
  id: "replayDeadLetter",
  tag: "Operations",
  permission: "operations:write",
  limit: "admin",
  summary: "Replay a dead letter",
  description: "Sends the message to its queue again and removes it from the list. Do this once the cause is gone.",
  params,
  noContent: "Sent again",
  conflict: "Somebody else replayed or dropped it first",
});

const drop = del("/api/admin/dead-letters/{id}", {
  id: "dropDeadLetter",
  tag: "Operations",
  permission: "operations:write",
  limit: "admin",
  summary: "Drop a dead letter",
  description: "Removes the message for good; its work will not be done.",
  params,
  noContent: "Dropped",
});

export const deadLetterRoutes = api()
  .openapi(list, async (c) => c.json(await listDeadLetters(c.var.ctx, c.req.valid("query")), 200))
  .openapi(replay, async (c) => {
    await replayDeadLetter(c.var.ctx, c.req.valid("param").id, async (queue, body) => {
      await c.env[producers[queue]].send(body);
    });
    return c.body(null, 204);
  })
  .openapi(drop, async (c) => {
    await dropDeadLetter(c.var.ctx, c.req.valid("param").id);
    return c.body(null, 204);
  });
