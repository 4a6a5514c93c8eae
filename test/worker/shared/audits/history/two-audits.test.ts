import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { publishAudit } from "../../../../../shared/audits/crawl/project.ts";
import { AuditDiff, DiffFindingList } from "../../../../../shared/audits/index.ts";
import { directoryDatabase } from "../../../../../shared/db/client.ts";
import { audits } from "../../../../../shared/db/schema/index.ts";
import { newId } from "../../../../../shared/platform/index.ts";
import { call, type SeededWorkspace, seedKey, seedWorkspace } from "../../../../helpers/worker/api.ts";
import { runAudit } from "../../../../helpers/worker/audit-run.ts";
import { injectFaults, once, release, stopFaults, untilHeld, writes } from "../../../../helpers/worker/faults.ts";
import { withFaults } from "../../../../helpers/worker/faulty-bindings.ts";
import { usualOptions } from "../../../../helpers/worker/past-audits.ts";
import { defineSite } from "../../../../helpers/worker/site.ts";

const page = (title: string, links = ""): string =>
  `<!doctype html><html lang="en"><head><title>${title}</title></head><body><h1>Hello</h1>${links}</body></html>`;

let own: SeededWorkspace;
let key: string;
beforeEach(async () => {
  own = await seedWorkspace();
  key = await seedKey(own);
});

describe("a site that is audited twice", () => {
  it("shows what is new, open, fixed and not looked at again", async () => {
    const host = "twice.test";
    const links = '<a href="/a">The first</a> <a href="/b">The second</a> <a href="/c">The third</a>';
    const { url } = await defineSite(host, { "/": page("The start of a shop", links), "/a": page(""), "/b": page(""), "/c": page("") });
    await runAudit(key, `${url}/`);
    await defineSite(host, {
      "/": page("", links),
      "/a": page("A title of its own"),
      "/b": page(""),
      "/c": { status: 503, body: "Later" },
    });
    const { audit } = await runAudit(key, `${url}/`);
    const answer = await call("GET", `/api/v1/audits/${audit.id}/diff`, { key });
    const diff = AuditDiff.parse(await answer.json());
    expect(diff.rules.find(({ ruleId }) => ruleId === "title-missing")).toMatchObject({ new: 1, open: 1, fixed: 1, notRechecked: 1 });
    const list = await call("GET", `/api/v1/audits/${audit.id}/diff/findings?rule=title-missing`, { key });
    const { items } = DiffFindingList.parse(await list.json());
    expect(items.map(({ state, pageUrl }) => `${state} ${new URL(pageUrl ?? url).pathname}`).sort()).toEqual([
      "fixed /a",
      "new /",
      "not-rechecked /c",
      "open /b",
    ]);
  });
});

describe("two audits of one address that end together", () => {
  const db = directoryDatabase(env);
  const at = 1_800_000_000_000;

  async function judged(): Promise<string> {
    const id = newId("audit");
    const row = { workspaceId: own.id, createdBy: own.userId, url: "https://shop.example/", status: "running", options: usualOptions } as const;
    await db.insert(audits).values({ id, ...row, createdAt: at, startedAt: at });
    return id;
  }
  const publish = (auditId: string, database = db) => publishAudit({ db: database, auditId, workspaceId: own.id, now: () => at, outbox: [] }, {});
  const baseOf = async (id: string) => (await db.query.audits.findFirst({ where: (row, { eq }) => eq(row.id, id) }))?.baseId;

  it("are compared with each other, though nobody listens to events", async () => {
    const [one, other] = [await judged(), await judged()];
    injectFaults(once("d1", "hold-before", { text: writes.publication }));
    const late = publish(one, directoryDatabase(withFaults(env)));
    await untilHeld();
    await publish(other);
    release();
    await expect(late).rejects.toMatchObject({ code: "conflict" });
    stopFaults();
    await publish(one);
    expect([await baseOf(other), await baseOf(one)]).toEqual([null, other]);
  });
});
