import { EventTypes, listEventTypes } from "../../../shared/webhooks/index.ts";
import { answerLanguage, LanguageQuery } from "../language.ts";
import { api, get } from "../route.ts";

const list = get("/api/v1/event-types", {
  id: "listEventTypes",
  tag: "Webhooks",
  permission: "webhooks:read",
  limit: "lists",
  summary: "List the types of events",
  description:
    "Every event that can be sent to a webhook: when it happens, how bad that is, the JSON Schema of its data and an example, and the aliases that stand for several types. The whole catalogue in one answer.",
  query: LanguageQuery,
  ok: EventTypes,
  revalidates: true,
});

export const eventTypeRoutes = api().openapi(list, (c) => c.json(listEventTypes(answerLanguage(c, c.req.valid("query").lang)), 200));
