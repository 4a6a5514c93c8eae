import { env } from "cloudflare:workers";
import { and, eq, isNotNull } from "drizzle-orm";
import { afterEach, beforeEach, expect, it } from "vitest";
import { directoryDatabase } from "../../../../../shared/db/client.ts";
import { audits, notifications } from "../../../../../shared/db/schema/index.ts";
import { call, type SeededWorkspace, seedKey, seedWorkspace } from "../../../../helpers/worker/api.ts";
import { createAudit, readAudit, untilEnded } from "../../../../helpers/worker/audit-run.ts";
import { letTimePass } from "../../../../helpers/worker/fault-bench.ts";
import { always, injectFaults, inTurn, once, stopFaults, untilHeld } from "../../../../helpers/worker/faults.ts";
import { recordedOf } from "../../../../helpers/worker/second-look.ts";
import { defineSite } from "../../../../helpers/worker/site.ts";

const db = directoryDatabase(env);
const page = (title: string) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8">${title === "" ? "" : `<title>${title}</title>`}</head><body><h1>Shop</h1></body></html>`;
/** SQL of the batch that ends a second look. */
const publication = '"deleted_at" = ?';

let own: SeededWorkspace;
let key = "";
beforeEach(async () => {
  own = await seedWorkspace();
  key = await seedKey(own);
});
afterEach(() => {
  stopFaults();
});

/** A site that broke between two audits, and the second of these, which has ended well under these faults. */
async function brokenSite(host: string, plan: Parameters<typeof injectFaults>[0]): Promise<string> {
  const site = await defineSite(host, { "/": page("The shop of the example") });
  await untilEnded(key, (await createAudit(key, `${site.url}/`)).id);
  await defineSite(host, { "/": page("") });
  injectFaults(plan);
  const { id } = await createAudit(key, `${site.url}/`);
  await untilEnded(key, id, () => wait(id));
  return id;
}

/** Lets time pass for an audit, whose object may be forgotten at that very moment. */
async function wait(auditId: string): Promise<void> {
  await letTimePass(auditId).catch((error: unknown) => {
    if (!(error instanceof Error && /cleared|the object is gone/.test(error.message))) throw error;
  });
  await scheduler.wait(100);
}

const looksLeft = () =>
  db
    .select({ id: audits.id })
    .from(audits)
    .where(and(eq(audits.workspaceId, own.id), isNotNull(audits.confirmsId)));

/** Lets time pass until nothing is left of second looks. */
async function untilRemoved(): Promise<void> {
  for (let rounds = 0; rounds < 60; rounds++) {
    const [look] = await looksLeft();
    if (look === undefined) return;
    await wait(look.id);
  }
  throw new Error("a second look is still there");
}

/** How often it was told, and how often the person was. */
const told = async (auditId: string) => [
  (await readAudit(key, auditId)).regression?.rules.map(({ ruleId }) => ruleId),
  (await recordedOf(own.id, "audit.regressed")).length,
  await db.$count(notifications, and(eq(notifications.workspaceId, own.id), eq(notifications.type, "audit.regressed"))),
];

it.each<{ what: string; plan: () => Parameters<typeof injectFaults>[0] }>([
  { what: "its object dies before it ends", plan: () => once("d1", "die-before", { text: publication }) },
  { what: "its object dies once it has ended", plan: () => once("d1", "die-after", { text: publication }) },
  { what: "the answer to its end is lost", plan: () => once("d1", "fail-after", { text: publication }) },
  { what: "every message comes twice", plan: () => inTurn({ events: ["duplicate"], analysis: ["duplicate"], work: ["duplicate"] }) },
  { what: "the events are lost on their way", plan: () => always("events", "lose", { times: 2 }) },
])(
  "a regression is told once though $what",
  async ({ what, plan }) => {
    const auditId = await brokenSite(`${what.replace(/\W+/g, "-")}.example.org`, plan());
    await untilRemoved();
    for (let rounds = 0; rounds < 40 && (await told(auditId))[2] !== 1; rounds++) await wait(auditId);
    expect(stopFaults()).not.toEqual([]);
    expect(await told(auditId)).toEqual([["title-missing"], 1, 1]);
    expect(await recordedOf(own.id, "confirmation.ended")).toHaveLength(1);
  },
  90_000,
);

it("a second look ends with its audit, when that is deleted before it has ended", async () => {
  const auditId = await brokenSite("deleted-meanwhile.example.org", always("d1", "hold-before", { text: publication, stage: "publishing" }));
  await untilHeld();
  expect((await call("DELETE", `/api/v1/audits/${auditId}`, { key })).status).toBe(204);
  // What follows from the deletion comes first, or the end of the second look.
  stopFaults();
  await untilRemoved();
  expect(await recordedOf(own.id, "audit.regressed")).toEqual([]);
  expect(await recordedOf(own.id, "confirmation.ended")).toHaveLength(1);
}, 90_000);
