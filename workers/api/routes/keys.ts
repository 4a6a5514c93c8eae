import { z } from "zod";
import {
  GeneratedKey,
  GenerateKeyInput,
  generateKey,
  getKey,
  Key,
  KeyList,
  KeyPrefix,
  ListKeysQuery,
  listKeys,
  RotateKeyInput,
  revokeKey,
  rotateKey,
  UpdateKeyInput,
  updateKey,
} from "../../../shared/keys/index.ts";
import { generatedKeyExample, keyExample } from "../examples.ts";
import { api, del, get, patch, post } from "../route.ts";
import { etagOf, ifVersionOf } from "../versions.ts";

const params = z.object({ prefix: KeyPrefix });

const generate = post("/api/v1/keys/generate", {
  id: "generateKey",
  tag: "Keys",
  permission: "keys:write",
  limit: "keys",
  alsoLimit: "keysPerDay",
  idempotent: "directory",
  versioned: true,
  summary: "Generate an API key",
  description: "Makes a key of your own in this workspace. The answer is the only place where the key is ever shown.",
  body: GenerateKeyInput,
  created: GeneratedKey,
  examples: { body: { name: "Nightly audits", scopes: ["audits:read", "audits:write"], allowedIps: ["203.0.113.7"] }, answer: generatedKeyExample },
});

const list = get("/api/v1/keys", {
  id: "listKeys",
  tag: "Keys",
  permission: "keys:read",
  limit: "lists",
  summary: "List API keys",
  description: "Everybody's keys in this workspace, newest first, with those that ended; of one state with `status`.",
  query: ListKeysQuery,
  ok: KeyList,
  examples: { answer: { items: [keyExample] } },
});

const read = get("/api/v1/keys/{prefix}", {
  id: "getKey",
  tag: "Keys",
  permission: "keys:read",
  limit: "reads",
  versioned: true,
  summary: "Read an API key",
  description: "What is known of a key: what it may do, who made it, when it was used. The key itself is not stored.",
  params,
  ok: Key,
  examples: { answer: keyExample },
});

const update = patch("/api/v1/keys/{prefix}", {
  id: "updateKey",
  tag: "Keys",
  permission: "keys:write",
  limit: "keys",
  versioned: true,
  summary: "Change an API key",
  description:
    "Changes what is named in the body, from the key's next request on. Other people's keys need the permission keys:manage, and can only be narrowed: fewer permissions, an earlier end, fewer addresses, lower limits. Limits above what is usual are given by operators of the installation.",
  params,
  body: UpdateKeyInput,
  ok: Key,
  conflict: "The key was rotated, revoked or has expired",
  examples: { body: { name: "Audits every night" }, answer: { ...keyExample, name: "Audits every night" } },
});

const rotate = post("/api/v1/keys/{prefix}/rotate", {
  id: "rotateKey",
  tag: "Keys",
  permission: "keys:write",
  limit: "keys",
  alsoLimit: "keysPerDay",
  idempotent: "directory",
  versioned: true,
  summary: "Rotate an API key",
  description:
    "Makes a new key with the same name, scopes, ranges, limits, end and maker. The old one works on for `graceSeconds`, so that it can be replaced everywhere without a gap. Only its maker, signed in, and the key itself can do this: the new key acts in its maker's name.",
  params,
  body: RotateKeyInput,
  bodyOptional: true,
  created: GeneratedKey,
  conflict: "The key was rotated already, was revoked or has expired",
  examples: { body: { graceSeconds: 86_400 }, answer: generatedKeyExample },
});

const revoke = del("/api/v1/keys/{prefix}", {
  id: "revokeKey",
  tag: "Keys",
  permission: "keys:write",
  limit: "keys",
  versioned: true,
  summary: "Revoke an API key",
  description: "Ends a key for good; its next request is refused. Other people's keys need the permission keys:manage.",
  params,
  noContent: "Revoked",
});

export const keyRoutes = api()
  .openapi(generate, async (c) => {
    const key = await generateKey(c.var.ctx, c.req.valid("json"));
    return c.json(key, 201, etagOf(key));
  })
  .openapi(list, async (c) => c.json(await listKeys(c.var.ctx, c.req.valid("query")), 200))
  .openapi(read, async (c) => {
    const key = await getKey(c.var.ctx, c.req.valid("param").prefix);
    return c.json(key, 200, etagOf(key));
  })
  .openapi(update, async (c) => {
    const key = await updateKey(c.var.ctx, c.req.valid("param").prefix, c.req.valid("json"), ifVersionOf(c));
    return c.json(key, 200, etagOf(key));
  })
  .openapi(rotate, async (c) => {
    const key = await rotateKey(c.var.ctx, c.req.valid("param").prefix, c.req.valid("json"));
    return c.json(key, 201, etagOf(key));
  })
  .openapi(revoke, async (c) => {
    await revokeKey(c.var.ctx, c.req.valid("param").prefix, ifVersionOf(c));
    return c.body(null, 204);
  });
