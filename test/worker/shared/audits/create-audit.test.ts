import { env } from "cloudflare:workers";
import { afterEach, expect, it } from "vitest";
import { Audit } from "../../../../shared/audits/index.ts";
import { call, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { injectFaults, stopFaults } from "../../../helpers/worker/faults.ts";
import { defineSite } from "../../../helpers/worker/site.ts";

afterEach(() => {
  stopFaults();
});

it("an address that is too long once its letters are encoded is refused, and named", async () => {
  const key = await seedKey(await seedWorkspace());
  const response = await call("POST", "/api/v1/audits", { key, body: { url: `https://example.com/${"漢".repeat(1_900)}` } });
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ errors: [{ path: "body.url", message: expect.stringContaining("2,048") }] });
});

it("an audit that is accepted is answered without another look at the database, which could fail and make the caller try again", async () => {
  await defineSite("accepted.example.org", { "/": "<h1>Hello</h1>" });
  const workspace = await seedWorkspace();
  const key = await seedKey(workspace);
  injectFaults(({ point, text }) => (point === "d1" && /^select .* from "audits"/i.test(text) ? "fail-before" : undefined));
  const response = await call("POST", "/api/v1/audits", { key, body: { url: "http://accepted.example.org", maxPages: 1 } });
  expect(response.status).toBe(202);
  const audit = Audit.strict().parse(await response.json());
  expect(audit).toMatchObject({ url: "http://accepted.example.org/", status: "queued", startedAt: null, finishedAt: null });
  const { results } = await env.DB.prepare("SELECT id, url, created_at AS createdAt FROM audits WHERE workspace_id = ?").bind(workspace.id).all();
  expect(results).toEqual([{ id: audit.id, url: audit.url, createdAt: audit.createdAt }]);
});
