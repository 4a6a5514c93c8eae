import { z } from "zod";
import { systemClock } from "../../../shared/platform/index.ts";
import { createReadiness, Readiness } from "../readiness.ts";
import { api, get } from "../route.ts";

const alive = get("/healthz", {
  id: "checkAlive",
  tag: "Health",
  permission: "public",
  limit: "health",
  summary: "Is it alive?",
  description: "Answers as long as the Worker runs, whatever the state of what it depends on.",
  ok: z.object({ status: z.literal("ok") }).meta({ id: "Alive" }),
  examples: { answer: { status: "ok" } },
});

const ready = get("/readyz", {
  id: "checkReady",
  tag: "Health",
  permission: "public",
  limit: "public",
  summary: "Is it ready for work?",
  description:
    "Asks the database, the object store, the queues and the crawl objects, and says how long each took. 503 when one does not answer. An answer may be up to 5 s old.",
  ok: Readiness,
  unavailable: Readiness,
});

const readinessOf = createReadiness(systemClock);

export const healthRoutes = api()
  .openapi(alive, (c) => c.json({ status: "ok" as const }, 200))
  .openapi(ready, async (c) => {
    const readiness = await readinessOf(c.env, c.var.log);
    return readiness.status === "ready" ? c.json(readiness, 200) : c.json(readiness, 503);
  });
