import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { events, notificationPreferences, notifications, users } from "../../../../shared/db/schema/index.ts";
import type { LiveEvent } from "../../../../shared/live/index.ts";
import { listMailbox } from "../../../../shared/mail/index.ts";
import { NotificationList, NotificationPreferences, notificationTypes, ShownNotification } from "../../../../shared/notifications/index.ts";
import { newId } from "../../../../shared/platform/index.ts";
import { notificationExample, preferencesExample } from "../../../../workers/api/notification-examples.ts";
import { fanOutTogether } from "../../../../workers/consumers/events.ts";
import { ask, goodPassword, seedInvitation } from "../../../helpers/worker/accounts.ts";
import { call, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { createAudit, untilEnded } from "../../../helpers/worker/audit-run.ts";
import { openFollower } from "../../../helpers/worker/follower.ts";
import { type SignedIn, seedMember, signedIn, signInAs } from "../../../helpers/worker/people.ts";
import { defineSite } from "../../../helpers/worker/site.ts";

const db = directoryDatabase(env);
const path = "/api/v1/notifications";

let own: SeededWorkspace;
let me: SignedIn;
beforeEach(async () => {
  own = await seedWorkspace();
  me = await signedIn(own.userId, own.id);
});

let moment = 1_800_000_000_000;
/** A notification of somebody, later than those before. */
async function seedNotification(userId = own.userId, workspaceId = own.id): Promise<string> {
  moment += 1_000;
  const id = newId("notification", moment);
  const said = { type: "audit.completed", data: { auditId: newId("audit"), url: "https://example.com/", score: 87 } };
  await db.insert(notifications).values({ id, workspaceId, userId, ...said, createdAt: moment, eventId: newId("event") });
  return id;
}

const list = async (query = "", by = me) => NotificationList.parse(await (await by("GET", `${path}${query}`)).json());
const idsOf = async (query = "", by = me) => (await list(query, by)).items.map(({ id }) => id);

const proofOf = async (userId: string) => ({ headers: { Authorization: `Bearer ${(await signInAs(userId)).accessToken}`, "X-Workspace": own.id } });

/** Asks until what follows in the background is there. */
async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let looks = 0; looks < 200; looks++) {
    const found = await look();
    if (found !== undefined) return found;
    await scheduler.wait(50);
  }
  throw new Error("It did not come.");
}

describe("the inbox", () => {
  it("has what is one's own in this workspace, newest first, page by page, and counts all that is unread", async () => {
    const ids = [await seedNotification(), await seedNotification(), await seedNotification()];
    await seedNotification(await seedMember(own, { role: "admin" }));
    await seedNotification(own.userId, (await seedWorkspace()).id);
    const first = await list("?limit=2");
    expect([first.items.map(({ id }) => id), first.unread]).toEqual([[ids[2], ids[1]], 3]);
    const second = await list(`?limit=2&cursor=${first.nextCursor}`);
    expect([second.items.map(({ id }) => id), second.unread, second.nextCursor]).toEqual([[ids[0]], 3, undefined]);
  });

  it.each([
    { query: "?lang=es", header: "", title: "Auditoría terminada" },
    { query: "", header: "es-MX", title: "Auditoría terminada" },
    { query: "?lang=en", header: "es", title: "Audit completed" },
    { query: "", header: "", title: "Audit completed" },
  ])("speaks the language that is asked for: $query $header", async ({ query, header, title }) => {
    await seedNotification();
    const answer = await call("GET", `${path}${query}`, { key: await seedKey(own), headers: { "Accept-Language": header } });
    expect(NotificationList.parse(await answer.json()).items).toMatchObject([{ title, text: expect.stringContaining("https://example.com/") }]);
    expect(answer.headers.get("Content-Language")).toBe(title === "Audit completed" ? "en" : "es");
  });

  it("is the maker's for a key, with the permissions that the key has", async () => {
    const id = await seedNotification();
    const reader = await seedKey(own, { scopes: ["notifications:read"] });
    expect(await (await call("GET", path, { key: reader })).json()).toMatchObject({ items: [{ id }], unread: 1 });
    expect((await call("PATCH", `${path}/${id}`, { key: reader, body: { read: true } })).status).toBe(403);
    const writer = await seedKey(own, { scopes: ["notifications:write"] });
    expect((await call("PATCH", `${path}/${id}`, { key: writer, body: { read: true } })).status).toBe(200);
    expect((await list()).unread).toBe(0);
  });

  it("names somebody as they are called now, and not once they left", async () => {
    const userId = await seedMember(own, { role: "dev" });
    const id = await seedNotification();
    await db.update(notifications).set({ type: "member.joined", data: { userId } }).where(eq(notifications.id, id));
    await db.update(users).set({ name: "Grace" }).where(eq(users.id, userId));
    expect((await list()).items).toMatchObject([{ data: { userId, name: "Grace" }, text: expect.stringMatching(/^Grace /) }]);
    expect((await me("DELETE", `/api/v1/members/${userId}`)).status).toBe(204);
    expect((await list()).items).toMatchObject([{ data: { userId, name: "" }, text: expect.stringMatching(/^Somebody /) }]);
  });
});

describe("marking", () => {
  it("one as read and as unread again keeps the time of the first reading, and the others as they are", async () => {
    const [id, other] = [await seedNotification(), await seedNotification()];
    const mark = async (read: boolean) => ShownNotification.parse(await (await me("PATCH", `${path}/${id}?lang=es`, { read })).json());
    const { readAt, title } = await mark(true);
    expect([readAt, title]).toEqual([expect.any(Number), "Auditoría terminada"]);
    expect((await mark(true)).readAt).toBe(readAt);
    expect([await idsOf("?unread=true"), (await list()).unread]).toEqual([[other], 1]);
    expect((await mark(false)).readAt).toBeNull();
    expect(await idsOf("?unread=true")).toEqual([other, id]);
  });

  it.each([
    { outcome: "somebody else's", whose: async () => seedNotification(await seedMember(own, { role: "admin" })) },
    { outcome: "one's own of another workspace", whose: async () => seedNotification(own.userId, (await seedWorkspace()).id) },
    { outcome: "one that is not there", whose: async () => newId("notification") },
  ])("$outcome is not found, and changes nothing", async ({ whose }) => {
    const id = await whose();
    expect((await me("PATCH", `${path}/${id}`, { read: true })).status).toBe(404);
    const [row] = await db.select().from(notifications).where(eq(notifications.id, id));
    expect(row?.readAt ?? null).toBeNull();
  });

  it("all leaves other people's, other workspaces' and what came after `upTo` unread", async () => {
    const ids = [await seedNotification(), await seedNotification(), await seedNotification()];
    const foreign = [await seedNotification(await seedMember(own, { role: "admin" })), await seedNotification(own.userId, (await seedWorkspace()).id)];
    expect(await (await me("POST", `${path}/read-all`, { upTo: ids[1] })).json()).toEqual({ marked: 2, unread: 1 });
    expect(await idsOf("?unread=true")).toEqual([ids[2]]);
    expect(await (await me("POST", `${path}/read-all`)).json()).toEqual({ marked: 1, unread: 0 });
    expect(await (await me("POST", `${path}/read-all`)).json()).toEqual({ marked: 0, unread: 0 });
    for (const id of foreign) expect((await db.query.notifications.findFirst({ where: eq(notifications.id, id) }))?.readAt).toBeNull();
  });
});

describe("preferences", () => {
  const preferences = `${path}/preferences`;
  const read = async () => NotificationPreferences.parse(await (await me("GET", preferences)).json()).items;
  const usual = [
    { type: "audit.completed", inApp: true, email: false },
    { type: "audit.failed", inApp: true, email: false },
    { type: "audit.regressed", inApp: true, email: true },
    { type: "member.joined", inApp: true, email: false },
    { type: "member.role-changed", inApp: true, email: true },
    { type: "report.ready", inApp: true, email: true },
    { type: "webhook.failing", inApp: true, email: true },
    { type: "webhook.disabled", inApp: true, email: true },
  ];

  it("are as usual until somebody says otherwise", async () => {
    expect(await read()).toEqual(usual);
  });

  it.each(notificationTypes)("of %s change by channel, and leave all else as it is", async (type) => {
    const change = async (channels: object) => (await me("PATCH", preferences, { items: [{ type, ...channels }] })).json();
    const withIt = (channels: object) => usual.map((each) => (each.type === type ? { ...each, ...channels } : each));
    const flipped = !usual.find((each) => each.type === type)?.email;
    expect(await change({ email: flipped })).toEqual({ items: withIt({ email: flipped }) });
    expect(await change({ inApp: false })).toEqual({ items: withIt({ email: flipped, inApp: false }) });
    expect(await change({})).toEqual({ items: withIt({ email: flipped, inApp: false }) });
    expect(await read()).toEqual(withIt({ email: flipped, inApp: false }));
    const other = await signedIn(await seedMember(own, { role: "admin" }), own.id);
    expect(NotificationPreferences.parse(await (await other("GET", preferences)).json()).items).toEqual(usual);
  });

  it.each([
    { outcome: "an unknown type", items: [{ type: "audit.started", email: true }] },
    {
      outcome: "a type twice",
      items: [
        { type: "audit.failed", email: true },
        { type: "audit.failed", email: false },
      ],
    },
    { outcome: "an unknown channel", items: [{ type: "audit.failed", sms: true }] },
    { outcome: "nothing", items: [] },
  ])("refuse $outcome", async ({ items }) => {
    expect((await me("PATCH", preferences, { items })).status).toBe(422);
    expect(await read()).toEqual(usual);
  });
});

describe("what happens in a workspace", () => {
  it("reaches who started the audit, the key's maker", async () => {
    await defineSite("inbox.test", { "/": "<title>Inbox</title><h1>Inbox</h1>" });
    const key = await seedKey(own);
    const { id: auditId } = await createAudit(key, "http://inbox.test/");
    await untilEnded(key, auditId);
    const notification = await until(async () => (await list()).items[0]);
    expect(notification).toMatchObject({ type: "audit.completed", readAt: null, data: { auditId, url: "http://inbox.test/", score: expect.any(Number) } });
  });

  it("reaches the admins and the inviter when somebody registers, and when somebody with an account accepts", async () => {
    const inviter = await seedMember(own, { role: "manager" });
    const invited = await seedInvitation({ id: own.id, userId: inviter });
    expect((await ask("POST", "/auth/register", { body: { token: invited.token, name: "Grace", password: goodPassword } })).status).toBe(201);
    const stranger = await seedWorkspace();
    const again = await seedInvitation(own, { email: `${stranger.userId}@example.com` });
    const accept = await (await signedIn(stranger.userId))("POST", "/api/v1/auth/accept-invitation", { token: again.token });
    expect(accept.status).toBe(200);
    const told = await until(async () => ((await list()).items.length === 2 ? (await list()).items : undefined));
    // Events that come at once are handled in any order.
    expect(told.toSorted((one, other) => one.text.localeCompare(other.text))).toMatchObject([
      { type: "member.joined", data: { name: "Grace" } },
      { type: "member.joined", data: { userId: stranger.userId, name: "" } },
    ]);
    const theirs = await signedIn(inviter, own.id);
    expect((await list("", theirs)).items).toMatchObject([{ data: { name: "Grace" } }]);
    expect((await list("", await signedIn(stranger.userId, own.id))).items).toEqual([]);
  });

  it("reaches whose role was changed, and by e-mail too, in their language; once, though the event is handled again", async () => {
    const userId = await seedMember(own, { role: "dev" });
    await db.update(users).set({ language: "es" }).where(eq(users.id, userId));
    expect((await me("PATCH", `/api/v1/members/${userId}`, { role: "qa" })).status).toBe(200);
    const to = `${userId}@example.com`;
    const mailsOf = async () => (await listMailbox(env.STORE)).filter((mail) => mail.to === to);
    const mail = await until(async () => (await mailsOf())[0]);
    expect(mail.subject).toBe("Se ha cambiado tu rol – Test");
    expect(mail.text).toContain(`npx mentha inbox --email-off member.role-changed --workspace ${own.id}`);

    const event = await until(() => db.query.events.findFirst({ where: and(eq(events.workspaceId, own.id), eq(events.type, "member.role-changed")) }));
    await db.update(events).set({ handledAt: null }).where(eq(events.id, event.id));
    const delivery = { env, context: { waitUntil: () => undefined }, withConnection: <T>(work: () => Promise<T>) => work() };
    await fanOutTogether(delivery)({ v: 1, eventId: event.id, workspaceId: own.id });
    expect((await db.query.events.findFirst({ where: eq(events.id, event.id) }))?.handledAt).not.toBeNull();
    expect((await list("", await signedIn(userId, own.id))).items).toMatchObject([{ type: "member.role-changed", data: { role: "qa" } }]);
    expect(await mailsOf()).toHaveLength(1);
  });

  it("is told to nobody where the change was lost: a role that is the same", async () => {
    const userId = await seedMember(own, { role: "dev" });
    expect((await me("PATCH", `/api/v1/members/${userId}`, { role: "dev" })).status).toBe(200);
    expect(await db.$count(events, and(eq(events.workspaceId, own.id), eq(events.type, "member.role-changed")))).toBe(0);
  });
});

describe("open pages", () => {
  it("hear of a notification at once, and of what was read elsewhere, each with what is unread; other people's hear nothing", async () => {
    const userId = await seedMember(own, { role: "dev" });
    const theirs = await openFollower(await proofOf(userId));
    const mine = await openFollower(await proofOf(own.userId));
    try {
      for (const follower of [theirs, mine]) expect(await follower.follow("me")).toMatchObject({ type: "subscribed" });
      const { token } = await seedInvitation(own);
      expect((await ask("POST", "/auth/register", { body: { token, name: "Grace", password: goodPassword } })).status).toBe(201);
      const told = await mine.until("me", ({ type }) => type === "notification.created");
      expect(told).toMatchObject([{ event: { notification: { type: "member.joined", readAt: null, data: { name: "" } }, unread: 1 } }]);
      // What is told is kept for a day, and a name must not outlive its bearer there: pages ask for it.
      expect((await list()).items).toMatchObject([{ type: "member.joined", data: { name: "Grace" } }]);
      const [id] = await idsOf();
      expect((await me("PATCH", `${path}/${id}`, { read: true })).status).toBe(200);
      expect((await mine.until("me", ({ type }) => type === "notification.read")).at(-1)?.event).toEqual({ type: "notification.read", unread: 0 });
      await seedNotification();
      expect((await me("POST", `${path}/read-all`)).status).toBe(200);
      const isRead = ({ event }: { event: LiveEvent }) => event.type === "notification.read";
      await until(async () => (mine.told("me").filter(isRead).length === 2 ? true : undefined));
      expect(theirs.told("me")).toEqual([]);
    } finally {
      for (const follower of [theirs, mine]) follower.leave();
    }
  });
});

describe("somebody who leaves", () => {
  it("leaves no notification and no preference of that workspace, and those of others as they are", async () => {
    const userId = await seedMember(own, { role: "dev" });
    const other = await seedWorkspace();
    const kept = [await seedNotification(), await seedNotification(userId, other.id)].toSorted();
    await seedNotification(userId);
    for (const workspaceId of [own.id, other.id])
      await db.insert(notificationPreferences).values({ workspaceId, userId, type: "audit.failed", inApp: true, email: true });
    expect((await (await signedIn(userId, own.id))("DELETE", `/api/v1/members/${userId}`)).status).toBe(204);
    const left = await db.select({ id: notifications.id }).from(notifications).where(eq(notifications.userId, userId));
    const mine = await db.select({ id: notifications.id }).from(notifications).where(eq(notifications.userId, own.userId));
    expect([...left, ...mine].map(({ id }) => id).toSorted()).toEqual(kept);
    const preferences = await db.select().from(notificationPreferences).where(eq(notificationPreferences.userId, userId));
    expect(preferences.map(({ workspaceId }) => workspaceId)).toEqual([other.id]);
  });
});

it("shows examples that the schemas accept", () => {
  expect(ShownNotification.safeParse(notificationExample).error).toBeUndefined();
  expect(NotificationPreferences.strict().safeParse(preferencesExample).error).toBeUndefined();
});
