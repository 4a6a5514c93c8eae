import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { analyse } from "../../../../../shared/audits/analyse/analyse.ts";
import { fetchRobots } from "../../../../../shared/audits/analyse/fetch-robots.ts";
import { fetchSitemap } from "../../../../../shared/audits/analyse/fetch-sitemap.ts";
import type { Get } from "../../../../../shared/audits/analyse/get.ts";
import { maxSitemaps } from "../../../../../shared/audits/crawl/discovery.ts";
import type { CrawlTask } from "../../../../../shared/audits/crawl/messages.ts";
import type { Gone, RobotsReport, SitemapReport, TaskReport } from "../../../../../shared/audits/crawl/task-report.ts";
import { isAllowed, parseRobots } from "../../../../../shared/audits/robots/index.ts";
import { createVault, EgressError, type EgressPolicy, egressFetch, newId, parseConfig } from "../../../../../shared/platform/index.ts";
import type { SiteRoute, SiteRoutes } from "../../../../helpers/node/site-route.ts";
import { defineSite } from "../../../../helpers/worker/site.ts";

const auditId = newId("audit");
const vault = createVault(parseConfig({ ...env }).encryptionKeys);
const publicOnly: EgressPolicy = { allow: [], allowLoopback: false };
let sites = 0;

/** Answers everything with this body, past the network. */
const answering =
  (body: () => BodyInit | null): Get =>
  (url, limits) =>
    egressFetch(url, limits, { policy: publicOnly, now: () => 0, fetch: async () => new Response(body()) });

interface Asked {
  readonly reports: TaskReport[];
  readonly calls: number;
}

interface Asking {
  readonly headers?: Record<string, string>;
  /** What the crawl answers to each report, the last again and again. */
  readonly answers?: readonly (Gone | "taken")[];
  readonly startUrl?: string;
  /** Of the installation. */
  readonly egress?: EgressPolicy;
}

async function ask(
  tasks: readonly Pick<CrawlTask, "kind" | "url">[],
  { headers, answers = ["taken"], startUrl, egress = publicOnly }: Asking = {},
): Promise<Asked> {
  const reports: TaskReport[] = [];
  let calls = 0;
  await analyse(
    {
      v: 1,
      auditId,
      workspaceId: "w",
      startUrl: startUrl ?? new URL("/", tasks[0]?.url).href,
      userAgent: "TestBot",
      sealedHeaders: headers === undefined ? null : await vault.seal(JSON.stringify(headers), auditId),
      tasks: tasks.map((task, id) => ({ ...task, id, attempt: 1 })),
    },
    {
      egress,
      vault,
      now: Date.now,
      withConnection: (work) => work(),
      report: async (given) => {
        const answer = answers[Math.min(calls++, answers.length - 1)] ?? "taken";
        if (answer === "taken") reports.push(...given);
        return answer;
      },
    },
  );
  return { reports, calls };
}

/** A site of its own for each case. */
async function site(routes: SiteRoutes): Promise<string> {
  const { url } = await defineSite(`analyse-${sites++}.test`, routes);
  return url;
}

async function robotsOf(routes: SiteRoutes): Promise<RobotsReport> {
  const { reports } = await ask([{ kind: "robots", url: `${await site(routes)}/robots.txt` }]);
  const [report] = reports;
  if (report?.kind !== "robots" || reports.length !== 1) throw new Error("no report of a robots.txt");
  return report;
}

async function sitemapOf(routes: SiteRoutes): Promise<{ report: SitemapReport; urls: string[] }> {
  const { reports } = await ask([{ kind: "sitemap", url: `${await site(routes)}/sitemap.xml` }]);
  const report = reports.at(-1);
  if (report?.kind !== "sitemap") throw new Error("no report of a sitemap");
  return { report, urls: reports.flatMap((part) => (part.kind === "sitemap-pages" ? part.urls : [])) };
}

describe("robots.txt", () => {
  it.each<{ what: string; route: SiteRoute; outcome: string; status: number | null; retry: RobotsReport["retry"] }>([
    { what: "answers 200", route: { body: "User-agent: *" }, outcome: "found", status: 200, retry: null },
    { what: "is empty", route: { body: "" }, outcome: "found", status: 200, retry: null },
    { what: "answers 404", route: { status: 404 }, outcome: "absent", status: 404, retry: null },
    { what: "answers 403", route: { status: 403 }, outcome: "absent", status: 403, retry: null },
    { what: "answers 404 and cuts its body", route: { status: 404, fault: "cut-in-body" }, outcome: "absent", status: 404, retry: null },
    { what: "answers 429", route: { status: 429, headers: { "retry-after": "7" } }, outcome: "unreachable", status: 429, retry: { afterMs: 7_000 } },
    { what: "answers 500", route: { status: 500 }, outcome: "unreachable", status: 500, retry: { afterMs: null } },
    { what: "answers 503", route: { status: 503, headers: { "retry-after": "soon" } }, outcome: "unreachable", status: 503, retry: { afterMs: null } },
    { what: "leads in a circle", route: { redirect: "/robots.txt" }, outcome: "absent", status: null, retry: null },
    { what: "leads to a private address", route: { redirect: "http://10.0.0.1/" }, outcome: "absent", status: null, retry: null },
    { what: "is cut in its body", route: { fault: "cut-in-body", body: "User-agent: *" }, outcome: "unreachable", status: null, retry: { afterMs: null } },
  ])(
    "that $what is $outcome",
    async ({ route, outcome, status, retry }) => {
      const report = await robotsOf({ "/robots.txt": route });
      expect({ outcome: report.facts.outcome, status: report.facts.status, retry: report.retry }).toEqual({ outcome, status, retry });
    },
    30_000,
  );

  it("is followed through five redirects and not through six", async () => {
    const chain = (hops: number): SiteRoutes => ({
      "/robots.txt": { redirect: "/1" },
      ...Object.fromEntries(Array.from({ length: hops - 1 }, (_, i) => [`/${i + 1}`, { redirect: `/${i + 2}` }])),
      [`/${hops}`]: { body: "User-agent: a\nDisallow: /x", headers: { "content-type": "text/plain" } },
    });
    expect((await robotsOf(chain(5))).facts).toMatchObject({ outcome: "found", body: expect.stringContaining("Disallow") });
    expect((await robotsOf(chain(6))).facts).toMatchObject({ outcome: "absent", body: "" });
  });

  it.each([
    { what: "20 MB", route: { body: `${"#".repeat(99)}\n`, repeat: 200_000 }, bytes: 10_000_000, body: 512_000 },
    { what: "20 MB packed to 20 KB", route: { body: `${"#".repeat(99)}\n`, repeat: 200_000, gzip: true }, bytes: 10_000_000, body: 512_000 },
    { what: "half a megabyte of control characters", route: { body: "\u0001".repeat(1_000), repeat: 600 }, bytes: 600_000, body: 175_000 },
  ])(
    "of $what is read to its limit, and fits into a row",
    async ({ route, bytes, body }) => {
      const { facts } = await robotsOf({ "/robots.txt": route });
      expect(facts.outcome).toBe("found");
      expect(facts.bytes).toBeGreaterThanOrEqual(bytes);
      expect(facts.body.length).toBe(body);
      expect(new TextEncoder().encode(JSON.stringify(facts)).length).toBeLessThan(2_000_000);
    },
    30_000,
  );

  it("in Latin-1 keeps the octets that its rules are made of, also as JSON", async () => {
    const body = Uint8Array.from("User-agent: *\nDisallow: /ni\u00f1o", (octet) => octet.charCodeAt(0));
    const get = answering(() => body);
    const { facts } = await fetchRobots({ id: 1, attempt: 1, url: "https://a.test/robots.txt", kind: "robots" }, get, () => 0);
    const robots = parseRobots(String(JSON.parse(JSON.stringify(facts.body))));
    expect(isAllowed(robots, [], "https://a.test/ni%F1o")).toBe(false);
    expect(isAllowed(robots, [], "https://a.test/ni%C3%B1o")).toBe(true);
  });
});

const urlset = (...urls: string[]) => `<?xml version="1.0"?><urlset>${urls.map((url) => `<url><loc>${url}</loc></url>`).join("")}</urlset>`;
const index = (...urls: string[]) => `<?xml version="1.0"?><sitemapindex>${urls.map((url) => `<sitemap><loc>${url}</loc></sitemap>`).join("")}</sitemapindex>`;

describe("a sitemap", () => {
  it.each<{ what: string; route: SiteRoute; facts: Partial<SitemapReport["facts"]>; retry: SitemapReport["retry"] }>([
    { what: "with an address", route: { body: urlset("https://a.test/x") }, facts: { outcome: "found", status: 200, entries: 1, problem: null }, retry: null },
    {
      what: "that is a web page",
      route: { body: "<!doctype html><p>Not found", headers: { "content-type": "text/html" } },
      facts: { outcome: "invalid", status: 200, entries: 0, problem: expect.stringMatching(/HTML|web page/i) },
      retry: null,
    },
    { what: "that is not XML", route: { body: "hello" }, facts: { outcome: "invalid", status: 200 }, retry: null },
    { what: "that answers 404", route: { status: 404 }, facts: { outcome: "absent", status: 404, problem: null }, retry: null },
    { what: "that answers 404 and cuts its body", route: { status: 404, fault: "cut-in-body" }, facts: { outcome: "absent", status: 404 }, retry: null },
    {
      what: "that answers 503",
      route: { status: 503, headers: { "retry-after": "9" } },
      facts: { outcome: "invalid", status: 503 },
      retry: { afterMs: 9_000 },
    },
    { what: "that answers 429", route: { status: 429 }, facts: { outcome: "invalid", status: 429 }, retry: { afterMs: null } },
    { what: "that leads in a circle", route: { redirect: "/sitemap.xml" }, facts: { outcome: "invalid", status: null }, retry: null },
    {
      what: "of 60 MB in 60 KB",
      route: { body: `${" ".repeat(999_999)}<`, repeat: 60, gzipFile: true },
      facts: { outcome: "invalid", problem: expect.any(String) },
      retry: null,
    },
  ])(
    "$what is $facts.outcome",
    async ({ route, facts, retry }) => {
      const { report } = await sitemapOf({ "/sitemap.xml": route });
      expect(report.facts).toMatchObject(facts);
      expect(report.retry).toEqual(retry);
    },
    60_000,
  );

  it("hands on its addresses in parts of 500, normalised, and none that is too long to fetch", async () => {
    const body = urlset(...Array.from({ length: 1_200 }, (_, n) => `https://a.test/${n}?utm_source=x`), `https://a.test/${"漢".repeat(1_000)}`);
    const { reports } = await ask([{ kind: "sitemap", url: `${await site({ "/sitemap.xml": body })}/sitemap.xml` }]);
    const parts = reports.flatMap((part) => (part.kind === "sitemap-pages" ? [part.urls] : []));
    expect(Math.max(...parts.map(({ length }) => length))).toBeLessThanOrEqual(500);
    expect(parts.flat()).toEqual(Array.from({ length: 1_200 }, (_, n) => `https://a.test/${n}`));
  });

  it("that is an index names others, each once and not itself, as many as are ever fetched", async () => {
    const own = `http://analyse-${sites}.test/sitemap.xml`;
    const children = Array.from({ length: 300 }, (_, n) => `https://a.test/${n}.xml`);
    const { report, urls } = await sitemapOf({ "/sitemap.xml": index(own, ...children, ...children) });
    expect(report.sitemaps).toEqual(children.slice(0, maxSitemaps));
    expect(urls).toEqual([]);
    expect(report.facts.problem).toContain("itself");
  });

  it("is not read on once the audit is gone, which is nobody's failure", async () => {
    const body = urlset(...Array.from({ length: 20_000 }, (_, n) => `https://a.test/${n}`));
    const { calls, reports } = await ask([{ kind: "sitemap", url: `${await site({ "/sitemap.xml": body })}/sitemap.xml` }], { answers: ["taken", "gone"] });
    expect(calls).toBe(2);
    expect(reports).toHaveLength(1);
  });
});

describe("a server that", () => {
  const late = new EgressError("upstream_timeout", "It did not answer completely in time.", []);
  const lateBody = () =>
    new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(new TextEncoder().encode("User-agent: *")), pull: () => Promise.reject(late) });
  const hanging = answering(lateBody);
  const silent: Get = () => Promise.reject(late);

  it.each([
    ["says nothing", silent],
    ["stops in the middle", hanging],
  ])("%s leaves robots.txt unreachable and a sitemap invalid, to be tried again", async (_what, get) => {
    const task = { id: 1, attempt: 1, url: "https://a.test/x" } as const;
    expect(await fetchRobots({ ...task, kind: "robots" }, get, () => 0)).toMatchObject({
      facts: { outcome: "unreachable", status: null },
      retry: { afterMs: null },
    });
    const sitemap = await fetchSitemap({ ...task, kind: "sitemap" }, get, { now: () => 0, report: async () => "taken" });
    expect(sitemap).toMatchObject({ facts: { outcome: "invalid", status: null, problem: late.message }, retry: { afterMs: null } });
  });

  it("is not to blame when the crawl cannot be told", async () => {
    const xml = answering(() => urlset("https://a.test/1"));
    const report = () => Promise.reject(new Error("Network connection lost."));
    await expect(fetchSitemap({ id: 1, attempt: 1, url: "https://a.test/x", kind: "sitemap" }, xml, { now: () => 0, report })).rejects.toThrow("lost");
  });
});

describe("the user's headers", () => {
  it("go to the audited site and its twin only, and replace ours however they are spelled", async () => {
    const other = await defineSite("analyse-other.test", { "*": "<p>Other" });
    const twin = await defineSite("www.analyse-own.test", { "/": { redirect: "http://analyse-other.test/" } });
    const own = await defineSite("analyse-own.test", { "/robots.txt": "", "/": { redirect: "http://www.analyse-own.test/" } });
    const tasks = [
      { kind: "robots", url: `${own.url}/robots.txt` },
      { kind: "page", url: `${own.url}/` },
      { kind: "sitemap", url: `${other.url}/sitemap.xml` },
    ] as const;
    await ask(tasks, { headers: { Authorization: "Basic x", ACCEPT: "text/plain" }, startUrl: `${own.url}/` });
    const seen = async (asked: typeof own) =>
      (await asked.requests()).map(({ headers }) => `${headers.authorization} ${headers.accept} ${headers["user-agent"]}`);
    expect(await seen(own)).toEqual(["Basic x text/plain TestBot", "Basic x text/plain TestBot"]);
    expect(await seen(twin)).toEqual(["Basic x text/plain TestBot"]);
    expect(await seen(other)).toHaveLength(2);
    for (const line of await seen(other)) expect(line).toMatch(/^undefined text\/html,.* TestBot$/);
  });

  it("that cannot be opened fail the message for good", async () => {
    const url = `${await site({ "*": "" })}/`;
    const sealedHeaders = await vault.seal("{}", newId("audit"));
    const message = {
      v: 1,
      auditId,
      workspaceId: "w",
      startUrl: url,
      userAgent: "x",
      sealedHeaders,
      tasks: [{ id: 1, kind: "page", url, attempt: 1 }],
    } as const;
    const deps = {
      egress: { allow: [], allowLoopback: false },
      vault,
      now: Date.now,
      withConnection: <T>(work: () => Promise<T>) => work(),
      report: async () => "taken" as const,
    };
    await expect(analyse({ ...message, tasks: [...message.tasks] }, deps)).rejects.toMatchObject({ retryable: false });
  });
});

describe("the user's headers for an https site", () => {
  it("are never sent over http, to the site or its twin", async () => {
    const twin = await defineSite("www.analyse-secret.test", { "*": "<p>Twin" });
    const own = await defineSite("analyse-secret.test", { "/a": { redirect: "http://www.analyse-secret.test/" }, "*": "<p>Own" });
    const tasks = [
      { kind: "page", url: "https://analyse-secret.test/" },
      { kind: "page", url: "https://analyse-secret.test/a" },
      { kind: "robots", url: "http://analyse-secret.test/robots.txt" },
    ] as const;
    await ask(tasks, { headers: { Authorization: "Basic x" }, startUrl: "https://analyse-secret.test/" });
    const seen = async (asked: typeof own) => (await asked.requests()).map(({ path, headers }) => `${path} ${headers.authorization}`).sort();
    expect(await seen(own)).toEqual(["/ Basic x", "/a Basic x", "/robots.txt undefined"]);
    expect(await seen(twin)).toEqual(["/ undefined"]);
  });
});

describe("a site that leads to private addresses", () => {
  const open: EgressPolicy = { allow: ["10.0.0.7:9000"], allowLoopback: true };

  it.each([
    { start: "http://analyse-lure.test/", kind: "page", to: "127.0.0.1:2375" },
    { start: "http://analyse-lure.test/", kind: "robots", to: "localhost:2375" },
    { start: "http://analyse-lure.test/", kind: "sitemap", to: "[::1]:2375" },
    { start: "http://analyse-lure.test/", kind: "page", to: "10.0.0.7:9000" },
    { start: "http://127.0.0.1:8099/", kind: "page", to: "127.0.0.1:2375" },
    { start: "http://127.0.0.1:8099/", kind: "page", to: "10.0.0.7:9000" },
    { start: "http://10.0.0.7:9000/", kind: "page", to: "127.0.0.1:2375" },
  ] as const)("from $start does not make a $kind reach $to, by redirect or by name", async ({ start, kind, to }) => {
    const lure = await defineSite(new URL(start).host, { "*": { redirect: `http://${to}/` } });
    const hidden = await defineSite(to, { "*": "<p>Private" });
    const tasks = [
      { kind, url: start },
      { kind: "sitemap", url: `http://${to}/sitemap.xml` },
    ] as const;
    const { reports } = await ask(tasks, { startUrl: start, egress: open });
    expect(reports).toHaveLength(2);
    expect([(await lure.requests()).length, (await hidden.requests()).length]).toEqual([1, 0]);
  });

  it.each(["127.0.0.1:8098", "10.0.0.7:9000"])("is audited all the same where it is itself private and allowed: %s", async (host) => {
    const own = await defineSite(host, { "/": { redirect: "/a" }, "*": "<!doctype html><title>Mine</title>" });
    await ask(
      [
        { kind: "page", url: `${own.url}/` },
        { kind: "page", url: `${own.url}/b` },
      ],
      { startUrl: `${own.url}/`, egress: open },
    );
    expect((await own.requests()).map(({ path }) => path)).toContain("/b");
  });
});

describe("a connection", () => {
  /** One connection for all, and a clock that only waiting for it moves. */
  function oneConnection() {
    let clock = 0;
    let held = 0;
    let most = 0;
    let last: Promise<unknown> = Promise.resolve();
    const withConnection = <T>(work: () => Promise<T>): Promise<T> => {
      const turn = last.then(async () => {
        clock += 1_000;
        most = Math.max(most, ++held);
        return work().finally(() => held--);
      });
      last = turn.catch(() => {});
      return turn;
    };
    return { withConnection, now: () => clock, most: () => most, held: () => held };
  }

  it("is given back by every answer and every failure, and waiting for it is not counted as the page's time", async () => {
    const url = await site({ "/": "<h1>Here</h1>", "/gone": { status: 404, body: "no" }, "/cut": { fault: "cut-in-body" }, "/on": { redirect: "/" } });
    const { withConnection, now, most, held } = oneConnection();
    const reports: TaskReport[] = [];
    const paths = ["/", "/gone", "/cut", "/on", "/late"];
    const tasks = [...paths.map((path) => url + path), "http://10.0.0.1/"].map((each, id) => ({ kind: "page" as const, url: each, id, attempt: 1 }));
    await analyse(
      { v: 1, auditId, workspaceId: "w", startUrl: `${url}/`, userAgent: "TestBot", sealedHeaders: null, tasks },
      {
        egress: publicOnly,
        vault,
        now,
        withConnection,
        report: async (given) => {
          reports.push(...given);
          return "taken";
        },
      },
    );
    expect(reports).toHaveLength(6);
    expect({ most: most(), held: held() }).toEqual({ most: 1, held: 0 });
    const totals = reports.map((report) => (report.kind === "page" ? Number(JSON.parse(report.row.facts).fetch.totalMs) : Number.NaN));
    // The next one may get its turn while a page is still being judged.
    expect(Math.max(...totals)).toBeLessThanOrEqual(1_000);
  });
});

describe("one message", () => {
  it("is reported in one piece, failures included", async () => {
    const url = await site({
      "/ok": "<!doctype html><title>Fine</title>",
      "/broken": { status: 503, headers: { "retry-after": "3" } },
      "/cut": { fault: "cut-in-body", body: "<!doctype html>" },
    });
    const { reports, calls } = await ask(["/ok", "/broken", "/cut"].map((path) => ({ kind: "page", url: url + path })));
    expect(calls).toBe(1);
    expect(reports).toMatchObject([
      { kind: "page", row: { outcome: "html", title: "Fine" }, retry: null },
      { kind: "page", row: { outcome: "other", status: 503 }, retry: { afterMs: 3_000 } },
      { kind: "page", row: { outcome: "failed", status: 200 }, retry: { afterMs: null } },
    ]);
  });
});

describe("a slow page", () => {
  const html = '<!doctype html><html lang="en"><title>A page</title><p>Text';
  const slow = { body: html, delayMs: 900 };
  const findingOf = (report: TaskReport | undefined) =>
    report?.kind === "page" ? report.judgement.findings.find(({ ruleId }) => ruleId === "slow-ttfb") : undefined;

  it("is requested again before it is called slow, and a passing slowness is forgiven", async () => {
    const site = await defineSite("slow.example.org", { "/always": slow, "/once": [slow, html] });
    const { reports } = await ask([
      { kind: "page", url: `${site.url}/always` },
      { kind: "page", url: `${site.url}/once` },
    ]);
    expect(findingOf(reports[0])).toMatchObject({ values: { first: expect.any(Number), second: expect.any(Number) } });
    expect(findingOf(reports[1])).toBeUndefined();
    expect(reports).toMatchObject([{ requests: 2 }, { requests: 2 }]);
  });

  it("is not requested again when others of its message were: a slow server is not asked for everything twice", async () => {
    const paths = ["/1", "/2", "/3", "/4"];
    const site = await defineSite("allslow.example.org", Object.fromEntries(paths.map((path) => [path, slow])));
    const { reports } = await ask(paths.map((path) => ({ kind: "page", url: `${site.url}${path}` })));
    expect(reports.filter(findingOf)).toHaveLength(2);
    expect(await site.requests()).toHaveLength(6);
    const judged = reports.flatMap((report) => (report.kind === "page" && report.judgement.checked.includes("slow-ttfb") ? [report.id] : []));
    expect(judged).toHaveLength(2);
  });
});
