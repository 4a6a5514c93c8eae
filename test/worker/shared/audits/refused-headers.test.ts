import { expect, it } from "vitest";
import { call, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";

it.each([
  "Host",
  "CF-Connecting-IP",
  "cf-ipcountry",
  "CDN-Loop",
  "True-Client-IP",
  "X-Forwarded-For",
  "x-forwarded-host",
  "X-Original-URL",
  "X-Rewrite-URL",
  "X-HTTP-Method",
  "X-HTTP-Method-Override",
  "X-Method-Override",
])("the header %s, which servers take from proxies or us, is refused, and named", async (name) => {
  const key = await seedKey(await seedWorkspace());
  const response = await call("POST", "/api/v1/audits", { key, body: { url: "https://example.com/", headers: { [name]: "x" } } });
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ errors: [{ path: "body.headers", message: expect.stringContaining(name) }] });
});
