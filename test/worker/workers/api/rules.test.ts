import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { RuleInfo } from "../../../../shared/audits/index.ts";
import { call, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";

const Catalogue = z.strictObject({ items: z.array(RuleInfo.strict()) });

let key = "";
beforeAll(async () => {
  key = await seedKey(await seedWorkspace());
});

describe("the catalogue of rules", () => {
  it("is whole, and each rule is at its own address", async () => {
    const { items } = Catalogue.parse(await (await call("GET", "/api/v1/rules", { key })).json());
    expect(items.length).toBeGreaterThan(20);
    const [first] = items;
    expect(await (await call("GET", `/api/v1/rules/${first?.id}`, { key })).json()).toEqual(first);
  });

  it("is in the language asked for, with the same rules", async () => {
    const [english, spanish] = [await call("GET", "/api/v1/rules", { key }), await call("GET", "/api/v1/rules?lang=es", { key })];
    const [{ items: en }, { items: es }] = [Catalogue.parse(await english.json()), Catalogue.parse(await spanish.json())];
    expect(es.map(({ id }) => id)).toEqual(en.map(({ id }) => id));
    expect(es[0]?.title).not.toBe(en[0]?.title);
  });

  it("is 404 for a rule that does not exist", async () => {
    expect((await call("GET", "/api/v1/rules/no-such-rule", { key })).status).toBe(404);
  });

  it("is sent again only when it changed", async () => {
    const first = await call("GET", "/api/v1/rules", { key });
    const etag = first.headers.get("ETag") ?? "";
    expect(etag).toMatch(/^"[^"]+"$/);
    expect(first.headers.get("Cache-Control")).toBe("private, no-cache");
    await first.body?.cancel();

    const same = await call("GET", "/api/v1/rules", { key, headers: { "If-None-Match": etag } });
    expect([same.status, await same.text(), same.headers.get("ETag")]).toEqual([304, "", etag]);
    expect(same.headers.get("Vary")).toContain("Accept-Language");
    expect(same.headers.get("Cache-Control")).toBe("private, no-cache");

    const other = await call("GET", "/api/v1/rules", { key, headers: { "If-None-Match": etag, "Accept-Language": "es" } });
    expect(other.status).toBe(200);
    expect(other.headers.get("ETag")).not.toBe(etag);
    await other.body?.cancel();
  });

  it("is not confirmed to a stranger who knows its ETag", async () => {
    const etag = (await call("GET", "/api/v1/rules", { key })).headers.get("ETag") ?? "";
    expect((await call("GET", "/api/v1/rules", { headers: { "If-None-Match": etag } })).status).toBe(401);
  });
});
