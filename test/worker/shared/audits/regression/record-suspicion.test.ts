import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { fingerprintOf } from "../../../../../shared/audits/history/fingerprint.ts";
import { findNewlyFailing } from "../../../../../shared/audits/regression/newly-failing.ts";
import { directoryDatabase } from "../../../../../shared/db/client.ts";
import { audits, mutes, sites } from "../../../../../shared/db/schema/index.ts";
import { newId } from "../../../../../shared/platform/index.ts";
import { type SeededWorkspace, seedWorkspace } from "../../../../helpers/worker/api.ts";
import { planOf } from "../../../../helpers/worker/query-plan.ts";
import { auditedUrl, findSecondLook, recordedOf, seedPublished, storedOptions } from "../../../../helpers/worker/second-look.ts";

const db = directoryDatabase(env);
const start = 1_800_000_000_000;

let own: SeededWorkspace;
let now = start;
beforeEach(async () => {
  own = await seedWorkspace();
  now = start;
});

/** Publishes it a second after the one before. */
function publish(of: Parameters<typeof seedPublished>[2]): Promise<string> {
  now += 1_000;
  return seedPublished(own, now, of);
}

const clean = { tallies: { "title-missing": { checked: 10, failing: 0 }, "http-4xx": { checked: 10, failing: 0 } } };
const worse = {
  tallies: { "title-missing": { checked: 10, failing: 2 }, "http-4xx": { checked: 10, failing: 0 } },
  found: ["/a", "/b"].map((path) => ({ ruleId: "title-missing", path })),
};

describe("an audit that found what the one before did not", () => {
  it("has these pages looked at again, as it looked at them, before anybody is told", async () => {
    const baseId = await publish(clean);
    const auditId = await publish(worse);
    const look = await findSecondLook(auditId);
    const [a, b] = [`${auditedUrl}a`, `${auditedUrl}b`];
    expect(look).toMatchObject({
      ...{ workspaceId: own.id, createdBy: own.userId, url: auditedUrl, status: "queued", createdAt: now, deletedAt: null, sealedHeaders: null },
      options: { ...storedOptions, maxPages: 3, only: [a, b] },
      regression: {
        baseId,
        baseFinishedAt: start + 1_000,
        rules: [{ ruleId: "title-missing", pages: 2, pagesBefore: 0, examples: [a, b] }],
        score: { before: 100, now: 90 },
      },
    });
    expect(await recordedOf(own.id, "audit.queued")).toEqual([{ auditId: look?.id }]);
    expect(await recordedOf(own.id, "audit.regressed")).toEqual([]);
    expect((await db.query.audits.findFirst({ where: eq(audits.id, auditId) }))?.regression).toBeNull();
  });

  it.each([
    { url: auditedUrl, verifiedAt: 1, respectRobots: false },
    { url: auditedUrl, verifiedAt: null, respectRobots: true },
    { url: "http://localhost:4000/", verifiedAt: null, respectRobots: false },
  ])("has robots.txt ignored as the first did only where that may be now: $url, verified $verifiedAt", async ({ url, verifiedAt, respectRobots }) => {
    const site = { id: newId("site"), workspaceId: own.id, projectId: newId("project"), origin: "https://shop.example", verificationToken: "t", createdAt: 1 };
    await db.insert(sites).values({ ...site, verifiedAt });
    const of = { url, options: { ...storedOptions, respectRobots: false } };
    await publish({ ...clean, of });
    expect((await findSecondLook(await publish({ ...worse, of })))?.options).toMatchObject({ respectRobots, maxPages: 3 });
  });

  it.each<{ what: string; first?: Parameters<typeof seedPublished>[2]; second: Parameters<typeof seedPublished>[2] }>([
    { what: "is the first of its address", second: worse },
    { what: "had other options", first: { ...clean, of: { options: { ...storedOptions, maxPages: 7 } } }, second: worse },
    { what: "found what the one before found", first: worse, second: worse },
    { what: "found less", first: worse, second: clean },
    { what: "keeps no page that fails", first: clean, second: { ...worse, found: [] } },
    {
      what: "found it to be a matter of information only",
      first: clean,
      second: { ...worse, found: worse.found.map((f) => ({ ...f, severity: "info" as const })) },
    },
    {
      what: "was made with request headers",
      first: { ...clean, of: { options: { ...storedOptions, headerNames: ["Cookie"] } } },
      second: { ...worse, of: { options: { ...storedOptions, headerNames: ["Cookie"] } } },
    },
  ])("is not looked after when it $what", async ({ first, second }) => {
    if (first !== undefined) await publish(first);
    expect(await findSecondLook(await publish(second))).toBeUndefined();
    expect(await recordedOf(own.id, "audit.queued")).toEqual([]);
  });

  it("has pages looked at that did not fail before, when more of them fail and the score fell", async () => {
    const found = (paths: readonly string[]) => paths.map((path) => ({ ruleId: "title-missing", path }));
    await publish({ tallies: { "title-missing": { checked: 10, failing: 1 } }, found: found(["/old"]) });
    const look = await findSecondLook(await publish({ tallies: { "title-missing": { checked: 10, failing: 2 } }, found: found(["/old", "/new"]) }));
    expect(look?.options).toMatchObject({ only: [`${auditedUrl}new`] });
    expect(look?.regression).toMatchObject({ rules: [{ pages: 2, pagesBefore: 1 }], score: { before: 90, now: 80 } });
  });

  it("has the target of a link looked at beside the page that links there", async () => {
    await publish({ tallies: { "broken-internal-link": { checked: 10, failing: 0 } } });
    const found = [{ ruleId: "broken-internal-link", path: "/a", evidence: [`${auditedUrl}gone (404)`, `${auditedUrl}lost (404)`] }];
    const look = await findSecondLook(await publish({ tallies: { "broken-internal-link": { checked: 10, failing: 1 } }, found }));
    expect(look?.options).toMatchObject({ maxPages: 3, only: [`${auditedUrl}a`, `${auditedUrl}gone`] });
    expect(look?.regression).toMatchObject({ rules: [{ examples: [`${auditedUrl}a`] }] });
  });

  it("of a rule about the site itself has the start page looked at, and robots.txt with it", async () => {
    await publish({ tallies: { "robots-5xx": { checked: 1, failing: 0 } } });
    const look = await findSecondLook(await publish({ tallies: { "robots-5xx": { checked: 1, failing: 1 } }, found: [{ ruleId: "robots-5xx", path: null }] }));
    expect(look?.options).toMatchObject({ maxPages: 1, only: [] });
    expect(look?.regression).toMatchObject({ rules: [{ ruleId: "robots-5xx", examples: [] }] });
  });

  it("finds pages by the keys of tables and an index of its own making, however many findings there are", async () => {
    const [baseId, auditId] = [await publish(clean), await publish(worse)];
    const of = { workspaceId: own.id, auditId, now: () => now };
    const plan = await planOf((faulty) => findNewlyFailing({ db: faulty, ...of }, { baseId, url: auditedUrl }, ["title-missing"]));
    expect(plan).not.toMatch(/SCAN (?!terms|json_each|placed|\()/);
    expect(plan).toContain("mutes_site");
  });
});

describe("what is muted", () => {
  const seedMute = (of: Partial<typeof mutes.$inferInsert> = {}) =>
    db.insert(mutes).values({
      ...{ id: newId("mute"), workspaceId: own.id, origin: "https://shop.example", ruleId: "title-missing", fingerprint: null, pageUrl: null },
      ...{ reason: "Known", untilAt: null, createdBy: own.userId, createdAt: 1 },
      ...of,
    });
  const fingerprint = (path: string) => fingerprintOf({ ruleId: "title-missing", pageUrl: new URL(path, auditedUrl).href }, auditedUrl);
  async function looked(): Promise<unknown> {
    await publish(clean);
    const found = await Promise.all(["/a", "/b"].map(async (path) => ({ ruleId: "title-missing", path, fingerprint: await fingerprint(path) })));
    return (await findSecondLook(await publish({ ...worse, found })))?.options;
  }

  it("is not looked at again: a whole rule", async () => {
    await seedMute();
    expect(await looked()).toBeUndefined();
  });

  it("is not looked at again: the rule on one page", async () => {
    await seedMute({ fingerprint: await fingerprint("/a") });
    expect(await looked()).toMatchObject({ only: [`${auditedUrl}b`] });
  });

  it("on the twin of the site is muted here too", async () => {
    await seedMute({ origin: "http://www.shop.example" });
    expect(await looked()).toBeUndefined();
  });

  it.each<{ what: string; of: () => Promise<Partial<typeof mutes.$inferInsert>> }>([
    { what: "until a time that has come", of: async () => ({ untilAt: start }) },
    { what: "of another rule", of: async () => ({ ruleId: "http-4xx" }) },
    { what: "of another site", of: async () => ({ origin: "https://other.example" }) },
    { what: "of another workspace", of: async () => ({ workspaceId: (await seedWorkspace()).id }) },
  ])("$what does not count", async ({ of }) => {
    await seedMute(await of());
    expect(await looked()).toMatchObject({ only: [`${auditedUrl}a`, `${auditedUrl}b`] });
  });
});
