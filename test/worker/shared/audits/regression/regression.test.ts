import { env } from "cloudflare:workers";
import { and, eq, isNull, like } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Audit } from "../../../../../shared/audits/index.ts";
import { directoryDatabase } from "../../../../../shared/db/client.ts";
import { audits, events, webhookDeliveries } from "../../../../../shared/db/schema/index.ts";
import { NotificationList } from "../../../../../shared/notifications/index.ts";
import type { SiteRoutes } from "../../../../helpers/node/site-route.ts";
import { call, type SeededWorkspace, seedKey, seedWorkspace } from "../../../../helpers/worker/api.ts";
import { createAudit, readAudit, tick, untilEnded } from "../../../../helpers/worker/audit-run.ts";
import { injectFaults, once, stopFaults, untilHeld, writes } from "../../../../helpers/worker/faults.ts";
import { recordedOf } from "../../../../helpers/worker/second-look.ts";
import { defineSite, type TestSite } from "../../../../helpers/worker/site.ts";
import { seedWebhook } from "../../../../helpers/worker/webhooks.ts";

const db = directoryDatabase(env);
const page = (title: string, body = "") =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8">${title === "" ? "" : `<title>${title}</title>`}</head><body><h1>Shop</h1>${body}</body></html>`;
const home = page("The shop of the example", '<a href="/a">Our first thing</a> <a href="/b">Our other thing</a>');
const well = { a: page("The first thing of all"), b: page("The other thing of all") };
const broken = page("");

let own: SeededWorkspace;
let key = "";
beforeEach(async () => {
  own = await seedWorkspace();
  key = await seedKey(own);
  const endpoint = await defineSite("hooks.example.net", { "*": "taken" });
  await seedWebhook(own, { shownUrl: `${endpoint.url}/` });
});

afterEach(() => {
  stopFaults();
});

const audited = async ({ url }: TestSite): Promise<Audit> => untilEnded(key, (await createAudit(key, `${url}/`)).id);

/** Waits until every event of the workspace is handled and no second look is left. */
async function untilSettled(): Promise<void> {
  for (let looks = 0; looks < 200; looks++) {
    const left = await db.$count(audits, and(eq(audits.workspaceId, own.id), like(audits.options, '%"only"%')));
    const waiting = await db.$count(events, and(eq(events.workspaceId, own.id), isNull(events.handledAt)));
    if (left + waiting === 0) return;
    if (looks % 20 === 19) await tick();
    await scheduler.wait(100);
  }
  throw new Error("a second look is left, or an event");
}

const site = (host: string, a: SiteRoutes[string], b: SiteRoutes[string] = well.b, rest: SiteRoutes = {}): Promise<TestSite> =>
  defineSite(host, { "/": home, "/a": a, "/b": b, ...rest });

interface Phases {
  readonly before: () => Promise<TestSite>;
  readonly after: () => Promise<TestSite>;
  /** As it is at the second look, which waits for this; as `after` unless given. */
  readonly later?: () => Promise<TestSite>;
}

/** Two audits of a site, before and after it changed, and what came of the second; also what the second look asked for. */
async function auditedTwice({ before, after, later = after }: Phases) {
  const base = await audited(await before());
  const changed = await after();
  // The first to claim is the second audit itself.
  injectFaults(once("d1", "hold-before", { text: writes.claim, stage: "claiming", nth: 2 }));
  const { id } = await audited(changed);
  await untilHeld();
  const last = await later();
  stopFaults();
  await untilSettled();
  return { base, audit: await readAudit(key, id), url: last.url, asked: (await last.requests()).map(({ path }) => path).sort() };
}

const inbox = async () => NotificationList.parse(await (await call("GET", "/api/v1/notifications?limit=100", { key })).json()).items;

describe("a site that breaks between two audits", () => {
  it("regressed, which is told once, with the pages that were broken twice", async () => {
    const host = "regressed.example.org";
    const { base, audit, url, asked } = await auditedTwice({ before: () => site(host, well.a), after: () => site(host, broken) });
    expect(audit.regression).toMatchObject({
      baseId: base.id,
      baseFinishedAt: base.finishedAt,
      rules: [{ ruleId: "title-missing", pages: 1, pagesBefore: 0, examples: [`${url}/a`] }],
      score: { before: base.scores?.overall, now: audit.scores?.overall },
    });
    // Robots.txt, the start page and the broken page, once more.
    expect(new Set(asked)).toEqual(new Set(["/", "/a", "/robots.txt"]));
    expect(await recordedOf(own.id, "audit.regressed")).toEqual([{ auditId: audit.id, baseId: base.id, origin: url }]);
    const told = await inbox();
    expect(told.map(({ type }) => type).sort()).toEqual(["audit.completed", "audit.completed", "audit.regressed"]);
    expect(told.find(({ type }) => type === "audit.regressed")?.data).toMatchObject({ auditId: audit.id, problems: 1 });
    // Whatever begins, ends and opens findings is one of the two audits.
    const ids = [base.id, audit.id];
    for (const type of ["audit.started", "audit.completed", "finding.opened", "finding.fixed"])
      for (const data of await recordedOf(own.id, type)) expect(ids).toContain(Reflect.get(Object(data), "auditId"));
    expect(await recordedOf(own.id, "audit.completed")).toHaveLength(2);
    const deliveries = await db.select().from(webhookDeliveries).where(eq(webhookDeliveries.workspaceId, own.id));
    expect(deliveries.filter(({ type }) => type === "audit.regressed")).toHaveLength(1);
    for (const { payload } of deliveries) expect(ids.some((id) => payload.includes(id))).toBe(true);
  }, 60_000);

  it("regressed where a page that its sitemap recommends hides from search, though a second look reads no sitemap", async () => {
    const host = "hidden.example.org";
    const sitemap = `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>http://${host}/a</loc></url></urlset>`;
    const rest = { "/sitemap.xml": { body: sitemap, headers: { "Content-Type": "application/xml" } } };
    const hidden = well.a.replace("<head>", '<head><meta name="robots" content="noindex">');
    const { audit, url } = await auditedTwice({ before: () => site(host, well.a, well.b, rest), after: () => site(host, hidden, well.b, rest) });
    expect(audit.regression?.rules).toContainEqual({ ruleId: "noindex", pages: 1, pagesBefore: 0, examples: [`${url}/a`] });
  }, 60_000);

  it("did not regress when it is well again at the second look", async () => {
    const host = "well-again.example.org";
    const { audit, asked } = await auditedTwice({ before: () => site(host, well.a), after: () => site(host, broken), later: () => site(host, well.a) });
    expect(asked).toContain("/a");
    expect(audit.regression).toBeUndefined();
    expect(await recordedOf(own.id, "audit.regressed")).toEqual([]);
    expect(await recordedOf(own.id, "confirmation.ended")).toHaveLength(1);
  }, 60_000);

  it("regressed on the page that stays broken, not on the one that comes and goes", async () => {
    const host = "flaky.example.org";
    const { audit, url } = await auditedTwice({
      before: () => site(host, well.a),
      after: () => site(host, broken, broken),
      later: () => site(host, well.a, broken),
    });
    expect(audit.regression?.rules).toMatchObject([{ ruleId: "title-missing", pages: 2, examples: [`${url}/b`] }]);
  }, 60_000);

  it("is not looked at where robots.txt closes the page by then", async () => {
    const host = "closed.example.org";
    const closed = { "/robots.txt": "User-agent: *\nDisallow: /a" };
    const { audit, asked } = await auditedTwice({
      before: () => site(host, well.a),
      after: () => site(host, broken),
      later: () => site(host, broken, well.b, closed),
    });
    expect(asked).toContain("/robots.txt");
    expect(asked).not.toContain("/a");
    expect(audit.regression).toBeUndefined();
  }, 60_000);

  it("waits at the second look when the site asks for fewer requests, and regressed all the same", async () => {
    const host = "busy.example.org";
    const busy = { status: 429, headers: { "retry-after": "1" }, body: "later" };
    const { audit, asked, url } = await auditedTwice({
      before: () => site(host, well.a),
      after: () => site(host, broken),
      later: () => site(host, [busy, broken]),
    });
    expect(asked.filter((path) => path === "/a").length).toBeGreaterThan(1);
    expect(audit.regression?.rules).toMatchObject([{ ruleId: "title-missing", examples: [`${url}/a`] }]);
  }, 60_000);

  it("is told to nobody when the site is gone at the second look", async () => {
    const host = "gone.example.org";
    const gone = { status: 410, body: "no" };
    const { audit } = await auditedTwice({
      before: () => site(host, well.a),
      after: () => site(host, broken),
      later: () => site(host, gone, gone, { "/": gone }),
    });
    expect(audit.regression).toBeUndefined();
    expect((await inbox()).map(({ type }) => type)).toEqual(["audit.completed", "audit.completed"]);
    expect([await recordedOf(own.id, "audit.failed"), await recordedOf(own.id, "audit.regressed")]).toEqual([[], []]);
  }, 60_000);
});

it("a site that regressed is compared with that audit next, not with the second look", async () => {
  const host = "compared.example.org";
  const { audit } = await auditedTwice({ before: () => site(host, well.a), after: () => site(host, broken) });
  const { id } = await audited(await site(host, broken));
  await untilSettled();
  const [row] = await db.select({ baseId: audits.baseId }).from(audits).where(eq(audits.id, id));
  expect(row?.baseId).toBe(audit.id);
  // What fails as before is no news.
  expect((await readAudit(key, id)).regression).toBeUndefined();
  expect(await recordedOf(own.id, "audit.regressed")).toHaveLength(1);
}, 60_000);
