import type { OpenAPIHono } from "@hono/zod-openapi";
import type { ApiEnv } from "./env.ts";

const description = `Mentha audits sites for search engines and AI answers.

Send an API key with every request, as \`X-API-Key\` or as \`Authorization: Bearer\`, or the access token of somebody who signed in, as \`Authorization: Bearer\`. Each operation names what it takes (\`x-permission\`) and the policy that limits it (\`x-rate-limit\`), which the headers \`RateLimit-Policy\` and \`RateLimit\` of each answer tell of. It takes a permission that the key, or the person's role in the workspace, must have; or \`member\`, any key or token of somebody in the workspace; \`caller\`, any key or token; \`person\`, any token and no key; \`visitor\` and \`public\`, nothing.

A key belongs to one workspace. Somebody who is in several names the one they mean in the header \`X-Workspace\`.

Errors are problem documents (RFC 9457): \`code\` is for programs, \`detail\` for people, \`errors\` names each wrong value. Lists come in pages: pass \`nextCursor\` of one as \`cursor\` of the next.

Send an \`Idempotency-Key\` with a request that makes something, and it is made once however often the request arrives. Send the \`ETag\` of what you read as \`If-Match\` of an edit or a deletion, and it is refused when somebody else was faster.`;

const keyText = "An API key, sent";
const operatorText = "An API key with an `operations:` scope that was made by an operator of the installation, sent";
const tokenText = "The access token of somebody who signed in";

const securitySchemes = {
  apiKey: { type: "apiKey", in: "header", name: "X-API-Key", description: `${keyText} as a header` },
  bearer: { type: "http", scheme: "bearer", description: `${keyText} as a bearer token; or: ${tokenText}` },
  session: { type: "http", scheme: "bearer", bearerFormat: "JWT", description: `${tokenText}, sent as a bearer token; checked as RFC8725 asks` },
  operatorKey: { type: "apiKey", in: "header", name: "X-API-Key", description: `${operatorText} as a header` },
  operatorBearer: { type: "http", scheme: "bearer", description: `${operatorText} as a bearer token; or: ${tokenText} and is an operator` },
} as const;

const tags = [
  { name: "Audit log", description: "Who changed what, sealed so that no change of it goes unnoticed" },
  { name: "Audits", description: "Crawl and judge a site" },
  { name: "Health", description: "For balancers and monitors; no key needed" },
  { name: "Keys", description: "API keys for programs" },
  { name: "Live", description: "One socket for what happens: progress, notifications, who is online" },
  { name: "Mutes", description: "Findings that members do not want to hear of for a while" },
  { name: "Notifications", description: "What happened that concerns you" },
  { name: "Operations", description: "For the people who run the installation" },
  { name: "People", description: "Members of a workspace, invitations, and oneself" },
  { name: "Projects", description: "Products, their sites, and the proof that a site is yours" },
  { name: "Reports", description: "What got better and worse, for people who want no details" },
  { name: "Rules", description: "What audits look for" },
  { name: "Schedules", description: "What is started by itself, when, and what became of that" },
  { name: "Sign-in", description: "Accounts, passwords, tokens and sessions" },
  { name: "Usage", description: "Who asked how much" },
  { name: "Webhooks", description: "Other systems that are told what happened, and what became of that" },
  { name: "Workspace", description: "Name and settings of a workspace" },
];

/** The OpenAPI 3.1 document of everything that was declared on the app. */
export function openApiDocument(app: OpenAPIHono<ApiEnv>): object {
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Mentha",
      version: "1",
      description,
      license: { name: "MIT", url: "https://opensource.org/license/mit" },
      contact: { name: "The people who run this installation" },
    },
    servers: [{ url: "/", description: "This installation, be it production or local", "x-internal": false }],
    tags,
  });
  const { webhooks: _none, components, ...rest } = document;
  return withIntegerFormats({ ...rest, components: { ...components, securitySchemes } });
}

const int32Max = 2 ** 31 - 1;

/** Generators of clients need to know how wide an integer is; the zod schemas say its bounds only. */
function withIntegerFormats<T>(value: T): T {
  visit(value);
  return value;
}

function visit(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  if (isInteger(value)) Object.assign(value, { format: (value.maximum ?? Number.POSITIVE_INFINITY) > int32Max ? "int64" : "int32" });
  for (const child of Object.values(value)) visit(child);
}

function isInteger(value: object): value is { type: unknown; maximum?: number } {
  return "type" in value && (value.type === "integer" || (Array.isArray(value.type) && value.type.includes("integer")));
}
