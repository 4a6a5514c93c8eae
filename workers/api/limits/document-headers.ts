import type { RouteConfig } from "@hono/zod-openapi";

const header = (description: string, example: string) => ({ description, schema: { type: "string" as const, maxLength: 200, example } });

const told = {
  "RateLimit-Policy": header("The limits that the request was counted against: so many units (`q`) in any so many seconds (`w`)", '"lists";q=60;w=60'),
  RateLimit: header("How many units are left (`r`), and in how many seconds there are more (`t`); missing when nothing was counted", '"lists";r=12;t=41'),
  "RateLimit-Local": header("`?1` when only one instance of the server could count, since the limiter did not answer", "?1"),
};

const retryAfter = {
  "Retry-After": { description: "Seconds to wait before the same request may succeed", schema: { type: "integer" as const, minimum: 0, maximum: 86_400 } },
};

/** A route's answers with the headers that tell of its limit. */
export function documentHeaders(responses: RouteConfig["responses"]): RouteConfig["responses"] {
  return Object.fromEntries(
    Object.entries(responses).map(([status, response]) => {
      if ("$ref" in response) return [status, response];
      const waits = status === "429" || status === "503" ? retryAfter : {};
      return [status, { ...response, headers: Object.assign({ ...told, ...waits }, response.headers) }];
    }),
  );
}
