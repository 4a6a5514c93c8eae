import { listUsage, UsageList, UsageQuery } from "../../../shared/limits/index.ts";
import { api, get } from "../route.ts";

const list = get("/api/v1/usage", {
  id: "listUsage",
  tag: "Usage",
  permission: "usage:read",
  limit: "lists",
  summary: "List usage",
  description:
    "Requests, errors, refusals by limits, and audits, for each day and each caller: an API key, or somebody who signed in. Newest day first, the last 30 days unless told otherwise. Up to a minute late.",
  query: UsageQuery,
  ok: UsageList,
  examples: {
    answer: {
      items: [
        {
          day: "2026-10-26",
          caller: { kind: "key", key: { prefix: "mk_live_4fZ8qLmN", name: "Nightly audits" } },
          user: { id: "usr_01k9z8q5v0c3r7t2m4n6p8s1w5", name: "Grace Hopper", email: "grace@example.com" },
          requests: 1_204,
          errors: 3,
          limited: 12,
          audits: 31,
        },
      ],
    },
  },
});

export const usageRoutes = api().openapi(list, async (c) => c.json(await listUsage(c.var.ctx, c.req.valid("query")), 200));
