import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { apiKeys, audits, members, projects } from "../../../../shared/db/schema/index.ts";
import { roles } from "../../../../shared/identity/index.ts";
import { newId, parseApiKey } from "../../../../shared/platform/index.ts";
import { Problem } from "../../../../workers/api/problem.ts";
import { call, type SeededWorkspace, seedAudit, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { seedMember } from "../../../helpers/worker/people.ts";

const db = () => directoryDatabase(env);
const Page = z.object({ items: z.array(z.record(z.string(), z.unknown())), nextCursor: z.string().optional() });

let workspace: SeededWorkspace;
let key = "";
beforeEach(async () => {
  workspace = await seedWorkspace();
  key = await seedKey(workspace);
});

const ask = (path: string) => call("GET", `/api/v1/${path}`, { key });
const page = async (path: string) => Page.parse(await (await ask(path)).json());

/** The named field of every item, page by page; `between` happens after the first page. */
async function walk(path: string, field: string, between: () => Promise<unknown> = async () => undefined): Promise<unknown[]> {
  const seen: unknown[] = [];
  for (let cursor = ""; ; ) {
    const { items, nextCursor } = await page(`${path}${cursor}`);
    seen.push(...items.map((item) => item[field]));
    if (nextCursor === undefined) return seen;
    if (cursor === "") await between();
    cursor = `&cursor=${nextCursor}`;
  }
}

async function seedProject(): Promise<string> {
  const id = newId("project");
  await db().insert(projects).values({ id, workspaceId: workspace.id, name: "Shop", createdAt: Date.now() });
  return id;
}

const timed = [
  { list: "audits", seed: () => seedAudit(workspace) },
  { list: "projects", seed: seedProject },
];

describe.each(timed)("the list of $list", ({ list, seed }) => {
  async function seeded(): Promise<string[]> {
    const ids: string[] = [];
    for (let n = 0; n < 4; n += 1) ids.push(await seed());
    return ids.toSorted();
  }

  it("is read from either end", async () => {
    const ids = await seeded();
    expect(await walk(`${list}?limit=3&sort=oldest`, "id")).toEqual(ids);
    expect(await walk(`${list}?limit=3&sort=newest`, "id")).toEqual(ids.toReversed());
    expect(await walk(`${list}?limit=3`, "id")).toEqual(ids.toReversed());
  });

  it("neither repeats nor leaves out anything when something is added meanwhile", async () => {
    const ids = await seeded();
    expect(await walk(`${list}?limit=2`, "id", seed)).toEqual(ids.toReversed());
    const withLater = await walk(`${list}?limit=2&sort=oldest`, "id", seed);
    expect(withLater.slice(0, 4)).toEqual(ids);
    expect(withLater).toHaveLength(6);
  });

  it.each([
    { from: "oldest", to: "newest" },
    { from: "newest", to: "oldest" },
  ])("refuses a cursor of $from for $to", async ({ from, to }) => {
    await seeded();
    const { nextCursor } = await page(`${list}?limit=2&sort=${from}`);
    const answer = await ask(`${list}?limit=2&sort=${to}&cursor=${nextCursor}`);
    expect(answer.status).toBe(422);
    expect(Problem.parse(await answer.json()).errors).toEqual([{ path: "query.cursor", message: expect.any(String) }]);
  });

  it("refuses an order that it does not know", async () => {
    const answer = await ask(`${list}?sort=name`);
    expect(Problem.parse(await answer.json()).errors).toEqual([{ path: "query.sort", message: "Use one of newest, oldest" }]);
  });
});

describe("the list of audits", () => {
  it("is of one state, from either end", async () => {
    const queued = [await seedAudit(workspace, "queued"), await seedAudit(workspace, "queued"), await seedAudit(workspace, "queued")].toSorted();
    const deleted = await seedAudit(workspace, "queued");
    await seedAudit(workspace);
    await db().update(audits).set({ deletedAt: 1 }).where(eq(audits.id, deleted));
    expect(await walk("audits?limit=2&status=queued&sort=oldest", "id")).toEqual(queued);
    expect(await walk("audits?limit=2&status=queued", "id")).toEqual(queued.toReversed());
  });
});

describe("the list of keys", () => {
  it("has with each status the keys that say so, and no other", async () => {
    const leaver = await seedMember(workspace, { role: "dev" });
    const past = Date.now() - 1;
    const rotated = await seedKey(workspace);
    await db()
      .update(apiKeys)
      .set({ rotatedTo: parseApiKey(key)?.prefix ?? "", expiresAt: past })
      .where(eq(apiKeys.prefix, parseApiKey(rotated)?.prefix ?? ""));
    const made = [
      rotated,
      await seedKey(workspace, { expiresAt: Date.now() + 3_600_000 }),
      await seedKey(workspace, { expiresAt: past }),
      await seedKey(workspace, { expiresAt: past, revokedAt: past }),
      await seedKey({ id: workspace.id, userId: leaver }),
    ];
    await db()
      .delete(members)
      .where(and(eq(members.workspaceId, workspace.id), eq(members.userId, leaver)));
    await seedKey(await seedWorkspace());

    const all = (await page("keys")).items;
    expect(all).toHaveLength(made.length + 1);
    const expected = { active: 2, rotated: 1, expired: 1, revoked: 2 };
    for (const [status, count] of Object.entries(expected)) {
      const prefixes = await walk(`keys?limit=1&status=${status}`, "prefix");
      expect(prefixes).toHaveLength(count);
      expect(prefixes).toEqual(all.filter((one) => one.status === status).map(({ prefix }) => prefix));
    }
  });
});

describe("the list of members", () => {
  it("has with each role those who have it, and no other", async () => {
    const byRole = new Map<string, string[]>([["admin", [workspace.userId]]]);
    for (const role of ["dev", "qa", "dev", "manager", "dev"] as const) {
      byRole.set(role, [...(byRole.get(role) ?? []), await seedMember(workspace, { role })]);
    }
    for (const role of roles) expect(await walk(`members?limit=2&role=${role}`, "userId")).toEqual(byRole.get(role)?.toSorted());
  });
});
