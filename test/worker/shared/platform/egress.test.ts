import { describe, expect, it } from "vitest";
import { checkUrl, EgressError, type EgressOptions, type EgressPolicy, egressFetch } from "../../../../shared/platform/egress/index.ts";
import { readBody } from "../../../helpers/unit/read-body.ts";
import { defineSite } from "../../../helpers/worker/site.ts";
import { admittedSpellings, refusedSpellings } from "../../../unit/shared/platform/egress/spellings.ts";

const policy: EgressPolicy = { allow: ["127.0.0.1:8123"], allowLoopback: false };
const bounds: EgressOptions = { timeoutMs: 10_000, maxBytes: 100_000, maxRedirects: 5 };

/** Asks over the real `fetch` of the runtime. */
function ask(url: string, options: Partial<EgressOptions> = {}) {
  return egressFetch(url, { ...bounds, ...options }, { policy, now: Date.now });
}

/** What reading an address to its end fails with. */
async function failureOf(url: string, options: Partial<EgressOptions> = {}): Promise<unknown> {
  try {
    await readBody((await ask(url, options)).body);
  } catch (error) {
    return error;
  }
  return expect.unreachable("it did not fail");
}

describe("the URL parser of workerd", () => {
  it.each(refusedSpellings)("leaves no way to $url", ({ url, why }) => {
    expect(() => checkUrl(url, { allow: [], allowLoopback: false })).toThrow(why);
  });

  it.each(admittedSpellings)("leaves %s open", (url) => {
    expect(checkUrl(url, { allow: [], allowLoopback: false }).href).toBe(new URL(url).href);
  });
});

describe("the fetch of workerd", () => {
  it("reads an answer, decompressed", async () => {
    const body = "<p>Mint</p>".repeat(5_000);
    await defineSite("egress-gzip.test", { "/": { gzip: true, body } });
    const answer = await ask("http://egress-gzip.test/");
    expect(answer).toMatchObject({ status: 200, url: "http://egress-gzip.test/", hops: [], requests: 1 });
    expect(new TextDecoder().decode(await readBody(answer.body))).toBe(body);
  });

  it("follows redirects by hand and sends credentials to their host only", async () => {
    const first = await defineSite("egress-first.test", { "/": { redirect: "http://egress-second.test/a", status: 301 } });
    const second = await defineSite("egress-second.test", { "/a": { redirect: "/b#c" }, "/b": "<h1>Here</h1>" });
    const answer = await ask("http://egress-first.test/", {
      headers: ({ host }): HeadersInit => (host === "egress-first.test" ? { authorization: "Bearer t" } : {}),
    });
    expect(new TextDecoder().decode(await readBody(answer.body))).toBe("<h1>Here</h1>");
    expect(answer).toMatchObject({
      url: "http://egress-second.test/b",
      requests: 3,
      hops: [
        { url: "http://egress-first.test/", status: 301, location: "http://egress-second.test/a" },
        { url: "http://egress-second.test/a", status: 302, location: "http://egress-second.test/b" },
      ],
    });
    expect((await first.requests()).map(({ headers }) => headers.authorization)).toEqual(["Bearer t"]);
    expect((await second.requests()).map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });

  it("does not follow a redirect to a private address, and admits an allowed one", async () => {
    const hidden = await defineSite("127.0.0.1:8080", { "/": "private" });
    await defineSite("127.0.0.1:8123", { "/": "allowed" });
    await defineSite("egress-inward.test", { "/private": { redirect: "http://2130706433:8080/" }, "/allowed": { redirect: "http://127.1:8123/" } });
    expect(await failureOf("http://egress-inward.test/private")).toMatchObject({ code: "egress_refused", hops: [{ location: "http://127.0.0.1:8080/" }] });
    expect(await hidden.requests()).toEqual([]);
    expect(new TextDecoder().decode(await readBody((await ask("http://egress-inward.test/allowed")).body))).toBe("allowed");
  });

  it("hands a redirect over when none may be followed", async () => {
    await defineSite("egress-moved.test", { "/": { redirect: "/new" } });
    const answer = await ask("http://egress-moved.test/", { maxRedirects: 0 });
    expect([answer.status, answer.hops.length, answer.headers.get("location")]).toEqual([302, 1, "/new"]);
    await answer.body?.cancel();
  });

  it("sends a body, and sends it again where a redirect keeps the method", async () => {
    const site = await defineSite("egress-post.test", {
      "/": { redirect: "/again", status: 307 },
      "/again": { redirect: "/done", status: 303 },
      "/done": "done",
    });
    await readBody((await ask("http://egress-post.test/", { method: "POST", body: "data" })).body);
    const asked = (await site.requests()).map(({ method, path, headers }) => `${method} ${path} ${headers["content-length"] ?? 0}`);
    expect(asked).toEqual(["POST / 4", "POST /again 4", "GET /done 0"]);
  });

  it.each([
    { fails: "a loop of redirects", route: { redirect: "{origin}/" }, code: "too_many_redirects" },
    { fails: "no answer", route: { fault: "no-answer" }, code: "upstream_timeout", options: { timeoutMs: 200 } },
    { fails: "headers and then silence", route: { fault: "hang-in-body" }, code: "upstream_timeout", options: { timeoutMs: 200 } },
    { fails: "a body without an end", route: { fault: "endless-body" }, code: "upstream_too_large" },
    { fails: "a small answer that decompresses into a large one", route: { gzip: true, body: "0".repeat(1_000), repeat: 1_000 }, code: "upstream_too_large" },
    { fails: "a connection that is lost in the body", route: { body: "half", fault: "cut-in-body" }, code: "host_unreachable" },
    { fails: "bytes that do not decompress", route: { body: "plain", headers: { "content-encoding": "gzip" } }, code: "upstream_malformed" },
  ] as const)("names $fails: $code", async ({ code, ...given }) => {
    const host = `egress-${code.replaceAll("_", "-")}-${given.fails.length}.test`;
    await defineSite(host, { "/": given.route });
    const error = await failureOf(`http://${host}/`, "options" in given ? given.options : {});
    expect(error).toBeInstanceOf(EgressError);
    expect(error).toMatchObject({ code });
  });

  it("names a host that nobody answers for", async () => {
    expect(await failureOf("http://egress-nobody.invalid/")).toMatchObject({
      code: "host_unreachable",
      message: "The host egress-nobody.invalid could not be found or did not answer.",
    });
  });

  it("gives a caller who gave up their own reason back", async () => {
    await defineSite("egress-patient.test", { "/": { fault: "hang-in-body" } });
    const caller = new AbortController();
    const answer = await ask("http://egress-patient.test/", { signal: caller.signal });
    const reading = readBody(answer.body);
    caller.abort(new Error("cancelled by the caller"));
    await expect(reading).rejects.toThrow("cancelled by the caller");
  });
});
