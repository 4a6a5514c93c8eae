import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { findAuditBefore } from "../../../../shared/audits/audits-before.ts";
import { publishAudit } from "../../../../shared/audits/crawl/project.ts";
import { describeFinding } from "../../../../shared/audits/describe-finding.ts";
import { rules } from "../../../../shared/audits/rules/catalogue.ts";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { audits, events, findings } from "../../../../shared/db/schema/index.ts";
import { newId } from "../../../../shared/platform/index.ts";
import { type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { runAudit } from "../../../helpers/worker/audit-run.ts";
import { injectFaults, once, release, stopFaults, untilHeld, writes } from "../../../helpers/worker/faults.ts";
import { withFaults } from "../../../helpers/worker/faulty-bindings.ts";
import { planOf } from "../../../helpers/worker/query-plan.ts";
import { defineSite } from "../../../helpers/worker/site.ts";
import { seedWebhook } from "../../../helpers/worker/webhooks.ts";

const db = directoryDatabase(env);
const url = "https://shop.example/start";
const origin = "https://shop.example";
const options = { maxPages: 100, maxDepth: null, include: [], exclude: [], rate: 2, userAgent: "test", respectRobots: true, headerNames: [] };

let own: SeededWorkspace;
let now = 1_800_000_000_000;
beforeEach(async () => {
  own = await seedWorkspace();
  now = 1_800_000_000_000;
});
afterEach(() => {
  stopFaults();
});

type Tallies = Readonly<Record<string, { checked: number; failing: number }>>;
const failing = { "title-missing": { checked: 10, failing: 2 } };
const clean = { "title-missing": { checked: 10, failing: 0 } };

/** An audit that was crawled and judged, and is still to be published. */
async function judged(of: Partial<typeof audits.$inferInsert> = {}): Promise<string> {
  const id = newId("audit", now);
  await db.insert(audits).values({ id, workspaceId: own.id, createdBy: own.userId, url, status: "running", options, createdAt: now, startedAt: now, ...of });
  return id;
}

/** Publishes it a second after the one before; answers with the ids that the queue is to be told of. */
async function publish(auditId: string, tallies: Tallies, { workspaceId = own.id, database = db } = {}): Promise<string[]> {
  now += 1_000;
  const outbox: string[] = [];
  await publishAudit({ db: database, auditId, workspaceId, now: () => now, outbox }, tallies);
  return outbox;
}

async function audited(tallies: Tallies, of: Partial<typeof audits.$inferInsert> = {}): Promise<string> {
  const auditId = await judged(of);
  await publish(auditId, tallies, { workspaceId: of.workspaceId ?? own.id });
  return auditId;
}

const Told = z.object({ auditId: z.string(), ruleId: z.string().optional(), origin: z.string().optional() });

/** What was recorded of an audit, such as `finding.fixed title-missing`. */
async function toldOf(auditId: string): Promise<string[]> {
  const rows = await db.select().from(events).where(eq(events.workspaceId, own.id)).orderBy(events.id);
  return rows.flatMap(({ type, data }) => {
    const told = Told.parse(data);
    if (told.auditId !== auditId || told.ruleId === undefined) return [];
    expect(told.origin).toBe(origin);
    return [`${type} ${told.ruleId}`];
  });
}

describe("an audit", () => {
  beforeEach(async () => {
    await seedWebhook(own);
  });

  it("opens what it finds, when it is the first", async () => {
    const auditId = await judged();
    const outbox = await publish(auditId, { ...failing, "lang-missing": { checked: 10, failing: 0 }, "h1-missing": { checked: 10, failing: 1 } });
    expect((await toldOf(auditId)).sort()).toEqual(["finding.opened h1-missing", "finding.opened title-missing"]);
    expect(outbox).toHaveLength(3);
  });

  it("opens what is new and fixes what is gone, against the last one before it", async () => {
    await audited(clean);
    await audited(failing);
    expect(await toldOf(await audited(failing))).toEqual([]);
    const last = await audited({ "h1-missing": { checked: 10, failing: 1 }, ...clean });
    expect((await toldOf(last)).sort()).toEqual(["finding.fixed title-missing", "finding.opened h1-missing"]);
    expect(await toldOf(await audited({ ...clean, "h1-missing": { checked: 10, failing: 1 } }))).toEqual([]);
  });

  it("does not open again what the one before did not check, and fixes it then", async () => {
    await audited(failing);
    const unchecked = { "title-missing": { checked: 0, failing: 0 } };
    expect(await toldOf(await audited(unchecked))).toEqual([]);
    expect(await toldOf(await audited(failing))).toEqual([]);
    await audited(unchecked);
    const fixing = await audited(clean);
    expect(await toldOf(fixing)).toEqual(["finding.fixed title-missing"]);
    expect(await describeFinding(db, { workspaceId: own.id, auditId: fixing, ruleId: "title-missing" })).toMatchObject({
      pages: 0,
      pagesBefore: failing["title-missing"].failing,
    });
  });

  it.each<{ what: string; of: () => Promise<Partial<typeof audits.$inferInsert>> }>([
    { what: "of another address", of: async () => ({ url: "https://shop.example/" }) },
    { what: "of another workspace", of: async () => ({ workspaceId: (await seedWorkspace()).id }) },
  ])("is not compared with one $what", async ({ of }) => {
    await audited(failing, await of());
    expect(await toldOf(await audited(failing))).toEqual(["finding.opened title-missing"]);
  });

  it("with options that none had before opens what the last one with any did not find, and fixes nothing", async () => {
    const small = { options: { ...options, maxPages: 5 } };
    await audited(failing);
    const opening = await audited({ ...failing, "h1-missing": { checked: 5, failing: 1 } }, small);
    expect(await toldOf(opening)).toEqual(["finding.opened h1-missing"]);
    expect(await describeFinding(db, { workspaceId: own.id, auditId: opening, ruleId: "h1-missing" })).toMatchObject({ pages: 1, pagesBefore: 0 });
    expect(await toldOf(await audited({ ...clean, "h1-missing": { checked: 9, failing: 0 } }, { options: { ...options, maxPages: 9 } }))).toEqual([]);
  });

  it("with options that some had before is compared with the last of these alone", async () => {
    const small = { options: { ...options, maxPages: 5 } };
    await audited(failing);
    await audited(clean, small);
    expect(await toldOf(await audited(failing))).toEqual([]);
    expect(await toldOf(await audited(failing, small))).toEqual(["finding.opened title-missing"]);
    expect(await toldOf(await audited(clean))).toEqual(["finding.fixed title-missing"]);
  });

  it.each<{ what: string; ends: (id: string) => Promise<unknown> }>([
    { what: "is deleted", ends: (id) => db.update(audits).set({ deletedAt: 1 }).where(eq(audits.id, id)) },
    { what: "failed", ends: (id) => db.update(audits).set({ status: "failed" }).where(eq(audits.id, id)) },
  ])("is not compared with one that $what", async ({ ends }) => {
    await ends(await audited(failing));
    expect(await toldOf(await audited(failing))).toEqual(["finding.opened title-missing"]);
  });

  it("tells of each change once, though the answer to its publication was lost and it is published again", async () => {
    await audited(failing);
    const auditId = await judged();
    injectFaults(once("d1", "fail-after", { text: writes.publication }));
    await expect(publish(auditId, clean, { database: directoryDatabase(withFaults(env)) })).rejects.toMatchObject({ code: "unavailable" });
    expect(await publish(auditId, clean, { database: directoryDatabase(withFaults(env)) })).toEqual([]);
    expect(await toldOf(auditId)).toEqual(["finding.fixed title-missing"]);
  });

  it("is compared with another one that ended while it was compared with the one before that", async () => {
    await audited(failing);
    const [one, other] = [await judged(), await judged()];
    injectFaults(once("d1", "hold-before", { text: writes.publication }));
    const first = publish(one, clean, { database: directoryDatabase(withFaults(env)) });
    await untilHeld();
    await publish(other, clean);
    release();
    await expect(first).rejects.toMatchObject({ code: "conflict" });
    // As the alarm does.
    expect(await publish(one, clean)).toHaveLength(1);
    expect([await toldOf(one), await toldOf(other)]).toEqual([[], ["finding.fixed title-missing"]]);
  });

  it.each<{ what: string; maxPages: number }>([
    { what: "the same", maxPages: options.maxPages },
    { what: "other", maxPages: 5 },
  ])("is compared with another one with $what options that ended while it was thought to be the first", async ({ maxPages }) => {
    const [one, other] = [await judged(), await judged({ options: { ...options, maxPages } })];
    injectFaults(once("d1", "hold-before", { text: writes.publication }));
    const first = publish(one, failing, { database: directoryDatabase(withFaults(env)) });
    await untilHeld();
    await publish(other, failing);
    release();
    await expect(first).rejects.toMatchObject({ code: "conflict" });
    expect(await publish(one, failing)).toHaveLength(1);
    expect([await toldOf(one), await toldOf(other)]).toEqual([[], ["finding.opened title-missing"]]);
  });

  it("finds the one before by an index, however many there are", async () => {
    const auditId = await judged();
    const plan = await planOf((faulty) => findAuditBefore(faulty, { workspaceId: own.id, auditId }));
    expect(plan).toContain("audits_site");
    expect(plan).not.toContain("SCAN");
  });
});

describe("a finding, described", () => {
  const ruleId = "title-missing";
  const describeOf = (auditId: string, workspaceId = own.id) => describeFinding(db, { workspaceId, auditId, ruleId });
  const found = { ruleId, ruleVersion: 1, category: "content", severity: "error", values: {}, evidence: [], evidenceTotal: 0 } as const;
  async function foundOn(auditId: string, paths: readonly string[]): Promise<void> {
    for (const [ordinal, path] of paths.entries())
      await db.insert(findings).values({ ...found, auditId, ordinal, id: newId("finding"), workspaceId: own.id, pageUrl: `${origin}${path}` });
  }

  it("says how many pages fail, some of them, and that nobody looked before", async () => {
    const auditId = await audited(failing);
    await foundOn(
      auditId,
      Array.from({ length: 12 }, (_, i) => `/${i}`),
    );
    expect(await describeOf(auditId)).toEqual({
      ...{ url, category: "content", severity: "error", title: expect.stringMatching(/title/i) },
      ...{ pages: 2, checked: 10, pagesBefore: null, since: now, examples: Array.from({ length: 10 }, (_, i) => `${origin}/${i}`) },
    });
  });

  it("that is fixed says since when it was there, and on which pages it was", async () => {
    await audited(clean);
    const first = now + 1_000;
    await audited(failing);
    await audited({});
    await foundOn(await audited(failing), ["/a", "/b"]);
    const last = await audited(clean);
    await audited(failing);
    expect(await describeOf(last)).toMatchObject({ pages: 0, checked: 10, pagesBefore: 2, since: first, examples: [`${origin}/a`, `${origin}/b`] });
  });

  it("is nothing once the audit is deleted, for another workspace, nor of a rule that there is no more", async () => {
    const auditId = await audited(failing);
    expect(await describeOf(auditId, (await seedWorkspace()).id)).toBeNull();
    expect(await describeFinding(db, { workspaceId: own.id, auditId, ruleId: "retired" })).toBeNull();
    await db.update(audits).set({ deletedAt: 1 }).where(eq(audits.id, auditId));
    expect(await describeOf(auditId)).toBeNull();
  });
});

it("a site whose title was mended has its finding fixed once, by the audit that saw it", async () => {
  await seedWebhook(own, { disabledAt: 1, disabledFor: "person" });
  const key = await seedKey(own);
  const page = (title: string) => `<!doctype html><html lang="en"><head><meta charset="utf-8">${title}</head><body><h1>Shop</h1></body></html>`;
  const site = await defineSite("mended.example.org", { "/": page("") });
  await runAudit(key, `${site.url}/`);
  await defineSite("mended.example.org", { "/": page("<title>The shop of the example</title>") });
  for (let audit = 0; audit < 2; audit++) await runAudit(key, `${site.url}/`);
  const rows = await db
    .select()
    .from(events)
    .where(and(eq(events.workspaceId, own.id), eq(events.type, "finding.fixed")));
  expect(rows.map(({ data }) => data)).toEqual([{ auditId: expect.any(String), ruleId: "title-missing", origin: site.url }]);
  const opened = await db
    .select()
    .from(events)
    .where(and(eq(events.workspaceId, own.id), eq(events.type, "finding.opened")));
  expect(opened.map(({ data }) => JSON.stringify(data))).toContainEqual(expect.stringContaining('"title-missing"'));
  expect(new Set(opened.map(({ data }) => JSON.stringify(data))).size).toBe(opened.length);
}, 60_000);

it("of a workspace that sends its events nowhere records no finding, and no more than it did", async () => {
  const auditId = await judged();
  expect(await publish(auditId, failing)).toHaveLength(1);
  expect(await db.$count(events, eq(events.workspaceId, own.id))).toBe(1);
});

it("there are fewer rules than messages that one send to a queue may have", () => {
  expect(rules.length).toBeLessThan(100);
});
