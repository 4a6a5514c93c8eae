import type { RouteConfig } from "@hono/zod-openapi";
import { z } from "zod";
import { limitPolicies } from "../../shared/limits/index.ts";
import type { LimitName } from "../../shared/platform/index.ts";
import type { Declaration } from "./declaration.ts";
import { documentVersions } from "./versions.ts";

// What OpenAPI says of a route, from its declaration.

/** What a request may carry. */
export function requestOf({ params, query = z.object({}), body, bodyOptional, examples }: Declaration): NonNullable<RouteConfig["request"]> {
  return {
    ...(params ? { params } : {}),
    query: query.strict(),
    ...(body ? { body: { required: bodyOptional !== true, content: { "application/json": { schema: body, ...exampleOf(examples?.body) } } } } : {}),
  };
}

/** Headers that a request may carry; the middleware that reads one checks it. */
export function parametersOf({ idempotent: isIdempotent, ...declaration }: Declaration): NonNullable<RouteConfig["parameters"]> {
  return [
    ...(isIdempotent
      ? [
          {
            in: "header" as const,
            name: "Idempotency-Key",
            description:
              "Any text of your own, 1 to 255 characters, such as a UUID. Sent again with the same body within 24 hours, the request does nothing and gets the first answer.",
            schema: { type: "string" as const, minLength: 1, maxLength: 255 },
          },
        ]
      : []),
    ...documentVersions(declaration).parameters,
  ];
}

/** What is answered when nothing went wrong. */
export function answersOf(declaration: Declaration): RouteConfig["responses"] {
  const { ok, created, accepted, promised, noContent, unavailable, upgrade, produces, revalidates, idempotent: isIdempotent, examples } = declaration;
  const example = exampleOf(examples?.answer);
  const mediaTypes = [produces ?? "application/json"].flat();
  const replayed = isIdempotent ? replayedHeader : {};
  return {
    ...(ok
      ? {
          200: {
            description: "Done",
            headers: documentVersions(declaration).headers,
            content: Object.fromEntries(mediaTypes.map((type) => [type, { schema: ok, ...example }])),
          },
        }
      : {}),
    ...(created
      ? {
          201: {
            description: "Made",
            headers: { ...documentVersions(declaration).headers, ...replayed },
            content: { "application/json": { schema: created, ...example } },
          },
        }
      : {}),
    ...(accepted
      ? {
          202: {
            description: "Accepted; the work goes on",
            headers: { ...locationHeader, ...replayed },
            content: { "application/json": { schema: accepted, ...example } },
          },
        }
      : {}),
    ...(promised
      ? { 202: { description: "Accepted; it is done soon", headers: replayed, content: { "application/json": { schema: promised, ...example } } } }
      : {}),
    ...(upgrade ? { 101: { description: upgrade } } : {}),
    ...(noContent ? { 204: { description: noContent } } : {}),
    ...(revalidates ? { 304: { description: "Not changed since the answer whose ETag is in If-None-Match" } } : {}),
    ...(unavailable ? { 503: { description: "Something this needs does not answer", content: { "application/json": { schema: unavailable } } } } : {}),
  };
}

const locationHeader = {
  Location: { description: "Path of what was made", required: true, schema: { type: "string" as const, format: "uri-reference", maxLength: 2_000 } },
};

const replayedHeader = {
  "Idempotency-Replayed": {
    description: "This is the first answer to the Idempotency-Key again; nothing was done",
    schema: { type: "string" as const, enum: ["true"] },
  },
};

function exampleOf(example: unknown): { example?: unknown } {
  return example === undefined ? {} : { example };
}

/** Of `x-rate-limit`: the route's limits as they are usually. */
export function rateLimitOf({ limit, cost, alsoLimit }: Declaration) {
  return { ...policyOf(limit), ...(cost === undefined ? {} : { cost }), ...(alsoLimit === undefined ? {} : { also: policyOf(alsoLimit) }) };
}

function policyOf(policy: LimitName) {
  const { limit, windowMs } = limitPolicies[policy];
  return { policy, limit, windowMs };
}
