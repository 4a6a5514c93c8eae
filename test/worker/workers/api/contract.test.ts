import { exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { encodeCursor, newId } from "../../../../shared/platform/index.ts";
import { app } from "../../../../workers/api/app.ts";
import { Problem, problems } from "../../../../workers/api/problem.ts";
import { call, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { signInAs } from "../../../helpers/worker/people.ts";
import { addressOf, sampleRoutes } from "../../../helpers/worker/route-samples.ts";

// What docs/api.md promises of every route. A new route is covered by being declared.

const Declared = z.object({
  method: z.string(),
  path: z.string(),
  request: z.object({ query: z.instanceof(z.ZodObject), body: z.object({ required: z.boolean() }).optional() }),
});
const declared = new Map(
  app.openAPIRegistry.definitions
    .flatMap((definition) => (definition.type === "route" ? [Declared.parse(definition.route)] : []))
    .map(({ method, path, request }) => [`${method} ${path}`, request]),
);

const routes = sampleRoutes.map((route) => {
  const request = declared.get(route.name);
  return {
    ...route,
    hasBody: request?.body !== undefined,
    needsBody: request?.body?.required === true,
    isList: request !== undefined && "cursor" in request.query.shape,
  };
});
type Route = (typeof routes)[number];

interface Sent {
  readonly query?: string;
  readonly body?: BodyInit;
  readonly contentType?: string;
  readonly credential?: Readonly<Record<string, string>>;
}

let requests = 0;

/** Calls a route with what it refuses, and checks that the answer has all that a problem document has. */
async function refusalOf(route: Route, { query = "", body, contentType, credential = {} }: Sent): Promise<Problem> {
  requests += 1;
  const requestId = `contract-${requests}`;
  const path = addressOf(route, route.thing?.unknown());
  const answer = await exports.default.fetch(`https://mentha.test${path}${query}`, {
    method: route.method.toUpperCase(),
    headers: {
      "X-Request-Id": requestId,
      "CF-Connecting-IP": `2001:db8:${requests.toString(16)}::1`,
      ...(contentType === undefined ? {} : { "Content-Type": contentType }),
      ...credential,
    },
    ...(body === undefined ? {} : { body }),
  });
  expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
  expect(answer.headers.get("X-Request-Id")).toBe(requestId);
  expect(answer.headers.get("Cache-Control")).toBe("no-store");
  const problem = Problem.strict().parse(await answer.json());
  const { code } = problem;
  expect(problem).toMatchObject({ type: `urn:mentha:problem:${code}`, ...problems[code], instance: path, requestId });
  expect(problem.status).toBe(answer.status);
  expect(problem.detail).not.toBe("");
  return problem;
}

const json = "application/json";

const isOpen = ({ permission }: Route): boolean => permission === "public" || permission === "visitor";
const pathsOf = ({ errors }: Problem): string[] => errors.map(({ path }) => path);

/** Somebody of their own for each route, so that no limit is reached: an operator's key, or a person where a key is refused. */
async function credentialFor(route: Route): Promise<Readonly<Record<string, string>>> {
  if (isOpen(route)) return {};
  const workspace = await seedWorkspace({ isOperator: true });
  if (route.permission === "person") return { Authorization: `Bearer ${(await signInAs(workspace.userId)).accessToken}` };
  return { "X-API-Key": await seedKey(workspace) };
}

describe.each(routes)("$name", (route) => {
  it("refuses a query parameter that it does not know", async () => {
    const body = route.hasBody ? { body: JSON.stringify(route.body ?? {}), contentType: json } : {};
    const problem = await refusalOf(route, { query: "?surprise=1", credential: await credentialFor(route), ...body });
    expect(problem.code).toBe("invalid");
    expect(pathsOf(problem)).toContain("query.surprise");
  });
});

describe.each(routes.filter((route) => !isOpen(route)))("$name", (route) => {
  it("says in full who is a stranger", async () => {
    expect(await refusalOf(route, {})).toMatchObject({ code: "unauthenticated", errors: [] });
  });
});

describe.each(routes.filter(({ hasBody }) => hasBody))("$name", (route) => {
  it("refuses a field that it does not know", async () => {
    const body = JSON.stringify({ ...Object(route.body), surprise: 1 });
    const problem = await refusalOf(route, { body, contentType: json, credential: await credentialFor(route) });
    expect(problem.code).toBe("invalid");
    expect(pathsOf(problem)).toContain("body.surprise");
  });

  it.each([
    { what: "a body that is cut short", body: '{"name":', contentType: json, code: "malformed_json" },
    { what: "a body that is no JSON", body: "name=x", contentType: json, code: "malformed_json" },
    { what: "a body of no media type", body: new Blob(["{}"]), contentType: undefined, code: "unsupported_media_type" },
    { what: "a body of text", body: "{}", contentType: "text/plain", code: "unsupported_media_type" },
    { what: "a form", body: "name=x", contentType: "application/x-www-form-urlencoded", code: "unsupported_media_type" },
    { what: "a list for an object", body: "[]", contentType: json, code: "invalid" },
    { what: "more than 1 MB", body: `"${"a".repeat(1024 * 1024)}"`, contentType: json, code: "payload_too_large" },
  ])("refuses $what", async ({ body, contentType, code }) => {
    const type = contentType === undefined ? {} : { contentType };
    expect((await refusalOf(route, { body, ...type, credential: await credentialFor(route) })).code).toBe(code);
  });
});

describe.each(routes.filter(({ needsBody }) => needsBody))("$name", (route) => {
  it.each([
    { what: "sends no body", sent: {} },
    { what: "sends an empty one", sent: { body: "", contentType: json } },
  ])("says what belongs into its body to whoever $what", async ({ sent }) => {
    const problem = await refusalOf(route, { ...sent, credential: await credentialFor(route) });
    expect(problem).toMatchObject({ code: "malformed_json", detail: expect.stringMatching(/^This takes a body of JSON with .*"\w+".*application\/json\.$/) });
  });
});

describe.each(routes.filter(({ isList }) => isList))("$name", (route) => {
  it.each([
    { query: "?cursor=nonsense", path: "query.cursor" },
    { query: `?cursor=${btoa("[null]")}`, path: "query.cursor" },
    { query: `?cursor=${btoa('["aud_x","sideways"]')}`, path: "query.cursor" },
    { query: `?cursor=${"a".repeat(501)}`, path: "query.cursor" },
    { query: "?limit=0", path: "query.limit" },
    { query: "?limit=101", path: "query.limit" },
  ])("refuses $query", async ({ query, path }) => {
    const problem = await refusalOf(route, { query, credential: await credentialFor(route) });
    // A list below something that nobody has says so first, whatever its cursor.
    if (problem.code === "not_found") expect(route.thing).toBeDefined();
    else expect([problem.code, pathsOf(problem)]).toEqual(["invalid", [path]]);
  });
});

/** A place in each kind of list. */
const places = {
  audits: encodeCursor(newId("audit")),
  broadcasts: encodeCursor(newId("broadcast")),
  "audits, oldest first": encodeCursor(newId("audit"), "oldest"),
  "dead letters": encodeCursor(newId("parked")),
  deliveries: encodeCursor(newId("delivery")),
  findings: encodeCursor(7, "findings"),
  invitations: encodeCursor(newId("invitation")),
  jobs: encodeCursor(newId("job")),
  keys: encodeCursor(newId("key")),
  log: encodeCursor(7, "log"),
  members: encodeCursor(newId("user")),
  notifications: encodeCursor(newId("notification")),
  pages: encodeCursor(7, "pages"),
  projects: encodeCursor(newId("project")),
  "projects, oldest first": encodeCursor(newId("project"), "oldest"),
  seals: encodeCursor(7, "seals"),
  sessions: encodeCursor(newId("session")),
  usage: encodeCursor(["2026-11-22", newId("key")]),
  webhooks: encodeCursor(newId("webhook")),
  workspaces: encodeCursor(newId("workspace")),
  nothing: encodeCursor(7),
} as const;

/** Of which kind the places of each list are. A list that is missing here takes none of them. */
const placesOf: Readonly<Record<string, keyof typeof places>> = {
  "get /api/v1/audits": "audits",
  "get /api/admin/dead-letters": "dead letters",
  "get /api/v1/audits/{id}/findings": "findings",
  "get /api/v1/invitations": "invitations",
  "get /api/v1/keys": "keys",
  "get /api/admin/users": "members",
  "get /api/admin/workspaces": "workspaces",
  "get /api/admin/broadcasts": "broadcasts",
  "get /api/admin/jobs": "jobs",
  "get /api/v1/notifications": "notifications",
  "get /api/v1/audit-log": "log",
  "get /api/admin/audit-log": "log",
  "get /api/v1/members": "members",
  "get /api/v1/online-users": "members",
  "get /api/v1/audits/{id}/pages": "pages",
  "get /api/v1/projects": "projects",
  "get /api/v1/audit-log/verify": "seals",
  "get /api/admin/audit-log/verify": "seals",
  "get /api/v1/auth/sessions": "sessions",
  "get /api/v1/usage": "usage",
  "get /api/v1/webhooks": "webhooks",
  "get /api/v1/webhooks/{id}/deliveries": "deliveries",
};

describe.each(routes.filter(({ isList }) => isList))("$name", (route) => {
  it("refuses the places of all other lists", async () => {
    const workspace = await seedWorkspace({ isOperator: true });
    const headers =
      route.permission === "person" ? { Authorization: `Bearer ${(await signInAs(workspace.userId)).accessToken}` } : { "X-API-Key": await seedKey(workspace) };
    const path = addressOf(route, await route.thing?.make(workspace));
    const others = Object.entries(places).filter(([kind]) => kind !== placesOf[route.name]);
    const answers = await Promise.all(others.map(async ([kind, cursor]) => ({ kind, answer: await call("GET", `${path}?cursor=${cursor}`, { headers }) })));
    const refused = answers.filter(({ answer }) => answer.status === 422).map(({ kind }) => kind);
    expect(refused).toEqual(others.map(([kind]) => kind));
  });
});

describe("the routes", () => {
  it("are many, with bodies, with lists", () => {
    expect(routes.length).toBeGreaterThan(50);
    expect(routes.filter(({ hasBody }) => hasBody).length).toBeGreaterThan(20);
    expect(routes.filter(({ isList }) => isList).length).toBeGreaterThan(6);
  });
});
