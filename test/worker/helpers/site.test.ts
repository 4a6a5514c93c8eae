import { describe, expect, it } from "vitest";
import { defineSite } from "../../helpers/worker/site.ts";

describe("the test network", () => {
  it("answers for a described host and remembers what was asked", async () => {
    const site = await defineSite("described.test", { "/": "<h1>Hello</h1>", "/feed.xml": { gzip: true, body: "<link>{origin}/</link>" } });
    expect(await (await fetch(`${site.url}/`)).text()).toBe("<h1>Hello</h1>");
    expect(await (await fetch(`${site.url}/feed.xml`)).text()).toBe("<link>http://described.test/</link>");
    expect((await fetch(`${site.url}/other`)).status).toBe(404);
    expect((await site.requests()).map(({ method, path }) => `${method} ${path}`)).toEqual(["GET /", "GET /feed.xml", "GET /other"]);
  });

  it("serves a port of loopback as any other host", async () => {
    const site = await defineSite("127.0.0.1:8099", { "/a": { redirect: "{origin}/b" } });
    const answer = await fetch(`${site.url}/a`, { redirect: "manual" });
    expect([answer.status, answer.headers.get("location")]).toEqual([302, "http://127.0.0.1:8099/b"]);
  });

  it("gives the answers of a list in turn, and the last again", async () => {
    const site = await defineSite("in-turn.test", { "/": [{ status: 503 }, "up"] });
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) statuses.push((await fetch(`${site.url}/`)).status);
    expect(statuses).toEqual([503, 200, 200]);
  });

  it("cuts a body short when asked to", async () => {
    const site = await defineSite("cut.test", { "/": { body: "half", fault: "cut-in-body" } });
    await expect(fetch(`${site.url}/`).then((answer) => answer.text())).rejects.toThrow();
  });

  it("has no way to a host that is not described", async () => {
    await expect(fetch("http://nobody.invalid/")).rejects.toThrow();
  });
});
