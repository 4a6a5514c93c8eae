import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { crawlsOf } from "../../../../../durable-objects/stubs.ts";
import { haltAudits, watchAudits } from "../../../../../shared/audits/index.ts";
import { dropConfirmationOf, eraseConfirmation, failConfirmation, publishConfirmation } from "../../../../../shared/audits/regression/confirmation.ts";
import { directoryDatabase } from "../../../../../shared/db/client.ts";
import { auditLog, auditPages, audits, findings, notifications } from "../../../../../shared/db/schema/index.ts";
import { createLog } from "../../../../../shared/platform/index.ts";
import { call, type SeededWorkspace, seedAudit, seedKey, seedWorkspace } from "../../../../helpers/worker/api.ts";
import { injectFaults, once, release, stopFaults, untilHeld } from "../../../../helpers/worker/faults.ts";
import { withFaults } from "../../../../helpers/worker/faulty-bindings.ts";
import { auditedUrl, recordedOf, seedFindings, seedPublished, seedSecondLook } from "../../../../helpers/worker/second-look.ts";

const db = directoryDatabase(env);
const at = 1_800_000_000_000;
const example = `${auditedUrl}a`;
/** SQL of the batch that ends a second look. */
const publication = '"deleted_at" = ?';

let own: SeededWorkspace;
let baseId = "";
let first = "";
let look = "";
beforeEach(async () => {
  own = await seedWorkspace();
  baseId = await seedPublished(own, at, { tallies: {} });
  first = await seedPublished(own, at + 1, { tallies: {} });
  const rules = [{ ruleId: "title-missing", pages: 2, pagesBefore: 0, examples: [example, `${auditedUrl}b`] }];
  look = await seedSecondLook(own, first, { baseId, baseFinishedAt: at, rules, score: { before: 90, now: 70 } });
});
afterEach(() => {
  stopFaults();
});

const ctxOf = (database = db, auditId = look) => ({ db: database, auditId, workspaceId: own.id, now: () => at + 9, outbox: [] as string[] });
const rowOf = async (auditId: string) => db.query.audits.findFirst({ where: eq(audits.id, auditId) });
const stillFails = () => seedFindings(own.id, look, [{ ruleId: "title-missing", path: "/a" }]);
const regressed = () => ({
  baseId,
  baseFinishedAt: at,
  confirmedAt: at + 9,
  rules: [{ ruleId: "title-missing", pages: 2, pagesBefore: 0, examples: [example] }],
  score: { before: 90, now: 70 },
});

describe("a second look that has ended", () => {
  it("is told of, with what still fails, on the audit that it looked after", async () => {
    await stillFails();
    const ctx = ctxOf();
    expect(await publishConfirmation(ctx)).toBe("held");
    expect((await rowOf(first))?.regression).toEqual(regressed());
    expect(await recordedOf(own.id, "audit.regressed")).toEqual([{ auditId: first, baseId, origin: "https://shop.example" }]);
    expect(await recordedOf(own.id, "confirmation.ended")).toEqual([{ auditId: look }]);
    // The queue is told of both events.
    expect(ctx.outbox).toHaveLength(2);
    expect(await rowOf(look)).toMatchObject({ status: "completed", deletedAt: at + 9 });
  });

  it.each<{ what: string; found: Parameters<typeof seedFindings>[2] }>([
    { what: "nothing", found: [] },
    { what: "something else", found: [{ ruleId: "h1-missing", path: "/a" }] },
    { what: "it on another page", found: [{ ruleId: "title-missing", path: "/c" }] },
    { what: "it as a matter of information", found: [{ ruleId: "title-missing", path: "/a", severity: "info" }] },
  ])("and found $what is told to nobody", async ({ found }) => {
    await seedFindings(own.id, look, found);
    expect(await publishConfirmation(ctxOf())).toBe("held");
    expect((await rowOf(first))?.regression).toBeNull();
    expect(await recordedOf(own.id, "audit.regressed")).toEqual([]);
    expect(await recordedOf(own.id, "confirmation.ended")).toHaveLength(1);
  });

  it("is told of once, though the answer to its publication was lost and it is published again", async () => {
    await stillFails();
    injectFaults(once("d1", "fail-after", { text: publication }));
    const faulty = directoryDatabase(withFaults(env));
    await expect(publishConfirmation(ctxOf(faulty))).rejects.toMatchObject({ code: "unavailable" });
    const again = ctxOf(faulty);
    expect(await publishConfirmation(again)).toBe("held");
    expect(again.outbox).toEqual([]);
    expect(await recordedOf(own.id, "audit.regressed")).toHaveLength(1);
    expect(await recordedOf(own.id, "confirmation.ended")).toHaveLength(1);
  });

  it("tells nothing when its publication failed, and everything when it is tried again", async () => {
    await stillFails();
    injectFaults(once("d1", "fail-before", { text: publication }));
    const faulty = directoryDatabase(withFaults(env));
    await expect(publishConfirmation(ctxOf(faulty))).rejects.toMatchObject({ code: "unavailable" });
    expect([(await rowOf(first))?.regression, await recordedOf(own.id, "audit.regressed")]).toEqual([null, []]);
    expect(await publishConfirmation(ctxOf(faulty))).toBe("held");
    expect(await recordedOf(own.id, "audit.regressed")).toHaveLength(1);
  });

  it("is told to nobody when the audit is deleted at that moment", async () => {
    await stillFails();
    injectFaults(once("d1", "hold-before", { text: publication }));
    const publishing = publishConfirmation(ctxOf(directoryDatabase(withFaults(env))));
    await untilHeld();
    await db.update(audits).set({ deletedAt: at }).where(eq(audits.id, first));
    release();
    expect(await publishing).toBe("held");
    expect((await rowOf(first))?.regression).toBeNull();
    expect(await recordedOf(own.id, "audit.regressed")).toEqual([]);
  });

  it("ends for nothing when it was given up first", async () => {
    await stillFails();
    await dropConfirmationOf(ctxOf(), first);
    expect(await publishConfirmation(ctxOf())).toBe("lost");
    expect(await recordedOf(own.id, "audit.regressed")).toEqual([]);
    expect(await recordedOf(own.id, "confirmation.ended")).toEqual([{ auditId: look }]);
  });

  it("leaves nothing behind, however often it is removed", async () => {
    await stillFails();
    await publishConfirmation(ctxOf());
    for (let times = 0; times < 2; times++) await eraseConfirmation({ db, workspaceId: own.id }, crawlsOf(env), look);
    expect(await rowOf(look)).toBeUndefined();
    expect([await db.$count(findings, eq(findings.auditId, look)), await db.$count(auditPages, eq(auditPages.auditId, look))]).toEqual([0, 0]);
    expect((await rowOf(first))?.regression).toEqual(regressed());
  });
});

describe("a second look that cannot go on", () => {
  it.each<{ what: string; ends: () => Promise<unknown>; status: string }>([
    { what: "failed", ends: () => failConfirmation(ctxOf(), { code: "start_not_reachable", message: "No answer." }), status: "failed" },
    {
      what: "is in a workspace that is suspended",
      ends: () => haltAudits({ db, crawls: crawlsOf(env), now: () => at, log: createLog(() => {}), outbox: [] }, own.id),
      status: "cancelled",
    },
    {
      what: "was lost",
      ends: () => {
        const gone = { ...crawlsOf(env), resume: async () => "gone" as const };
        return watchAudits({ db, crawls: gone, now: () => at, announce: async () => {}, log: createLog(() => {}) });
      },
      status: "failed",
    },
    { what: "looks after an audit that was deleted", ends: () => dropConfirmationOf(ctxOf(), first), status: "cancelled" },
  ])("since it $what is told to nobody, and removed", async ({ ends, status }) => {
    await stillFails();
    await db.update(audits).set({ heartbeatAt: 1 }).where(eq(audits.id, look));
    await ends();
    expect(await rowOf(look)).toMatchObject({ status, deletedAt: expect.any(Number) });
    expect((await rowOf(first))?.regression).toBeNull();
    expect(await recordedOf(own.id, "confirmation.ended")).toEqual([{ auditId: look }]);
    for (const type of ["audit.regressed", "audit.failed", "audit.cancelled", "audit.deleted"]) expect(await recordedOf(own.id, type)).toEqual([]);
    expect(await db.$count(auditLog, eq(auditLog.workspaceId, own.id))).toBe(0);
    expect(await db.$count(notifications, eq(notifications.workspaceId, own.id))).toBe(0);
  });

  it("is left alone with its audit when another one is deleted", async () => {
    await dropConfirmationOf(ctxOf(), await seedAudit(own));
    expect(await rowOf(look)).toMatchObject({ status: "running", deletedAt: null });
  });
});

it("a second look is nowhere to be seen, and can be neither cancelled, deleted nor run again", async () => {
  const key = await seedKey(own);
  const list: unknown = await (await call("GET", "/api/v1/audits?limit=100", { key })).json();
  expect(JSON.stringify(list)).not.toContain(look);
  expect(JSON.stringify(list)).toContain(first);
  for (const [method, path] of [
    ["GET", ""],
    ["GET", "/findings"],
    ["GET", "/pages"],
    ["GET", "/report.json"],
    ["DELETE", ""],
    ["POST", "/cancel"],
    ["POST", "/rerun"],
  ] as const) {
    const { status } = await call(method, `/api/v1/audits/${look}${path}`, { key, ...(path === "/rerun" && { body: {} }) });
    expect([path, status]).toEqual([path, 404]);
  }
});
