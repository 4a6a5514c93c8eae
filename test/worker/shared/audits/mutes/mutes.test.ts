import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { publishAudit } from "../../../../../shared/audits/crawl/project.ts";
import { getDiff } from "../../../../../shared/audits/history/diff.ts";
import { fingerprintOf } from "../../../../../shared/audits/history/fingerprint.ts";
import { listFindings } from "../../../../../shared/audits/list-findings.ts";
import { createMute } from "../../../../../shared/audits/mutes/create-mute.ts";
import { deleteMute } from "../../../../../shared/audits/mutes/delete-mute.ts";
import { listMutes } from "../../../../../shared/audits/mutes/list-mutes.ts";
import { CreateMuteInput, ListMutesQuery, maxMutes } from "../../../../../shared/audits/mutes/schemas.ts";
import { ListFindingsQuery } from "../../../../../shared/audits/schemas.ts";
import { directoryDatabase } from "../../../../../shared/db/client.ts";
import { audits, events, mutes } from "../../../../../shared/db/schema/index.ts";
import { type Context, dayMs, newId } from "../../../../../shared/platform/index.ts";
import { contextOf, type SeededWorkspace, seedWorkspace } from "../../../../helpers/worker/api.ts";
import { entriesOf } from "../../../../helpers/worker/log-entries.ts";
import { storeAudit } from "../../../../helpers/worker/past-audits.ts";
import { seedWebhook } from "../../../../helpers/worker/webhooks.ts";

const db = directoryDatabase(env);
const a = "https://shop.example/a";
const b = "https://shop.example/b";
const site = "https://shop.example/";

let own: SeededWorkspace;
let now = 0;
let ctx: Context;
beforeEach(async () => {
  own = await seedWorkspace();
  now = Date.now();
  ctx = { ...contextOf(env, own), now: () => now };
});

const input = (more: object) => CreateMuteInput.parse({ reason: "Known", ...more });
const muteRule = (more: object = {}) => createMute(ctx, input({ site, ruleId: "title-missing", ...more }));
const found = [
  ["title-missing", a],
  ["title-missing", b],
] as const;

async function statesOf(auditId: string, state?: string): Promise<string[]> {
  const { items } = await listFindings(ctx, auditId, ListFindingsQuery.parse({ state }), "en");
  return items.map((item) => `${item.state} ${new URL(item.pageUrl ?? site).pathname}`);
}

async function findingOf(auditId: string, pageUrl: string): Promise<string> {
  const { items } = await listFindings(ctx, auditId, ListFindingsQuery.parse({ page: pageUrl }), "en");
  return items[0]?.id ?? "";
}

describe("a muted finding", () => {
  it("is muted in this audit and in the next, alone, over whichever host", async () => {
    const first = await storeAudit(own, now, { found });
    const mute = await createMute(ctx, input({ auditId: first, findingId: await findingOf(first, a) }));
    expect(mute).toMatchObject({ site: "https://shop.example", ruleId: "title-missing", scope: "finding", pageUrl: a, until: null, isOver: false });
    expect(await statesOf(first)).toEqual(["muted /a", "new /b"]);
    expect(await statesOf(first, "muted")).toEqual(["muted /a"]);
    const next = await storeAudit(own, now + 1, {
      url: "http://www.shop.example/",
      found: [["title-missing", "http://www.shop.example/a"]],
      of: { baseId: first },
    });
    expect(await statesOf(next)).toEqual(["muted /a"]);
    expect((await getDiff(ctx, next, {})).counts).toMatchObject({ muted: 1, open: 0, new: 0 });
  });

  it("is heard of again once it is over, or no longer muted", async () => {
    const id = await storeAudit(own, now, { found });
    const { id: muteId } = await muteRule({ until: now + dayMs });
    expect(await statesOf(id)).toEqual(["muted /a", "muted /b"]);
    now += dayMs;
    expect(await statesOf(id)).toEqual(["new /a", "new /b"]);
    expect((await listMutes(ctx, ListMutesQuery.parse({}))).items).toMatchObject([{ id: muteId, isOver: true }]);
    const again = await muteRule();
    expect(await statesOf(id)).toEqual(["muted /a", "muted /b"]);
    await deleteMute(ctx, again.id);
    expect(await statesOf(id)).toEqual(["new /a", "new /b"]);
    await expect(deleteMute(ctx, again.id)).rejects.toMatchObject({ code: "not_found" });
  });

  it.each([
    { what: "another site", url: "https://blog.shop.example/" },
    { what: "another port", url: "https://shop.example:8443/" },
  ])("is not muted on $what", async ({ url }) => {
    await muteRule();
    expect(await statesOf(await storeAudit(own, now, { url, found: [["title-missing", `${url}a`]] }))).toEqual(["new /a"]);
  });

  it("is not muted for another workspace", async () => {
    const other = await seedWorkspace();
    await createMute({ ...contextOf(env, other), now: () => now }, input({ site, ruleId: "title-missing" }));
    expect(await statesOf(await storeAudit(own, now, { found }))).toEqual(["new /a", "new /b"]);
  });
});

describe("muting", () => {
  it.each<{ what: string; of: () => Promise<object>; code: string }>([
    { what: "nothing", of: async () => ({}), code: "invalid" },
    { what: "a finding without its audit", of: async () => ({ findingId: newId("finding") }), code: "invalid" },
    {
      what: "a finding and a rule",
      of: async () => ({ auditId: newId("audit"), findingId: newId("finding"), site, ruleId: "title-missing" }),
      code: "invalid",
    },
    { what: "a rule that there is not", of: async () => ({ site, ruleId: "no-such-rule" }), code: "invalid" },
    { what: "until a time that is over", of: async () => ({ site, ruleId: "title-missing", until: 1 }), code: "invalid" },
    { what: "a finding of no audit", of: async () => ({ auditId: newId("audit"), findingId: newId("finding") }), code: "not_found" },
    { what: "a finding that there is not", of: async () => ({ auditId: await storeAudit(own, now), findingId: newId("finding") }), code: "not_found" },
    {
      what: "a finding of another workspace",
      of: async () => {
        const other = await seedWorkspace();
        const auditId = await storeAudit(other, now, { found });
        const { items } = await listFindings(contextOf(env, other), auditId, ListFindingsQuery.parse({}), "en");
        return { auditId, findingId: items[0]?.id };
      },
      code: "not_found",
    },
    {
      what: "a finding without a fingerprint",
      of: async () => {
        const auditId = await storeAudit(own, now, { found: [["title-missing", a, { fingerprint: "" }]] });
        return { auditId, findingId: await findingOf(auditId, a) };
      },
      code: "invalid",
    },
  ])("$what is refused", async ({ of, code }) => {
    await expect(createMute(ctx, input(await of()))).rejects.toMatchObject({ code });
  });

  it.each(["", "   ", "x".repeat(501)])("with a reason of %j is refused", (reason) => {
    expect(CreateMuteInput.safeParse({ site, ruleId: "title-missing", reason }).success).toBe(false);
  });

  it("the same twice is refused, also by another name of the site, until the first is over", async () => {
    await muteRule({ until: now + dayMs });
    await expect(muteRule({ site: "http://www.shop.example/shop" })).rejects.toMatchObject({ code: "conflict" });
    now += dayMs;
    await expect(muteRule()).resolves.toMatchObject({ scope: "rule" });
  });

  it("is bounded for a workspace", async () => {
    const row = { workspaceId: own.id, origin: "https://x.example", ruleId: "r", reason: "", createdBy: own.userId, createdAt: 1 };
    const rows = Array.from({ length: maxMutes - 1 }, () => ({ ...row, id: newId("mute") }));
    for (let i = 0; i < rows.length; i += 10) await db.insert(mutes).values(rows.slice(i, i + 10));
    await muteRule();
    await expect(muteRule({ ruleId: "h1-missing" })).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("1,000") });
  });

  it("is told in the audit log, without the reason", async () => {
    const { id } = await muteRule({ reason: "canary" });
    await deleteMute(ctx, id);
    const entries = await entriesOf(own.id);
    const told = { site: "https://shop.example", ruleId: "title-missing", until: null };
    expect(entries).toMatchObject([
      { action: "finding.mute", targetId: id, details: { after: told } },
      { action: "finding.unmute", targetId: id, details: { before: told } },
    ]);
    expect(JSON.stringify(entries)).not.toContain("canary");
  });
});

describe("what is told of a muted finding", () => {
  beforeEach(async () => {
    await seedWebhook(own);
  });

  async function openedBy(auditId: string): Promise<string[]> {
    await db.update(audits).set({ status: "running", finishedAt: null }).where(eq(audits.id, auditId));
    await publishAudit({ db, workspaceId: own.id, auditId, now: () => now, outbox: [] }, { "title-missing": { checked: 3, failing: 2 } });
    const rows = await db.select().from(events).where(eq(events.workspaceId, own.id));
    return rows.map(({ type }) => type).filter((type) => type === "finding.opened");
  }

  const muteFinding = async (pageUrl: string) => {
    const fingerprint = await fingerprintOf({ ruleId: "title-missing", pageUrl }, site);
    const row = { workspaceId: own.id, origin: "https://shop.example", ruleId: "title-missing", fingerprint, pageUrl, reason: "Known", createdAt: now };
    await db.insert(mutes).values({ ...row, id: newId("mute"), createdBy: own.userId });
  };

  it("is that it was opened, as long as one of its pages is not muted", async () => {
    await muteFinding(a);
    expect(await openedBy(await storeAudit(own, now, { found }))).toEqual(["finding.opened"]);
  });

  it("is nothing where all of its pages are muted", async () => {
    await muteFinding(a);
    await muteFinding(b);
    expect(await openedBy(await storeAudit(own, now, { found }))).toEqual([]);
  });

  it("is nothing where its rule is", async () => {
    await muteRule();
    expect(await openedBy(await storeAudit(own, now, { found }))).toEqual([]);
  });
});
