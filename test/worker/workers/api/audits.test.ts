import { beforeAll, describe, expect, it } from "vitest";
import { Audit, AuditList, Report } from "../../../../shared/audits/index.ts";
import { call, type SeededWorkspace, seedAudit, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { defineSite } from "../../../helpers/worker/site.ts";

let workspace: SeededWorkspace;
let key = "";
let auditId = "";
beforeAll(async () => {
  workspace = await seedWorkspace();
  key = await seedKey(workspace);
  auditId = await seedAudit(workspace);
});

describe("creating an audit", () => {
  it("is accepted, and the audit is at its Location", async () => {
    await defineSite("created.test", { "/": "<h1>Hello</h1>" });
    const answer = await call("POST", "/api/v1/audits", { key, body: { url: "http://created.test/", maxPages: 1 } });
    expect(answer.status).toBe(202);
    const audit = Audit.strict().parse(await answer.json());
    expect(answer.headers.get("Location")).toBe(`/api/v1/audits/${audit.id}`);
    const read = await call("GET", answer.headers.get("Location") ?? "", { key });
    expect(Audit.parse(await read.json())).toMatchObject({ id: audit.id, url: "http://created.test/" });
  });

  it("needs no permission to read", async () => {
    await defineSite("write-only.test", { "/": "<h1>Hello</h1>" });
    const writer = await seedKey(workspace, { scopes: ["audits:write"] });
    const answer = await call("POST", "/api/v1/audits", { key: writer, body: { url: "http://write-only.test/", maxPages: 1 } });
    expect(answer.status).toBe(202);
  });

  it.each([
    { url: "http://10.0.0.1/", code: "egress_refused" },
    { url: "https://example.com:22/", code: "egress_refused" },
  ])("is refused for $url, which is nobody's web site", async ({ url, code }) => {
    const answer = await call("POST", "/api/v1/audits", { key, body: { url } });
    expect([answer.status, (await answer.json<{ code: string }>()).code]).toEqual([422, code]);
  });
});

describe("the list of audits", () => {
  it("pages through every audit of the workspace once, newest first", async () => {
    const own = await seedWorkspace();
    const ownKey = await seedKey(own);
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.unshift(await seedAudit(own));
    const seen: string[] = [];
    let path = "/api/v1/audits?limit=2";
    for (let page = 1; path !== ""; page++) {
      expect(page).toBeLessThanOrEqual(3);
      const { items, nextCursor } = AuditList.strict().parse(await (await call("GET", path, { key: ownKey })).json());
      seen.push(...items.map(({ id }) => id));
      path = nextCursor === undefined ? "" : `/api/v1/audits?limit=2&cursor=${nextCursor}`;
    }
    expect(seen.toSorted()).toEqual(ids.toSorted());
    expect(seen).toEqual(seen.toSorted().toReversed());
  });
});

describe("an audit that has ended", () => {
  it("cannot be cancelled", async () => {
    const answer = await call("POST", `/api/v1/audits/${auditId}/cancel`, { key });
    expect([answer.status, (await answer.json<{ code: string }>()).code]).toEqual([409, "conflict"]);
  });

  it("is not found once it was deleted", async () => {
    const id = await seedAudit(workspace);
    const deleted = await call("DELETE", `/api/v1/audits/${id}`, { key });
    expect([deleted.status, await deleted.text()]).toEqual([204, ""]);
    expect((await call("GET", `/api/v1/audits/${id}`, { key })).status).toBe(404);
    expect((await call("DELETE", `/api/v1/audits/${id}`, { key })).status).toBe(404);
  });

  it("sends its progress and itself as events, and ends the stream", async () => {
    const answer = await call("GET", `/api/v1/audits/${auditId}/events`, { key });
    expect(answer.headers.get("Content-Type")).toBe("text/event-stream; charset=utf-8");
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect(answer.headers.get("X-Accel-Buffering")).toBe("no");
    const [retry, progress = "", done = "", end] = (await answer.text()).split("\n\n");
    expect([retry, end]).toEqual(["retry: 2000", ""]);
    expect(progress).toMatch(/^event: progress\ndata: \{.*"status":"completed".*\}$/);
    const [, data = ""] = /^event: done\ndata: (.*)$/.exec(done) ?? [];
    expect(Audit.parse(JSON.parse(data)).id).toBe(auditId);
  });
});

describe("an audit under way", () => {
  it("sends progress and then done when it ends", async () => {
    const id = await seedAudit(workspace, "queued");
    const answer = await call("GET", `/api/v1/audits/${id}/events`, { key });
    const events = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("event: progress")) text += (await events?.read())?.value ?? "";
    expect(text).not.toContain("event: done");
    expect((await call("POST", `/api/v1/audits/${id}/cancel`, { key })).status).toBe(200);
    for (let part = await events?.read(); part?.done === false; part = await events?.read()) text += part.value;
    expect(text).toMatch(/event: done\ndata: .*"status":"cancelled"/);
  });
});

describe("an audit that is deleted while it is watched", () => {
  it("ends the stream, and is not found by the reader who comes back", async () => {
    const id = await seedAudit(workspace, "queued");
    const answer = await call("GET", `/api/v1/audits/${id}/events`, { key });
    await call("DELETE", `/api/v1/audits/${id}`, { key });
    expect(await answer.text()).not.toContain("event: done");
    expect((await call("GET", `/api/v1/audits/${id}/events`, { key })).status).toBe(404);
  });
});

describe("the language of an answer", () => {
  it.each([
    { outcome: "is English by default", query: "", accept: undefined, language: "en" },
    { outcome: "is the one asked for", query: "?lang=es", accept: "en", language: "es" },
    { outcome: "is the one the reader prefers", query: "", accept: "fr;q=0.9, es;q=0.8, en;q=0.1", language: "es" },
    { outcome: "is Spanish for a Mexican reader", query: "", accept: "es-MX", language: "es" },
    { outcome: "is not one the reader rules out", query: "", accept: "es;q=0, en;q=0.5", language: "en" },
    { outcome: "is English when there is nothing better", query: "", accept: "fr, *", language: "en" },
  ])("$outcome", async ({ query, accept, language }) => {
    const headers = accept === undefined ? {} : { "Accept-Language": accept };
    const answer = await call("GET", `/api/v1/audits/${auditId}/report.json${query}`, { key, headers });
    expect(answer.headers.get("Content-Language")).toBe(language);
    expect(answer.headers.get("Vary")).toContain("Accept-Language");
    expect(Report.strict().parse(await answer.json())).toMatchObject({ language, audit: { id: auditId } });
  });
});

describe("the report as a page", () => {
  it("is HTML that may run nothing", async () => {
    const answer = await call("GET", `/api/v1/audits/${auditId}/report.html?lang=es`, { key });
    expect(answer.headers.get("Content-Type")).toMatch(/^text\/html/);
    expect(answer.headers.get("Content-Security-Policy")).toMatch(/default-src 'none'.*style-src 'unsafe-inline'.*sandbox/);
    expect(await answer.text()).toMatch(/^<!doctype html>\s*<html lang="es"/i);
  });
});
