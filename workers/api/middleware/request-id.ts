import { createMiddleware } from "hono/factory";
import { createLog, newId } from "../../../shared/platform/index.ts";
import type { ApiEnv } from "../env.ts";

// A caller's own id is kept so that traces join up, unless it could forge a log line or bloat one.
const acceptable = /^[\w-]{8,64}$/;

/** Names the request, in its answer and in every log line. */
export const requestId = createMiddleware<ApiEnv>(async function requestId(c, next) {
  const given = c.req.header("X-Request-Id");
  const id = given !== undefined && acceptable.test(given) ? given : newId("request");
  c.set("requestId", id);
  c.set("log", createLog().with({ requestId: id }));
  await next();
  c.res.headers.set("X-Request-Id", id);
});
