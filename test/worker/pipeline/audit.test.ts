import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { crawlsOf } from "../../../durable-objects/stubs.ts";
import { Audit } from "../../../shared/audits/index.ts";
import { call, seedKey, seedWorkspace } from "../../helpers/worker/api.ts";
import { createAudit, outcomeOf, readAudit, runAudit, tick, untilEnded, untilGone, untilStatus } from "../../helpers/worker/audit-run.ts";
import { defineSite } from "../../helpers/worker/site.ts";
import { smallSite } from "../../helpers/worker/small-site.ts";

let key = "";
beforeAll(async () => {
  key = await seedKey(await seedWorkspace());
});

const paths = (requests: readonly { path: string }[]): string[] => requests.map(({ path }) => path);
const page = (body: string): string => `<!doctype html><html lang="en"><head><title>A page of this site</title></head><body><h1>Page</h1>${body}</body></html>`;
const links = (count: number, prefix: string): string => Array.from({ length: count }, (_, i) => `<a href="${prefix}${i}">Page ${i}</a>`).join("");

describe("an audit of a whole site", () => {
  it("fetches every page it may, judges it, and ends with a score", async () => {
    const site = await defineSite("whole.example.org", smallSite("http://whole.example.org"));
    const { audit, pages, findings } = await runAudit(key, `${site.url}/`);
    expect(audit).toMatchObject({ status: "completed", progress: { discovered: 21, fetched: 20, failed: 0 } });
    expect(audit.scores?.overall).toBeGreaterThan(0);
    expect(audit.scores?.overall).toBeLessThan(100);
    expect(pages).toHaveLength(20);
    expect(Object.values(audit.counts).reduce((sum, count) => sum + count, 0)).toBe(findings.length);
    const rules = new Set(findings.map((finding) => JSON.parse(finding).ruleId));
    for (const rule of [
      "http-4xx",
      "http-5xx",
      "broken-internal-link",
      "redirect-chain",
      "link-to-redirect",
      "image-alt-missing",
      "sitemap-member-4xx",
      "robots-blocked",
    ]) {
      expect(rules).toContain(rule);
    }
  }, 60_000);

  it("asks for nothing that robots.txt closes, no file by its name, and no page twice that answers well", async () => {
    const site = await defineSite("polite.example.org", smallSite("http://polite.example.org"));
    await runAudit(key, `${site.url}/`);
    const asked = paths(await site.requests());
    expect(asked[0]).toBe("/robots.txt");
    expect(asked).not.toContain("/private/page");
    expect(asked).not.toContain("/picture.png");
    expect(asked.filter((path) => path === "/articles/3")).toHaveLength(1);
    // A server error is asked for again before it is believed.
    expect(asked.filter((path) => path === "/broken")).toHaveLength(3);
  }, 60_000);

  it("stops at its page budget, and shares it between the sections of the site", async () => {
    await defineSite("budget.example.org", {
      "/": page(links(60, "/many/") + links(6, "/few/")),
      ...Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`/many/${i}`, page("")])),
      ...Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`/few/${i}`, page("")])),
    });
    const { audit, pages } = await runAudit(key, "http://budget.example.org/", { maxPages: 20 });
    expect(pages).toHaveLength(20);
    expect(pages.filter((row) => row.includes("/few/"))).toHaveLength(6);
    expect(audit.progress.discovered).toBe(67);
  }, 60_000);

  it.each([
    ["maxDepth", { maxDepth: 1 }, ["/", "/docs/a", "/blog/a"]],
    ["include", { include: ["/docs/**"] }, ["/", "/docs/a", "/docs/b"]],
    ["exclude", { exclude: ["/docs/**"] }, ["/", "/blog/a"]],
  ])(
    "stays within %s",
    async (name, options, expected) => {
      const host = `${name.toLowerCase()}.example.org`;
      await defineSite(host, {
        "/": page('<a href="/docs/a">The first</a><a href="/blog/a">Blog</a>'),
        "/docs/a": page('<a href="/docs/b">The second</a>'),
        "/docs/b": page(""),
        "/blog/a": page(""),
      });
      const { pages } = await runAudit(key, `http://${host}/`, options);
      expect(pages.map((row) => new URL(JSON.parse(row).url).pathname).toSorted()).toEqual(expected.toSorted());
    },
    60_000,
  );

  it("finds pages through a sitemap index and gzip, and ends although a sitemap lists itself", async () => {
    const origin = "http://maps.example.org";
    const map = (...urls: string[]): string =>
      `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${urls.map((url) => `<url><loc>${url}</loc></url>`).join("")}</urlset>`;
    await defineSite("maps.example.org", {
      "/robots.txt": `Sitemap: ${origin}/index.xml`,
      "/index.xml": `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>${origin}/index.xml</loc></sitemap><sitemap><loc>${origin}/packed.xml.gz</loc></sitemap></sitemapindex>`,
      "/packed.xml.gz": { body: map(`${origin}/from-the-map`), gzipFile: true, headers: { "content-type": "application/gzip" } },
      "/": page(""),
      "/from-the-map": page(""),
    });
    const { audit, pages } = await runAudit(key, `${origin}/`);
    expect(audit.status).toBe("completed");
    expect(pages.some((row) => row.includes("/from-the-map"))).toBe(true);
  }, 60_000);

  it("sends the user's headers to the audited site and to nobody else", async () => {
    const other = await defineSite("other.example.net", { "/": page("") });
    const site = await defineSite("secret.example.org", {
      "/": page('<a href="/away">A page elsewhere</a>'),
      "/away": { status: 302, redirect: `${other.url}/` },
    });
    await runAudit(key, `${site.url}/`, { headers: { "X-Token": "of-this-site-only" }, userAgent: "Agent of a test" });
    expect((await site.requests()).every(({ headers }) => headers["x-token"] === "of-this-site-only" && headers["user-agent"] === "Agent of a test")).toBe(
      true,
    );
    const elsewhere = await other.requests();
    expect(elsewhere.length).toBeGreaterThan(0);
    expect(elsewhere.some(({ headers }) => "x-token" in headers)).toBe(false);
    const stored = await env.DB.prepare("SELECT group_concat(options || coalesce(sealed_headers, '')) AS text FROM audits").first("text");
    expect(stored).not.toContain("of-this-site-only");
  }, 60_000);
});

describe("an audit that cannot start says why", () => {
  it.each([
    ["the host does not answer", "nobody.invalid", {}, "host_unreachable", "nobody.invalid"],
    [
      "robots.txt closes the start page",
      "closed.example.org",
      { "/robots.txt": "User-agent: *\nDisallow: /", "/": page("") },
      "robots_disallowed",
      "robots.txt",
    ],
    [
      "the start page belongs to another site",
      "moved.example.org",
      { "/": { status: 301, redirect: "http://elsewhere.example.net/" } },
      "start_redirects_elsewhere",
      "http://elsewhere.example.net/",
    ],
    ["the start page answers an error", "brokenstart.example.org", { "/": { status: 404, body: "no" } }, "start_answers_error", "404"],
    ["the start page needs a password", "locked.example.org", { "/": { status: 401, body: "no" } }, "start_answers_error", "request header"],
    ["the start page is no page", "file.example.org", { "/": { body: "1,2", headers: { "content-type": "text/csv" } } }, "start_not_html", "HTML"],
    [
      "the start page redirects in a circle",
      "circle.example.org",
      { "/": { status: 302, redirect: "/x" }, "/x": { status: 302, redirect: "/" } },
      "start_not_reachable",
      "redirect",
    ],
  ] as const)(
    "when %s",
    async (_, host, routes, code, words) => {
      await defineSite("elsewhere.example.net", { "/": page("") });
      if (!host.endsWith(".invalid")) await defineSite(host, routes);
      const { audit } = await runAudit(key, `http://${host}/`);
      expect(audit).toMatchObject({ status: "failed", scores: null, error: { code } });
      expect(audit.error?.message).toContain(words);
    },
    60_000,
  );

  it("but a robots.txt that answers 5xx is a finding", async () => {
    await defineSite("robots5xx.example.org", { "/robots.txt": { status: 503, body: "" }, "/": page("") });
    const { audit, findings } = await runAudit(key, "http://robots5xx.example.org/");
    expect(audit.status).toBe("completed");
    expect(findings.map((finding) => JSON.parse(finding).ruleId)).toContain("robots-5xx");
  }, 60_000);
});

describe("an audit that is stopped", () => {
  const slowSite = { "/": page(links(80, "/page/")), ...Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`/page/${i}`, page("")])) };

  it("is cancelled at once, keeps what it found, and publishes nothing more", async () => {
    await defineSite("cancel.example.org", slowSite);
    const { id } = await createAudit(key, "http://cancel.example.org/", { requestsPerSecond: 10 });
    let fetched = 0;
    for (let looks = 0; looks < 40 && fetched < 4; looks++) {
      await scheduler.wait(100);
      ({ fetched } = (await readAudit(key, id)).progress);
    }
    const answer = await call("POST", `/api/v1/audits/${id}/cancel`, { key });
    expect(answer.status).toBe(200);
    const cancelled = await outcomeOf(key, Audit.parse(await answer.json()));
    expect(cancelled.audit).toMatchObject({ status: "cancelled", scores: null });
    // Everything that was seen before is still there: nothing found is lost.
    expect(cancelled.audit.progress.fetched).toBeGreaterThanOrEqual(fetched);
    expect(cancelled.pages.length).toBe(cancelled.audit.progress.fetched);
    expect(cancelled.findings.length).toBeGreaterThan(0);
    expect((await call("POST", `/api/v1/audits/${id}/cancel`, { key })).status).toBe(409);
    await untilGone(id);
    expect(await readAudit(key, id)).toMatchObject({ status: "cancelled" });
    const { results } = await env.DB.prepare("SELECT type FROM events WHERE data ->> 'auditId' = ? ORDER BY type").bind(id).all();
    expect(results.map(({ type }) => type)).toEqual(["audit.cancelled", "audit.queued", "audit.started"]);
  }, 60_000);

  it("ends once when it is cancelled while it completes", async () => {
    await defineSite("race.example.org", { "/": page("") });
    const { id } = await createAudit(key, "http://race.example.org/");
    let cancels = 0;
    const audit = await untilEnded(key, id, async () => {
      cancels += (await call("POST", `/api/v1/audits/${id}/cancel`, { key })).status === 200 ? 1 : 0;
    });
    await untilGone(id);
    const { results } = await env.DB.prepare("SELECT type FROM events WHERE data ->> 'auditId' = ? AND type IN ('audit.completed', 'audit.cancelled')")
      .bind(id)
      .all();
    expect(results).toEqual([{ type: cancels === 1 ? "audit.cancelled" : "audit.completed" }]);
    expect(audit.status).toBe(cancels === 1 ? "cancelled" : "completed");
  }, 60_000);

  it("is gone for every reader when it is deleted, and leaves no row behind", async () => {
    await defineSite("deleted.example.org", smallSite("http://deleted.example.org"));
    const { audit } = await runAudit(key, "http://deleted.example.org/");
    expect((await call("DELETE", `/api/v1/audits/${audit.id}`, { key })).status).toBe(204);
    for (const path of ["", "/pages", "/findings", "/report.json", "/report.html", "/events"]) {
      expect((await call("GET", `/api/v1/audits/${audit.id}${path}`, { key })).status, path).toBe(404);
    }
    await untilPurged(audit.id);
    expect(await crawlsOf(env).progress(audit.id)).toBe("gone");
  }, 60_000);

  it("is deleted while it runs, and no late report raises it", async () => {
    await defineSite("deletedrunning.example.org", slowSite);
    const { id } = await createAudit(key, "http://deletedrunning.example.org/", { requestsPerSecond: 10 });
    await untilStatus(key, id, "running");
    await call("DELETE", `/api/v1/audits/${id}`, { key });
    await untilGone(id);
    await untilPurged(id);
    expect(await crawlsOf(env).report(id, [])).toBe("gone");
    expect(await rowsOf(id)).toBe(0);
  }, 60_000);

  async function untilPurged(auditId: string): Promise<void> {
    for (let looks = 0; looks < 200 && (await rowsOf(auditId)) > 0; looks++) await scheduler.wait(50);
    expect(await rowsOf(auditId)).toBe(0);
  }

  async function rowsOf(auditId: string): Promise<number> {
    const counts = ["audits WHERE id", "audit_pages WHERE audit_id", "findings WHERE audit_id"].map((from) =>
      env.DB.prepare(`SELECT COUNT(*) AS count FROM ${from} = ?`).bind(auditId),
    );
    return (await env.DB.batch<{ count: number }>(counts)).reduce((sum, { results }) => sum + (results[0]?.count ?? 0), 0);
  }
});

describe("the user's headers, which may be credentials,", () => {
  const sealedHeaders = (auditId: string) => env.DB.prepare("SELECT sealed_headers FROM audits WHERE id = ?").bind(auditId).first("sealed_headers");
  const site = { "/": page(links(20, "/p/")), ...Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`/p/${i}`, page("")])) };
  const slowly = { headers: { "X-Token": "of-this-site-only" }, requestsPerSecond: 2 };

  it.each([
    { end: "completes", maxPages: 1, finish: (id: string) => untilStatus(key, id, "completed") },
    { end: "is cancelled", maxPages: 20, finish: (id: string) => call("POST", `/api/v1/audits/${id}/cancel`, { key }) },
    { end: "is deleted", maxPages: 20, finish: (id: string) => call("DELETE", `/api/v1/audits/${id}`, { key }) },
    {
      end: "fails",
      maxPages: 20,
      finish: async (id: string) => {
        await crawlsOf(env).clear(id);
        await env.DB.prepare("UPDATE audits SET heartbeat_at = 0 WHERE id = ?").bind(id).run();
        await tick();
        await untilStatus(key, id, "failed");
      },
    },
  ])(
    "are forgotten when the audit $end",
    async ({ end, maxPages, finish }) => {
      const host = `sealed-${end.replaceAll(" ", "-")}.example.org`;
      await defineSite(host, site);
      const { id } = await createAudit(key, `http://${host}/`, { ...slowly, maxPages });
      expect(await sealedHeaders(id)).toEqual(expect.any(String));
      await untilStatus(key, id, maxPages === 1 ? "completed" : "running");
      await finish(id);
      expect(await sealedHeaders(id)).toBeNull();
    },
    60_000,
  );
});

describe("the watchdog of audits", () => {
  it("fails an audit whose crawl no longer exists", async () => {
    await defineSite("lost.example.org", { "/": page(links(40, "/p/")) });
    const { id } = await createAudit(key, "http://lost.example.org/", { requestsPerSecond: 1 });
    await untilStatus(key, id, "running");
    await crawlsOf(env).clear(id);
    await env.DB.prepare("UPDATE audits SET heartbeat_at = 0 WHERE id = ?").bind(id).run();
    await tick();
    expect(await readAudit(key, id)).toMatchObject({ status: "failed", error: { code: "crawl_lost" } });
  }, 60_000);

  it("wakes a crawl whose alarm was lost", async () => {
    await defineSite("asleep.example.org", { "/": page(links(5, "/p/")) });
    const { id } = await createAudit(key, "http://asleep.example.org/", { requestsPerSecond: 2 });
    const crawl = env.AUDIT_CRAWL.get(env.AUDIT_CRAWL.idFromName(id));
    await untilStatus(key, id, "running");
    await runInDurableObject(crawl, (_, { storage }) => storage.deleteAlarm());
    await env.DB.prepare("UPDATE audits SET heartbeat_at = 0 WHERE id = ?").bind(id).run();
    await tick();
    expect((await untilEnded(key, id)).status).toBe("completed");
  }, 60_000);

  it("does not let a late start raise an audit that has ended", async () => {
    await defineSite("ended.example.org", { "/": page("") });
    const { audit } = await runAudit(key, "http://ended.example.org/");
    await crawlsOf(env).clear(audit.id);
    const options = { maxPages: 5, include: [], exclude: [], respectRobots: true, maxDepth: null, rate: 50, userAgent: "x", headerNames: [] };
    const workspaceId = String(await env.DB.prepare("SELECT workspace_id FROM audits WHERE id = ?").bind(audit.id).first("workspace_id"));
    await crawlsOf(env).start({ v: 1, auditId: audit.id, workspaceId, url: audit.url, options, sealedHeaders: null });
    await runDurableObjectAlarm(env.AUDIT_CRAWL.get(env.AUDIT_CRAWL.idFromName(audit.id)));
    await untilGone(audit.id);
    expect(await outcomeOf(key, await readAudit(key, audit.id))).toMatchObject({ audit: { status: "completed", finishedAt: audit.finishedAt } });
  }, 60_000);
});
