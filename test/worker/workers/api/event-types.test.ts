import { exports } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { createClient } from "../../../../client/index.ts";
import { EventTypes } from "../../../../shared/webhooks/index.ts";
import { call, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";

const path = "/api/v1/event-types";
let key = "";
beforeAll(async () => {
  key = await seedKey(await seedWorkspace());
});

describe("the types of events", () => {
  it("are listed with schema, example and aliases, for programs too", async () => {
    const types = EventTypes.parse(await (await call("GET", path, { key })).json());
    expect(types.items).toContainEqual(
      expect.objectContaining({ type: "finding.opened", version: 1, severity: "warning", example: expect.objectContaining({ type: "finding.opened" }) }),
    );
    expect(types.aliases.map(({ name }) => name)).toEqual(["analysis_complete", "error", "warning", "*"]);
    const send: typeof fetch = (input, init) => exports.default.fetch(new Request(input, init));
    expect(await createClient({ baseUrl: "https://mentha.test", key, fetch: send }).listEventTypes()).toEqual(types);
  });

  it("are described in the language asked for", async () => {
    const read = async (asked: string, headers = {}) => EventTypes.parse(await (await call("GET", `${path}${asked}`, { key, headers })).json()).items;
    const [en, es, accepted] = [await read(""), await read("?lang=es"), await read("", { "Accept-Language": "es-MX, en;q=0.5" })];
    expect(es.map(({ type }) => type)).toEqual(en.map(({ type }) => type));
    expect(es[0]?.description).not.toBe(en[0]?.description);
    expect(accepted).toEqual(es);
  });

  it("are sent again only when they changed, by language", async () => {
    const first = await call("GET", path, { key });
    const etag = first.headers.get("ETag") ?? "";
    await first.body?.cancel();
    const same = await call("GET", path, { key, headers: { "If-None-Match": etag } });
    expect([same.status, await same.text()]).toEqual([304, ""]);
    const other = await call("GET", `${path}?lang=es`, { key, headers: { "If-None-Match": etag } });
    expect(other.status).toBe(200);
    await other.body?.cancel();
  });
});
