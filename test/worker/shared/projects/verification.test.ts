import { beforeEach, describe, expect, it } from "vitest";
import type { EgressPolicy } from "../../../../shared/platform/index.ts";
import { Project, Site, SiteVerification } from "../../../../shared/projects/index.ts";
import { lookForDns } from "../../../../shared/projects/verification/dns-proof.ts";
import { lookForFile } from "../../../../shared/projects/verification/file-proof.ts";
import { lookForMeta } from "../../../../shared/projects/verification/meta-proof.ts";
import type { LookForProof, Proof } from "../../../../shared/projects/verification/proof.ts";
import type { SiteRoute, SiteRoutes } from "../../../helpers/node/site-route.ts";
import { call, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { defineSite, type TestSite } from "../../../helpers/worker/site.ts";

const token = "5f3c9a1e7b2d4860a9c1e3f507b6d284";
const publicOnly: EgressPolicy = { allow: [], allowLoopback: false };

const look = (how: LookForProof, origin: string): Promise<Proof> => how({ origin, token }, { policy: publicOnly, now: () => Date.now(), timeoutMs: 1_000 });

let hosts = 0;
/** A host that no other test has. */
const newHost = (): string => `own-${++hosts}.test`;

/** Whatever fails must say what was looked for, what was found and what to do. */
function expectNoProof({ isProof, lookedFor, found, todo }: Proof, says: RegExp): void {
  expect({ isProof, found }).toEqual({ isProof: false, found: expect.stringMatching(says) });
  expect(lookedFor).toContain(token);
  expect(todo).toContain(token);
}

describe("a file", () => {
  const path = "/.well-known/mentha-verification.txt";
  const lookAt = async (route: string | SiteRoute | readonly (string | SiteRoute)[], more: SiteRoutes = {}): Promise<Proof> => {
    const host = newHost();
    await defineSite(host, { [path]: route, ...more });
    return look(lookForFile, `http://${host}`);
  };

  it.each([
    { how: "alone", route: token },
    { how: "with a line end", route: `${token}\r\n` },
    { how: "with spaces", route: `  ${token}\t\n` },
    { how: "after a byte order mark", route: `\ufeff${token}` },
    { how: "between others", route: `0123456789abcdef0123456789abcdef\n${token}\nffffffffffffffffffffffffffffffff` },
    { how: "compressed", route: { body: token, gzip: true } },
    { how: "as bytes of no kind", route: { body: token, headers: { "Content-Type": "application/octet-stream" } } },
  ])("with the token $how is a proof", async ({ route }) => {
    expect(await lookAt(route)).toMatchObject({ isProof: true, todo: null });
  });

  it.each([
    { what: "that is missing", route: { status: 404, body: token }, says: /status 404/ },
    { what: "behind a password", route: { status: 401, body: token }, says: /status 401/ },
    { what: "of a broken server", route: { status: 500, body: token }, says: /status 500/ },
    { what: "that is empty", route: "", says: /none of its lines/ },
    { what: "with another token", route: token.toUpperCase(), says: /none of its lines/ },
    { what: "with more in the line", route: `token: ${token}`, says: /none of its lines/ },
    { what: "that is a page", route: { body: `<!doctype html>\n${token}\n` }, says: /HTML page/ },
    { what: "that calls itself a page", route: { body: token, headers: { "Content-Type": "Text/HTML; charset=utf-8" } }, says: /HTML page/ },
    { what: "that is too long", route: { body: `${token}\n`, repeat: 2_000 }, says: /longer than 65,536 bytes/ },
    { what: "that never ends", route: { body: token, fault: "endless-body" }, says: /longer than/ },
    { what: "that does not come", route: { fault: "no-answer" }, says: /did not answer completely within 1 s/ },
    { what: "that stops coming", route: { body: token, fault: "hang-in-body" }, says: /did not answer completely within 1 s/ },
    { what: "that breaks off", route: { body: token, fault: "cut-in-body" }, says: /lost/ },
  ] as const)("$what is no proof", async ({ route, says }) => {
    expectNoProof(await lookAt(route), says);
  });

  it("of a host that does not exist is no proof", async () => {
    expectNoProof(await look(lookForFile, "http://own.invalid"), /could not be found/);
  });

  it("is looked for after redirects within the site, and from http to https", async () => {
    expect(await lookAt({ redirect: "{origin}/moved.txt" }, { "/moved.txt": token })).toMatchObject({ isProof: true });
    const host = newHost();
    await defineSite(host, { [path]: [{ redirect: `https://${host}${path}`, status: 301 }, token] });
    expect(await look(lookForFile, `http://${host}`)).toMatchObject({ isProof: true });
  });

  it("at another site is no proof, and is not even asked for: an open redirect would prove anything", async () => {
    const other = newHost();
    const elsewhere = await defineSite(other, { "/token.txt": token });
    expectNoProof(await lookAt({ redirect: `${elsewhere.url}/token.txt` }), new RegExp(`redirects to http://${other}`));
    expectNoProof(await lookAt({ redirect: "{origin}/on" }, { "/on": { redirect: `${elsewhere.url}/token.txt` } }), new RegExp(`redirects to http://${other}`));
    expect(await elsewhere.requests()).toEqual([]);
  });

  it("is no proof once https leads back to http", async () => {
    const host = newHost();
    await defineSite(host, { [path]: [{ redirect: `http://${host}${path}` }, token] });
    expectNoProof(await look(lookForFile, `https://${host}`), /redirects to http:/);
  });

  it("is no proof behind redirects without an end", async () => {
    expectNoProof(await lookAt({ redirect: `{origin}${path}` }), /redirects more than 3 times/);
    expectNoProof(await lookAt({ redirect: "http://[" }), /no address/);
    const far = await lookAt({ redirect: `/${"a".repeat(8_000)}` });
    expectNoProof(far, /… answers with status 404/);
    expect(SiteVerification.shape.attempts.element.safeParse({ method: "file", ...far }).success).toBe(true);
  });

  it("is not asked for where requests may not go", async () => {
    expectNoProof(await look(lookForFile, "http://127.0.0.1:8099"), /refused/);
  });
});

describe("a meta element", () => {
  const element = `<meta name="mentha-verification" content="${token}">`;
  const page = (head: string, body = ""): string => `<!doctype html><html><head><title>Shop</title>${head}</head><body>${body}</body></html>`;
  const lookAt = async (route: string | SiteRoute, more: SiteRoutes = {}): Promise<Proof> => {
    const host = newHost();
    await defineSite(host, { "/": route, ...more });
    return look(lookForMeta, `http://${host}`);
  };

  it.each([
    { how: "as it was given", route: page(element) },
    { how: "in capitals", route: page(element.replace("meta name", "META NAME").replace("mentha", "Mentha")) },
    { how: "of a long page", route: page(element, "<p>again</p>".repeat(100_000)) },
    { how: "of a page without an end", route: { body: page(element), fault: "endless-body" } },
    { how: "of a compressed page", route: { body: page(element), gzip: true } },
  ] as const)("$how is a proof", async ({ route }) => {
    expect(await lookAt(route)).toMatchObject({ isProof: true, todo: null });
  });

  it.each([
    { what: "that is missing", route: page(""), says: /no such element/ },
    { what: "in the body", route: page("", element), says: /no such element/ },
    { what: "in a comment", route: page(`<!-- ${element} -->`), says: /no such element/ },
    { what: "with another token", route: page(element.replace(token, "0123")), says: /another token/ },
    { what: "beyond 512 KB", route: page(`<style>${"p{}".repeat(180_000)}</style>${element}`), says: /no such element/ },
    { what: "of a page that is not found", route: { status: 404, body: page(element) }, says: /status 404/ },
    { what: "of a page that does not come", route: { fault: "no-answer" }, says: /did not answer completely/ },
  ] as const)("$what is no proof", async ({ route, says }) => {
    expectNoProof(await lookAt(route), says);
  });

  it("is looked for after a redirect within the site, and not at another", async () => {
    expect(await lookAt({ redirect: "/en/" }, { "/en/": page(element) })).toMatchObject({ isProof: true });
    const elsewhere = await defineSite(newHost(), { "/": page(element) });
    expectNoProof(await lookAt({ redirect: `${elsewhere.url}/` }), /another site/);
  });
});

describe("a DNS record", () => {
  const record = `mentha-verification=${token}`;
  const none = JSON.stringify({ Status: 3 });
  const answerOf = (...data: string[]): string => JSON.stringify({ Status: 0, Answer: data.map((each) => ({ name: "x", type: 16, TTL: 60, data: each })) });
  let host = "";
  let first: TestSite;
  let second: TestSite;

  /** What the two resolvers say of `_mentha.<host>` and of the host. */
  async function resolve(below: string | SiteRoute, itself: string | SiteRoute = none, fallback: string | SiteRoute = { status: 500 }): Promise<Proof> {
    const routes = (path: string, [one, other]: readonly (string | SiteRoute)[]): SiteRoutes => ({
      [`${path}?name=_mentha.${host}&type=TXT`]: one ?? "",
      [`${path}?name=${host}&type=TXT`]: other ?? "",
    });
    first = await defineSite("cloudflare-dns.com", routes("/dns-query", [below, itself]));
    second = await defineSite("dns.google", routes("/resolve", [fallback, fallback]));
    return look(lookForDns, `https://${host}:8443`);
  }

  beforeEach(() => {
    host = newHost();
  });

  it.each([
    { where: "below the host", below: answerOf(`"${record}"`), itself: none },
    { where: "of the host itself", below: none, itself: answerOf(`"${record}"`) },
    { where: "without quotes", below: answerOf(record), itself: none },
    { where: "in several strings", below: answerOf(`"mentha-verification=" "${token}"`), itself: none },
    { where: "among others", below: none, itself: answerOf('"v=spf1 -all"', `"${record}"`, '"mentha-verification=other"') },
    { where: "behind an alias", below: `{"Status":0,"Answer":[{"type":5,"data":"x.test."},{"type":16,"data":"\\"${record}\\""}]}`, itself: none },
  ])("$where is a proof", async ({ below, itself }) => {
    expect(await resolve(below, itself)).toMatchObject({ isProof: true, todo: null });
    expect((await first.requests()).map(({ headers }) => headers.accept)).toEqual(["application/dns-json", "application/dns-json"]);
    expect(await second.requests()).toEqual([]);
  });

  it.each([
    { what: "of a name that does not exist", below: none, says: /no such record/ },
    { what: "of a name without records", below: JSON.stringify({ Status: 0 }), says: /no such record/ },
    { what: "of another kind", below: JSON.stringify({ Status: 0, Answer: [{ type: 5, data: record }] }), says: /no such record/ },
    { what: "with another token", below: answerOf(`"${record.slice(0, -1)}"`), says: /another token/ },
    { what: "with more behind the token", below: answerOf(`"${record}" "x"`), says: /another token/ },
  ])("$what is no proof, and nobody else is asked", async ({ below, says }) => {
    expectNoProof(await resolve(below), says);
    expect(await second.requests()).toEqual([]);
  });

  it.each([
    { fails: "is down", how: { status: 503, body: "busy" } },
    { fails: "cannot be reached", how: { fault: "cut-in-body", status: 200, body: "{" } },
    { fails: "says nothing", how: { fault: "no-answer" } },
    { fails: "says what is no JSON", how: "<html>" },
    { fails: "says something else", how: '{"Status":"fine"}' },
    { fails: "cannot find out", how: '{"Status":2}' },
    { fails: "redirects", how: { redirect: "https://elsewhere.test/" } },
    { fails: "says too much", how: { body: " ", repeat: 70_000 } },
  ] as const)("is asked of a second resolver when the first $fails", async ({ how }) => {
    expect(await resolve(how, how, answerOf(`"${record}"`))).toMatchObject({ isProof: true });
  });

  it("that nobody can look up is no proof, and the answer says that it was the DNS", async () => {
    expectNoProof(await resolve({ status: 500 }, { status: 500 }), /did not answer/);
  });

  it.each(["http://192.0.2.7", "http://[2001:db8::1]", "http://localhost:8080", "http://shop.intranet:8080"])("of %s is not asked for", async (origin) => {
    await resolve(none);
    const before = await first.requests();
    expect(await look(lookForDns, origin)).toMatchObject({
      isProof: false,
      found: expect.stringContaining("knows no records"),
      todo: expect.stringContaining("file"),
    });
    expect(await first.requests()).toEqual(before);
  });
});

describe("a site whose proof is looked for everywhere", () => {
  const verify = async (routes: (site: Site) => SiteRoutes, body?: object): Promise<SiteVerification> => {
    const host = newHost();
    const key = await seedKey(await seedWorkspace());
    const project = Project.parse(await (await call("POST", "/api/v1/projects", { key, body: { name: "Shop" } })).json());
    const path = `/api/v1/projects/${project.id}/sites`;
    const site = Site.parse(await (await call("POST", path, { key, body: { url: `http://${host}/` } })).json());
    await defineSite(host, routes(site));
    await defineSite("cloudflare-dns.com", { "/dns-query": '{"Status":3}' });
    const answer = await call("POST", `${path}/${site.id}/verify`, { key, body });
    expect(answer.status).toBe(200);
    return SiteVerification.strict().parse(await answer.json());
  };

  it("needs one", async () => {
    const { site, attempts } = await verify(({ verificationToken }) => ({ "/": `<meta name="mentha-verification" content="${verificationToken}"><p>Shop` }));
    expect(attempts.map(({ method, isProof }) => [method, isProof])).toEqual([
      ["file", false],
      ["meta", true],
      ["dns", false],
    ]);
    expect(site).toMatchObject({ verifiedBy: "meta", verifiedAt: expect.any(Number) });
  });

  it("and nowhere found, is answered with advice for each place", async () => {
    const { site, attempts } = await verify(() => ({}), {});
    expect(attempts.map(({ method }) => method)).toEqual(["file", "meta", "dns"]);
    for (const { isProof, todo } of attempts) expect([isProof, todo]).toEqual([false, expect.stringContaining(site.verificationToken)]);
    expect(site).toMatchObject({ verifiedBy: null, verifiedAt: null });
  });
});
