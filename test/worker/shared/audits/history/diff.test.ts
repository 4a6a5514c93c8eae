import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { getDiff, goneState, isGone } from "../../../../../shared/audits/history/diff.ts";
import { listDiffFindings } from "../../../../../shared/audits/history/list-diff-findings.ts";
import { DiffFindingsQuery } from "../../../../../shared/audits/history/schemas.ts";
import { listFindings } from "../../../../../shared/audits/list-findings.ts";
import { readFindings } from "../../../../../shared/audits/report/read-report.ts";
import { ListFindingsQuery } from "../../../../../shared/audits/schemas.ts";
import { directoryDatabase } from "../../../../../shared/db/client.ts";
import { audits, findings } from "../../../../../shared/db/schema/index.ts";
import type { Context } from "../../../../../shared/platform/index.ts";
import { contextOf, type SeededWorkspace, seedWorkspace } from "../../../../helpers/worker/api.ts";
import { type PastAudit, storeAudit, storeMany, usualOptions } from "../../../../helpers/worker/past-audits.ts";
import { planOf, plansOf } from "../../../../helpers/worker/query-plan.ts";

const db = directoryDatabase(env);
const a = "https://shop.example/a";
const b = "https://shop.example/b";

let own: SeededWorkspace;
let ctx: Context;
let now = 0;
beforeEach(async () => {
  own = await seedWorkspace();
  ctx = contextOf(env, own);
  now = 1_800_000_000_000;
});

const store = (audit: PastAudit = {}) => storeAudit(own, ++now, audit);

/** Two audits of the shop, of which the later is compared with the earlier. */
async function pair(before: PastAudit, later: PastAudit): Promise<string> {
  const baseId = await store(before);
  return store({ ...later, of: { baseId, ...later.of } });
}

/** What became of each finding, such as `fixed title-missing /a`. */
async function seen(auditId: string, query: Record<string, unknown> = {}): Promise<string[]> {
  const { items } = await listDiffFindings(ctx, auditId, DiffFindingsQuery.parse(query), "en");
  return items.map(({ state, ruleId, pageUrl }) => `${state} ${ruleId} ${pageUrl === null ? "site" : new URL(pageUrl).pathname}`);
}

describe("the findings of two audits", () => {
  it("are new, open or fixed", async () => {
    const baseId = await store({
      found: [
        ["title-missing", a],
        ["h1-missing", a],
        ["robots-syntax", null],
      ],
    });
    const id = await store({
      found: [
        ["title-missing", a],
        ["title-missing", b],
      ],
      checked: ["h1-missing", "robots-syntax"],
      of: { baseId },
    });
    expect(await seen(id)).toEqual(["open title-missing /a", "new title-missing /b", "fixed h1-missing /a", "fixed robots-syntax site"]);
    expect(await getDiff(ctx, id, {})).toMatchObject({
      baseId,
      finishedAt: now,
      baseFinishedAt: now - 1,
      counts: { new: 1, open: 1, fixed: 2, notRechecked: 0, muted: 0 },
      pages: { now: 3, before: 3, both: 3, share: 100 },
      rules: [
        { ruleId: "title-missing", new: 1, open: 1, fixed: 0, notRechecked: 0, muted: 0 },
        { ruleId: "h1-missing", fixed: 1 },
        { ruleId: "robots-syntax", fixed: 1 },
      ],
    });
    const { items } = await listFindings(ctx, id, ListFindingsQuery.parse({}), "en");
    expect(items.map(({ state }) => state)).toEqual(["open", "new"]);
    const filtered = await listFindings(ctx, id, ListFindingsQuery.parse({ state: "open" }), "en");
    expect(filtered.items.map(({ pageUrl }) => pageUrl)).toEqual([a]);
  });

  it("are all new in the first audit, and once the one before is deleted", async () => {
    const baseId = await store({ found: [["title-missing", a]] });
    const id = await store({ found: [["title-missing", a]], of: { baseId } });
    expect(await seen(baseId)).toEqual(["new title-missing /a"]);
    expect(await seen(id)).toEqual(["open title-missing /a"]);
    await db.update(audits).set({ deletedAt: 1 }).where(eq(audits.id, baseId));
    expect(await seen(id)).toEqual(["new title-missing /a"]);
    expect(await getDiff(ctx, id, {})).toMatchObject({ baseId: null, baseFinishedAt: null, scores: null, pages: null, counts: { new: 1, fixed: 0 } });
  });

  it("are known over http, https and www alike", async () => {
    const before = { url: "http://shop.example/", pages: { "http://shop.example/a": 200 }, found: [["title-missing", "http://shop.example/a"]] } as const;
    const later = { url: "https://www.shop.example/", pages: { "https://www.shop.example/a": 200 } };
    const baseId = await store({ ...before, found: [...before.found, ["h1-missing", "http://shop.example/a"]] });
    const id = await store({ ...later, found: [["title-missing", "https://www.shop.example/a"]], checked: ["h1-missing"] });
    expect(await seen(id, { base: baseId })).toEqual(["open title-missing /a", "fixed h1-missing /a"]);
  });

  const title = [["title-missing", a]] as const;
  const others = { "https://shop.example/": 200, [b]: 200 };
  const checked = ["title-missing"];
  it.each<{ why: string; before?: PastAudit; later: PastAudit }>([
    { why: "its page was not fetched", later: { pages: others, checked } },
    { why: "the page limit was reached before it", later: { pages: others, checked, of: { discovered: 9 } } },
    { why: "its page did not answer", later: { pages: { ...others, [a]: null }, checked } },
    ...[302, 307, 401, 403, 429, 500, 503].map((status) => ({ why: `its page answered ${status}`, later: { pages: { ...others, [a]: status }, checked } })),
    { why: "its rule checked nothing", later: { pages: { ...others, [a]: 200 }, checked: [] } },
    { why: "its rule judges in another version", later: { checked, version: 2 } },
    { why: "the audit asked as somebody else", later: { checked, of: { options: { ...usualOptions, userAgent: "other" } } } },
    { why: "the audit asked with other headers", later: { checked, of: { options: { ...usualOptions, headerNames: ["Cookie"] } } } },
    { why: "the pages of the audit are no longer kept", later: { pages: {}, checked, of: { factsPurgedAt: 1 } } },
    { why: "only some pages of the audit are still kept", later: { checked, of: { factsPurgedAt: 1 } } },
    { why: "its page was taken out of search results, where the rule may not judge it", later: { pages: { ...others, [a]: 200 }, hidden: [a], checked } },
    {
      why: "the host that it leads to did not answer",
      later: { pages: { ...others, "http://shop.example/a": 301, [a]: null }, redirects: { "http://shop.example/a": a }, checked },
    },
    {
      why: "the host that it leads to was not asked",
      later: { pages: { ...others, "http://shop.example/a": 301 }, redirects: { "http://shop.example/a": a }, checked },
    },
  ])("are not fixed for lack of a look: $why", async ({ later }) => {
    const id = await pair({ found: title }, later);
    expect(await seen(id)).toEqual(["not-rechecked title-missing /a"]);
    expect((await getDiff(ctx, id, {})).counts).toEqual({ new: 0, open: 0, fixed: 0, notRechecked: 1, muted: 0 });
  });

  it.each([200, 301, 404, 410])("are fixed when the page answers %i", async (status) => {
    expect(await seen(await pair({ found: title }, { pages: { ...others, [a]: status }, checked }))).toEqual(["fixed title-missing /a"]);
  });

  it("are fixed on a page that is out of search results as before, and what keeps it out as soon as that is gone", async () => {
    const pages = { ...others, [a]: 200 };
    expect(await seen(await pair({ found: title, pages, hidden: [a] }, { pages, hidden: [a], checked }))).toEqual(["fixed title-missing /a"]);
    const hiding = await pair({ found: [["canonical-multiple", a]], pages }, { pages, hidden: [a], checked: ["canonical-multiple"] });
    expect(await seen(hiding)).toEqual(["fixed canonical-multiple /a"]);
  });

  it.each([
    { rule: "http-4xx", status: 302, state: "fixed" },
    { rule: "fetch-timeout", status: 403, state: "fixed" },
    { rule: "http-4xx", status: 503, state: "not-rechecked" },
    { rule: "http-4xx", status: 429, state: "not-rechecked" },
    { rule: "http-5xx", status: null, state: "not-rechecked" },
  ])("of $rule are $state when the page answers $status", async ({ rule, status, state }) => {
    const id = await pair({ found: [[rule, a]] }, { pages: { ...others, [a]: status }, checked: [rule] });
    expect(await seen(id)).toEqual([`${state} ${rule} /a`]);
  });

  const all = { ...others, [a]: 200 };
  it.each<{ what: string; evidence: readonly string[]; later: PastAudit; state: string; total?: number }>([
    { what: "the other page was looked at", evidence: [`${b} (404)`], later: { pages: all }, state: "fixed" },
    { what: "the other page is no part of the site any more", evidence: ["https://shop.example/gone (404)"], later: { pages: all }, state: "fixed" },
    { what: "the other page failed", evidence: [b], later: { pages: { ...all, [b]: null } }, state: "not-rechecked" },
    { what: "the other page answered 503", evidence: [b], later: { pages: { ...all, [b]: 503 } }, state: "not-rechecked" },
    {
      what: "the audit stopped before the other page",
      evidence: ["https://shop.example/c"],
      later: { pages: all, of: { discovered: 9 } },
      state: "not-rechecked",
    },
    { what: "the audit stopped elsewhere", evidence: [`${b} (404)`], later: { pages: all, of: { discovered: 9 } }, state: "fixed" },
    { what: "the audit stopped, and there was more evidence", evidence: [b], total: 30, later: { pages: all, of: { discovered: 9 } }, state: "not-rechecked" },
    {
      what: "the audit left out what the other page is under",
      evidence: ["https://shop.example/c"],
      later: { pages: all, of: { options: { ...usualOptions, exclude: ["/c"] } } },
      state: "not-rechecked",
    },
    {
      what: "a host was given up",
      evidence: ["https://shop.example/c"],
      later: { pages: all, of: { abandonedOrigins: ["https://shop.example"] } },
      state: "not-rechecked",
    },
  ])("of a rule that compares pages are $state where $what", async ({ evidence, total = evidence.length, later, state }) => {
    const rule = "title-duplicate";
    const id = await pair({ found: [[rule, a, { evidence: [...evidence], evidenceTotal: total }]] }, { ...later, checked: [rule] });
    expect(await seen(id)).toEqual([`${state} ${rule} /a`]);
  });

  it("come page by page, each once, of one state or one rule when asked", async () => {
    const paths = Array.from({ length: 7 }, (_, i) => `https://shop.example/p${i}`);
    const pages = Object.fromEntries(paths.map((path) => [path, 200]));
    const found = (from: number, to: number) => paths.slice(from, to).map((path) => ["title-missing", path] as const);
    const id = await pair({ pages, found: found(0, 5) }, { pages, found: found(3, 7) });
    const read: string[] = [];
    for (let cursor: string | undefined, more = true; more; ) {
      const page = await listDiffFindings(ctx, id, DiffFindingsQuery.parse({ limit: 2, cursor }), "en");
      read.push(...page.items.map(({ state, auditId }) => `${state} ${auditId === id ? "now" : "before"}`));
      cursor = page.nextCursor;
      more = cursor !== undefined;
    }
    expect(read).toEqual([...Array(2).fill("open now"), ...Array(2).fill("new now"), ...Array(3).fill("fixed before")]);
    expect(await seen(id, { state: "new" })).toEqual(["new title-missing /p5", "new title-missing /p6"]);
    expect(await seen(id, { state: "fixed", limit: 1 })).toEqual(["fixed title-missing /p0"]);
    expect(await seen(id, { rule: "h1-missing" })).toEqual([]);
  });
});

describe("a comparison", () => {
  it.each<{ what: string; base: (id: string) => Promise<string>; code: string }>([
    { what: "with itself", base: async (id) => id, code: "invalid" },
    { what: "with one that did not complete", base: () => store({ of: { status: "failed" } }), code: "invalid" },
    { what: "with one of another site", base: () => store({ url: "https://blog.shop.example/" }), code: "invalid" },
    { what: "with one of another port", base: () => store({ url: "https://shop.example:8443/" }), code: "invalid" },
    { what: "with one that is deleted", base: () => store({ of: { deletedAt: 1 } }), code: "not_found" },
    { what: "with one of another workspace", base: async () => storeAudit(await seedWorkspace(), now), code: "not_found" },
    { what: "with one from before there were fingerprints", base: () => store({ found: [["title-missing", a, { fingerprint: "" }]] }), code: "invalid" },
  ])("$what is refused", async ({ base, code }) => {
    const id = await store();
    const baseId = await base(id);
    await expect(getDiff(ctx, id, { base: baseId })).rejects.toMatchObject({ code });
    await expect(listDiffFindings(ctx, id, DiffFindingsQuery.parse({ base: baseId }), "en")).rejects.toMatchObject({ code });
  });

  it.each(["queued", "running", "failed", "cancelled"] as const)("of an audit that is %s is refused", async (status) => {
    await expect(getDiff(ctx, await store({ of: { status } }), {})).rejects.toMatchObject({ code: "conflict" });
  });

  it("takes for nothing what an audit from before there were fingerprints says", async () => {
    const id = await pair({ found: [["title-missing", a, { fingerprint: "" }]] }, { found: [["title-missing", a]] });
    expect(await seen(id)).toEqual(["new title-missing /a"]);
  });

  it("says nothing of pages that are no longer kept", async () => {
    const id = await pair({ of: { factsPurgedAt: 1 } }, {});
    expect((await getDiff(ctx, id, {})).pages).toBeNull();
  });

  it("says how many of the pages both looked at", async () => {
    const id = await pair(
      { pages: { [a]: 200, [b]: 200, "https://shop.example/c": null } },
      { pages: { [a]: 200, "http://shop.example/a": 301, "https://shop.example/d": 404 } },
    );
    expect((await getDiff(ctx, id, {})).pages).toEqual({ now: 2, before: 2, both: 1, share: 33 });
  });
});

describe("an audit with 50,000 findings", () => {
  it("is listed and compared by reads that grow with its findings alone", async () => {
    const many = 50_000;
    const baseId = await store();
    const id = await store({ of: { baseId } });
    await storeMany(baseId, own, many);
    await storeMany(id, own, many);
    expect(await getDiff(ctx, id, {})).toMatchObject({ counts: { new: 0, open: many, fixed: 0 }, pages: { share: 100 } });
    const { items } = await listFindings(ctx, id, ListFindingsQuery.parse({ limit: 100 }), "en");
    expect(new Set(items.map(({ state }) => state))).toEqual(new Set(["open"]));
    await db.delete(findings).where(eq(findings.auditId, id));
    expect(await getDiff(ctx, id, {})).toMatchObject({ counts: { fixed: 0, notRechecked: many } });
    await db
      .update(audits)
      .set({ tallies: { "title-missing": { version: 1, checked: 3, failing: 0 } } })
      .where(eq(audits.id, id));
    expect(await getDiff(ctx, id, {})).toMatchObject({ counts: { fixed: many, notRechecked: 0 } });
    const [audit, base] = await Promise.all([id, baseId].map((each) => db.query.audits.findFirst({ where: eq(audits.id, each) })));
    if (audit === undefined || base === undefined) throw new Error("the audits are gone");
    const { sql, params } = db
      .select({ state: goneState(ctx, audit, base) })
      .from(findings)
      .where(isGone(ctx, audit, base))
      .toSQL();
    const { meta } = await env.DB.prepare(sql)
      .bind(...params)
      .run();
    // The findings of both, and the pages of both for each way to look at them: so many rows, however they meet.
    expect(meta.rows_read).toBeLessThan(8 * many);
  }, 60_000);

  it("is asked for by its own rows alone", async () => {
    const id = await pair({ found: [["title-missing", a]] }, {});
    const [audit] = await db.select().from(audits).where(eq(audits.id, id));
    const [base] = await db
      .select()
      .from(audits)
      .where(eq(audits.id, audit?.baseId ?? ""));
    if (audit === undefined || base === undefined) throw new Error("the audits are gone");
    const plan = await planOf(async (each) => {
      const place = { ...ctx, db: each };
      await each
        .select({ state: goneState(place, audit, base) })
        .from(findings)
        .where(isGone(place, audit, base));
    });
    expect(plan.match(/SCAN (?:findings|other|audit_pages)/g)).toBeNull();
    expect(plan).toContain("SEARCH findings USING INDEX sqlite_autoindex_findings_1 (audit_id=?)");
    expect(plan).toContain("SEARCH audit_pages USING INDEX sqlite_autoindex_audit_pages_1 (audit_id=?)");
  });

  it("is worked out for what is shown alone, unless it is asked for", async () => {
    const id = await pair({ found: [["title-missing", a]] }, { found: [["title-missing", a]] });
    const plans = async (work: (place: Context) => Promise<unknown>) => (await plansOf((each) => work({ ...ctx, db: each }))).join("\n");
    const ofBase = "SEARCH other USING INDEX sqlite_autoindex_findings_1";
    const list = (query: object) => plans((place) => listFindings(place, id, ListFindingsQuery.parse(query), "en"));
    expect(await list({ state: "open" })).toContain(ofBase);
    expect(await list({})).not.toContain(ofBase);
    expect(await plans((place) => listDiffFindings(place, id, DiffFindingsQuery.parse({ limit: 1 }), "en"))).toContain("SEARCH findings");
    expect(await plans((place) => readFindings(place, id, "en"))).not.toContain(ofBase);
  });

  it("is refused by name for an audit from before findings could be compared, whichever of both it is", async () => {
    const [old, newer] = [await store({ found: [["title-missing", a]] }), await store({ found: [["title-missing", a]] })];
    await db.update(findings).set({ fingerprint: "" }).where(eq(findings.auditId, old));
    await expect(getDiff(ctx, newer, { base: old })).rejects.toMatchObject({ code: "invalid" });
    await expect(getDiff(ctx, old, { base: newer })).rejects.toMatchObject({ code: "invalid" });
  });
});
