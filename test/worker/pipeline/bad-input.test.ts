import { beforeAll, describe, expect, it } from "vitest";
import type { SiteRoute, SiteRoutes } from "../../helpers/node/site-route.ts";
import { call, seedKey, seedWorkspace } from "../../helpers/worker/api.ts";
import { runAudit } from "../../helpers/worker/audit-run.ts";
import { auditAndRead, type Seen } from "../../helpers/worker/audit-seen.ts";
import { defineSite } from "../../helpers/worker/site.ts";

// What a person sees of everything that can be wrong with what they ask for. Read it as a table: the sentence is the test.

let key = "";
beforeAll(async () => {
  key = await seedKey(await seedWorkspace());
});

describe("an address that cannot be audited is refused at once, with the reason and what to do", () => {
  const complete = "Give a complete address that starts with http:// or https://, such as https://www.example.com/";
  const refused = (host: string, what: string): string => `Requests to ${host} are refused: it is ${what}. Use an address on the public internet.`;
  const machine = refused("127.0.0.1", "this machine itself (RFC 1122)");

  it.each([
    // Not a URL.
    ["", complete],
    ["example.com", complete],
    ["not a url", complete],
    ["http://", complete],
    ["http://example.com:99999/", complete],
    // An unsupported scheme.
    ["ftp://example.com/", complete],
    ["javascript:alert(1)", complete],
    ["file:///etc/passwd", complete],
    // A private address, however it is spelled.
    ["http://127.0.0.1/", machine],
    ["http://127.1/", machine],
    ["http://2130706433/", machine],
    ["http://0x7f.0.0.1/", machine],
    ["http://0177.0.0.1/", machine],
    ["http://①②⑦.0.0.1/", machine],
    ["http://localhost/", refused("localhost", "a name of this machine itself")],
    ["http://localhost./", refused("localhost", "a name of this machine itself")],
    ["http://[::1]/", refused("[::1]", "this machine itself (RFC 4291)")],
    ["http://[::ffff:127.0.0.1]/", refused("[::ffff:7f00:1]", "an IPv4 address written as IPv6 (RFC 4291)")],
    ["http://10.0.0.1/", refused("10.0.0.1", "a private network address (RFC 1918)")],
    ["http://169.254.169.254/latest/meta-data/", refused("169.254.169.254", "a link-local address (RFC 3927)")],
    ["http://192.168.1.1.nip.io/", refused("192.168.1.1.nip.io", "a name that can stand for a private address")],
    ["http://intranet/", refused("intranet", "a name that only a private network knows")],
    // A port outside the list.
    ["https://example.com:22/", "Requests to example.com:22 are refused: only the ports 80, 443, 8080, 8443 are open. Use an address at one of them."],
    // Credentials in the address.
    ["https://me:secret@example.com/", "Leave user and password out of the address; send them as an Authorization header in `headers`."],
  ])("%s", async (url, message) => {
    const answer = await call("POST", "/api/v1/audits", { key, body: { url } });
    expect(answer.status).toBe(422);
    const { detail, errors } = await answer.json<{ detail: string; errors: { path: string; message: string }[] }>();
    expect([detail, ...errors.map((error) => error.message)]).toContain(message);
  });
});

const page = (body: string): string => `<!doctype html><html lang="en"><head><title>A page of this site</title></head><body><h1>Page</h1>${body}</body></html>`;

interface Bad {
  readonly what: string;
  readonly answer: SiteRoute;
  /** Why the audit fails when its start page is like that. */
  readonly asStart: string;
  /** What the report says when another page is like that: the finding and its evidence, or what stands beside the page in the list of pages. */
  readonly inside: readonly string[];
}

const tooLarge = "The answer of {host} is longer than 5 MB.";
const circle = "The redirects of {host} lead back to http://{host}/bad.";

/** `{host}` in all texts is the host of the audited site. */
const badPages: readonly Bad[] = [
  {
    what: "never ends",
    answer: { fault: "endless-body" },
    asStart: `The start page could not be fetched. ${tooLarge} Start at another page.`,
    inside: ["The page gave no usable response (too-large).", tooLarge],
  },
  {
    what: "is 200 MB long",
    answer: { fault: "endless-body", headers: { "content-length": "209715200" } },
    asStart: `The start page could not be fetched. ${tooLarge} Start at another page.`,
    inside: ["The page gave no usable response (too-large).", tooLarge],
  },
  {
    what: "is a gzip bomb",
    answer: { body: "<p>again</p>".repeat(1_000), repeat: 4_000, gzip: true },
    asStart: `The start page could not be fetched. ${tooLarge} Start at another page.`,
    inside: ["The page gave no usable response (too-large).", tooLarge],
  },
  {
    what: "says it is gzip and is not",
    answer: { body: "<p>plain</p>", headers: { "content-encoding": "gzip" } },
    asStart:
      "The start page could not be fetched. The answer of {host} could not be decompressed. Ask whoever runs the site to check how its answers are compressed.",
    inside: ["The page gave no usable response (malformed).", "The answer of {host} could not be decompressed."],
  },
  {
    what: "redirects to itself",
    answer: { status: 302, redirect: "/bad" },
    asStart: `The start page could not be fetched. ${circle} Correct the redirects, or start at another page.`,
    inside: [circle, "302 http://{host}/bad → http://{host}/bad"],
  },
  {
    what: "redirects in a circle",
    answer: { status: 302, redirect: "/circle" },
    asStart: `The start page could not be fetched. ${circle} Correct the redirects, or start at another page.`,
    inside: [circle, "302 http://{host}/circle → http://{host}/bad"],
  },
  {
    what: "redirects to a host that does not resolve",
    answer: { status: 302, redirect: "http://nobody.invalid/" },
    asStart: "The start page could not be fetched. The host nobody.invalid could not be found or did not answer. Check the address, or try again later.",
    inside: ["This address redirects to one that does not work (unreachable).", "unreachable http://nobody.invalid/"],
  },
  {
    what: "redirects to a private address",
    answer: { status: 302, redirect: "http://10.0.0.1/" },
    asStart:
      "The start page could not be fetched. Requests to 10.0.0.1 are refused: it is a private network address (RFC 1918). Use an address on the public internet.",
    inside: ["Requests to 10.0.0.1 are refused: it is a private network address (RFC 1918). Use an address on the public internet."],
  },
  {
    what: "redirects to a port that is not open",
    answer: { status: 302, redirect: "http://other.example.org:22/" },
    asStart:
      "The start page could not be fetched. Requests to other.example.org:22 are refused: only the ports 80, 443, 8080, 8443 are open. Use an address at one of them.",
    inside: ["Requests to other.example.org:22 are refused: only the ports 80, 443, 8080, 8443 are open. Use an address at one of them."],
  },
  {
    what: "redirects to another scheme",
    answer: { status: 302, redirect: "ftp://example.org/" },
    asStart: "The start page could not be fetched. Only http and https addresses can be requested, not ftp.",
    inside: ["Only http and https addresses can be requested, not ftp."],
  },
  {
    what: "is cut off",
    answer: { fault: "cut-in-body" },
    asStart: "The start page could not be fetched. The connection to {host} was lost before its answer was complete. Check the address, or try again later.",
    inside: ["The page gave no usable response (unreachable).", "The connection to {host} was lost before its answer was complete."],
  },
  {
    what: "answers 429 with Retry-After, always",
    answer: { status: 429, headers: { "retry-after": "3600" } },
    asStart:
      "The start page answers 429, so there was nothing to audit. Wait a while, then audit it with fewer requests a second, or ask whoever runs the site to let MenthaBot pass.",
    inside: ["The address returns status 429 instead of a page."],
  },
];

describe("a page that", () => {
  const seen = new Map<string, { readonly start: Seen; readonly inner: Seen }>();
  const hostOf = (index: number, place: "start" | "inner") => `bad-${index}-${place}.example.org`;

  // All at once: most of them do nothing but wait.
  beforeAll(async () => {
    const runs = badPages.map(async ({ what, answer }, index) => {
      const routes: SiteRoutes = { "/bad": answer, "/circle": { status: 302, redirect: "/bad" } };
      await defineSite(hostOf(index, "start"), routes);
      await defineSite(hostOf(index, "inner"), { ...routes, "/": page('<a href="/bad">A page</a>') });
      const [start, inner] = await Promise.all([
        auditAndRead(key, `http://${hostOf(index, "start")}/bad`),
        auditAndRead(key, `http://${hostOf(index, "inner")}/`),
      ]);
      seen.set(what, { start, inner });
    });
    await Promise.all(runs);
  }, 120_000);

  it.each(badPages.map((bad, index) => ({ ...bad, index })))("$what fails the audit when it is the start page: $asStart", ({ what, asStart, index }) => {
    expect(seen.get(what)?.start).toMatchObject({ status: "failed", error: asStart.replaceAll("{host}", hostOf(index, "start")) });
  });

  it.each(badPages.map((bad, index) => ({ ...bad, index })))("$what is told of in a report that is otherwise whole: $inside", ({ what, inside, index }) => {
    const { inner } = seen.get(what) ?? {};
    expect(inner).toMatchObject({ status: "completed", pages: 2 });
    for (const sentence of inside) expect(inner?.sentences).toContain(sentence.replaceAll("{host}", hostOf(index, "inner")));
  });
});

describe("a site", () => {
  it("whose host does not resolve", async () => {
    expect(await auditAndRead(key, "http://nobody.invalid/")).toMatchObject({
      status: "failed",
      error: "The host nobody.invalid could not be found or did not answer. Check the address, or try again later.",
    });
  }, 60_000);

  it("with pages in broken UTF-8 is judged like any other", async () => {
    const broken = { base64: btoa('<!doctype html><html lang="en"><title>Caf\xe9 \xff\xfe\xc3</title><h1>Men\xfc</h1><a href="/two">The second page</a>') };
    await defineSite("utf8.example.org", { "/": broken, "/two": broken });
    const { audit, pages } = await runAudit(key, "http://utf8.example.org/");
    expect(audit.status).toBe("completed");
    expect(pages.map((row) => JSON.parse(row).title)).toEqual(["Caf\ufffd \ufffd\ufffd\ufffd", "Caf\ufffd \ufffd\ufffd\ufffd"]);
  }, 60_000);

  it("with a robots.txt of 20 MB is crawled by its first 500 KiB", async () => {
    await defineSite("robots20.example.org", {
      "/robots.txt": { body: `User-agent: *\nDisallow: /closed\n${"# filler\n".repeat(2_000)}`, repeat: 1_200 },
      "/": page('<a href="/closed">A closed page</a><a href="/open">An open page</a>'),
      "/open": page(""),
    });
    const seen = await auditAndRead(key, "http://robots20.example.org/");
    expect(seen).toMatchObject({ status: "completed", pages: 2 });
    expect(seen.sentences).toContain("robots.txt is larger than 500 KiB; crawlers ignore what comes after that.");
  }, 60_000);

  it("with a sitemap that lists itself ends, and says so", async () => {
    const own = "http://selfmap.example.org/sitemap.xml";
    await defineSite("selfmap.example.org", {
      "/robots.txt": `Sitemap: ${own}`,
      "/sitemap.xml": `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>${own}</loc></sitemap></sitemapindex>`,
      "/": page(""),
    });
    const seen = await auditAndRead(key, "http://selfmap.example.org/");
    expect(seen).toMatchObject({ status: "completed", pages: 1 });
    expect(seen.sentences).toContain(`${own} (It lists itself among its sitemaps)`);
  }, 60_000);

  it.each([
    { place: "as the start page", start: "/calendar/" },
    { place: "behind the start page", start: "/" },
  ])(
    "with an endless calendar $place ends at its page limit, and says so",
    async ({ start }) => {
      const host = `calendar${start.length}.example.org`;
      await defineSite(host, {
        "/": page('<a href="/calendar/">The calendar</a>'),
        "/robots.txt": "",
        "/sitemap.xml": { status: 404 },
        "*": page('<a href="next/">Next month</a>'),
      });
      const seen = await auditAndRead(key, `http://${host}${start}`, { maxPages: 25 });
      expect(seen).toMatchObject({ status: "completed", pages: 25 });
      expect(seen.notes).toContain("The crawl stopped at its limit of 25 pages; 1 more address was found and not fetched. Raise the limit to see more.");
    },
    60_000,
  );

  it("that answers 429 to everything, robots.txt too, ends, and is told that crawlers cannot read it", async () => {
    await defineSite("busy.example.org", { "*": { status: 429, headers: { "retry-after": "60" } } });
    const seen = await auditAndRead(key, "http://busy.example.org/");
    expect(seen).toMatchObject({ status: "completed", pages: 0 });
    expect(seen.sentences).toContain("robots.txt returns a server error or 429, or does not respond.");
    expect(seen.sentences).toContain("http://busy.example.org/robots.txt (429)");
  }, 60_000);

  it("that answers 429 with Retry-After to everything but its start page is not asked on for ever, and the report says what is missing", async () => {
    const links = Array.from({ length: 60 }, (_, i) => `<a href="/p/${i}">Page number ${i}</a>`).join("");
    await defineSite("turnaway.example.org", {
      "/": page(links),
      "/robots.txt": "",
      "/sitemap.xml": { status: 404 },
      "*": { status: 429, headers: { "retry-after": "60" } },
    });
    const seen = await auditAndRead(key, "http://turnaway.example.org/", { requestsPerSecond: 2 });
    expect(seen.status).toBe("completed");
    expect(seen.pages).toBeLessThan(10);
    expect(seen.notes[0]).toBe(
      'The crawl stopped asking http://turnaway.example.org: address after address got no response, or "not now" (such as 429 or 503). The pages left there are not in this report. Audit the site again later, with fewer requests a second, or let MenthaBot pass its protection against bots.',
    );
  }, 120_000);
});
