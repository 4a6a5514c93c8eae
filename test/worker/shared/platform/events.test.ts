import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq, sql } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { events, workspaces } from "../../../../shared/db/schema/index.ts";
import {
  AppError,
  commit,
  type EventMessage,
  findUnhandledEvent,
  guarded,
  markHandled,
  newId,
  recordEvent,
  recordEventWhere,
  sendEvents,
  sweepEvents,
} from "../../../../shared/platform/index.ts";
import { injectFaults, once, stopFaults } from "../../../helpers/worker/faults.ts";
import { withFaults } from "../../../helpers/worker/faulty-bindings.ts";

const db = directoryDatabase(env);
const at = 1_800_000_000_000;
const auditId = newId("audit");

/** Stands for the queue; the network's edge of the outbox. */
class Recorder {
  readonly sent: string[] = [];
  readonly sizes: number[] = [];
  async sendBatch(messages: { body: EventMessage }[]): Promise<void> {
    this.sizes.push(messages.length);
    this.sent.push(...messages.map(({ body }) => body.eventId));
  }
}

const record = async (now = at): Promise<string> => {
  const outbox: string[] = [];
  await commit(db, [recordEvent({ db, workspaceId: "wsp_a", now: () => now, outbox }, "audit.queued", { auditId })]);
  return outbox[0] ?? "";
};

beforeAll(() => applyD1Migrations(env.DB, env.MIGRATIONS));
beforeEach(async () => {
  await db.delete(events);
});

describe("the outbox", () => {
  it("keeps an event until its handler has marked it", async () => {
    const id = await record();
    expect(await findUnhandledEvent(db, id)).toEqual({ id, workspaceId: "wsp_a", type: "audit.queued", data: { auditId }, createdAt: at });
    await commit(db, [markHandled(db, id, at)]);
    expect(await findUnhandledEvent(db, id)).toBeNull();
  });

  it("knows nothing of an event whose batch was rolled back", async () => {
    const outbox: string[] = [];
    const lost = db.update(workspaces).set({ name: "x" }).where(eq(workspaces.id, "nobody"));
    const write = commit(db, [...guarded(db, lost), recordEvent({ db, workspaceId: "wsp_a", now: () => at, outbox }, "audit.queued", { auditId })]);
    await expect(write).rejects.toMatchObject({ code: "conflict" });
    expect(await findUnhandledEvent(db, outbox[0] ?? "")).toBeNull();
  });

  it("sends again what was not handled within a minute, oldest first, and nothing else", async () => {
    const young = await record(at - 59_000);
    const old = await record(at - 61_000);
    const older = await record(at - 90_000);
    const handled = await record(at - 90_000);
    await commit(db, [markHandled(db, handled, at)]);
    const queue = new Recorder();
    expect(await sweepEvents(db, queue, at)).toBe(2);
    expect(queue.sent).toEqual([older, old]);
    expect(queue.sent).not.toContain(young);
  });

  it("sends at most a hundred at once", async () => {
    await commit(
      db,
      Array.from({ length: 120 }, () => recordEvent({ db, workspaceId: "wsp_a", now: () => at - 100_000, outbox: [] }, "audit.queued", { auditId })),
    );
    expect(await sweepEvents(db, new Recorder(), at)).toBe(100);
  });

  it("is told of in as many messages as a queue takes at once", async () => {
    const queue = new Recorder();
    const ids = Array.from({ length: 250 }, () => newId("event"));
    await sendEvents(queue, "wsp_a", ids);
    expect(queue.sent).toEqual(ids);
    expect(queue.sizes).toEqual([100, 100, 50]);
  });

  it("is read with others that are asked for at the same moment, at one go, each for itself", async () => {
    const [one, handled] = [await record(), await record()];
    await commit(db, [markHandled(db, handled, at)]);
    const calls: string[] = [];
    injectFaults(({ text }) => void calls.push(text));
    const faulty = directoryDatabase(withFaults(env));
    const found = await Promise.all([one, handled, newId("event"), one].map((id) => findUnhandledEvent(faulty, id)));
    stopFaults();
    expect(found.map((event) => event?.id)).toEqual([one, undefined, undefined, one]);
    expect(calls).toHaveLength(1);
  });

  it("fails for all who asked at that moment when the database does, and for nobody after", async () => {
    const id = await record();
    const faulty = directoryDatabase(withFaults(env));
    injectFaults(once("d1", "fail-before"));
    const asked = await Promise.allSettled([findUnhandledEvent(faulty, id), findUnhandledEvent(faulty, id)]);
    expect(asked.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await findUnhandledEvent(faulty, id)).toMatchObject({ id });
    stopFaults();
  });

  it("sends nothing when there is nothing to send", async () => {
    const queue = new Recorder();
    await sendEvents(queue, "wsp_a", []);
    expect(queue.sent).toEqual([]);
  });
});

describe("an event that is recorded where something holds", () => {
  const recordWhere = (condition: boolean, eventId: string, of = auditId) =>
    recordEventWhere({ db, workspaceId: "wsp_a", now: () => at, eventId }, "audit.queued", { auditId: of }, sql`${condition ? 1 : 0} = 1`);

  it("is like any other", async () => {
    const id = newId("event");
    await commit(db, [recordWhere(true, id)]);
    expect(await findUnhandledEvent(db, id)).toEqual({ id, workspaceId: "wsp_a", type: "audit.queued", data: { auditId }, createdAt: at });
  });

  it("is not there where it does not hold, and what stands beside it is", async () => {
    const [id, beside] = [newId("event"), newId("event")];
    await commit(db, [recordWhere(false, id), recordWhere(true, beside)]);
    expect([await findUnhandledEvent(db, id), (await findUnhandledEvent(db, beside))?.id]).toEqual([null, beside]);
  });

  it("is there once, as it was first recorded", async () => {
    const id = newId("event");
    await commit(db, [recordWhere(true, id)]);
    await commit(db, [markHandled(db, id, at)]);
    await commit(db, [recordWhere(true, id, newId("audit"))]);
    expect(await db.select().from(events)).toMatchObject([{ id, data: { auditId }, handledAt: at }]);
  });
});

describe("a guarded write", () => {
  it("commits what stands beside it when it changes exactly one row", async () => {
    const id = newId("workspace");
    await db.insert(workspaces).values({ id, name: "before", createdAt: at });
    await commit(db, [...guarded(db, db.update(workspaces).set({ name: "after" }).where(eq(workspaces.id, id)))]);
    expect(await db.query.workspaces.findFirst({ where: eq(workspaces.id, id) })).toMatchObject({ name: "after" });
  });

  it("calls a duplicate a conflict, and any other trouble unavailable and worth another try", async () => {
    const id = newId("workspace");
    const insert = () => db.insert(workspaces).values({ id, name: "one", createdAt: at });
    await commit(db, [insert()]);
    await expect(commit(db, [insert()])).rejects.toMatchObject({ code: "conflict", retryable: false });
    const broken = commit(db, [db.run("select * from no_such_table")]);
    await expect(broken).rejects.toMatchObject({ code: "unavailable", retryable: true });
    await expect(broken).rejects.toBeInstanceOf(AppError);
  });
});
