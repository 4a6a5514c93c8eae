import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { auditLog, events, members, parkedMessages, schedules, users, workspaces } from "../../../../shared/db/schema/index.ts";
import { newId } from "../../../../shared/platform/index.ts";
import { app } from "../../../../workers/api/app.ts";
import { newAddress, outcomeOf, type SeededWorkspace, seedWorkspace } from "../../../helpers/worker/api.ts";
import { injectFaults, release, stopFaults, untilHeld } from "../../../helpers/worker/faults.ts";
import { withFaults } from "../../../helpers/worker/faulty-bindings.ts";
import { signInAs } from "../../../helpers/worker/people.ts";
import { addressOf, type SampleRoute, sampleRoutes } from "../../../helpers/worker/route-samples.ts";

// An operator who is suspended or deleted while a request of theirs is under way, at the last moment before it writes. A new route is covered by being declared.

const db = directoryDatabase(env);
const faulty = withFaults(env);
const changing = sampleRoutes.filter(({ permission }) => permission === "operations:write");
const ended = { status: 403, detail: "Your account was suspended or deleted at this moment: nothing was done." };

let operator: SeededWorkspace;
beforeEach(async () => {
  operator = await seedWorkspace({ isOperator: true });
});
afterEach(() => {
  stopFaults();
});

/** What was sent to queues since `holdWrite`. */
let sent: string[] = [];

/** Holds the first batch that may be refused because of who asks. */
function holdWrite(): void {
  sent = [];
  let isHeld = false;
  injectFaults(({ point, text }) => {
    if (point === "events" || point === "work") sent.push(text);
    if (isHeld || point !== "d1" || !text.includes("json('conflict')")) return undefined;
    isHeld = true;
    return "hold-before";
  });
}

type Asked = Pick<SampleRoute, "path" | "body"> & { readonly method: string };

async function send(token: string, { method, path, body }: Asked): Promise<Response> {
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json", "CF-Connecting-IP": newAddress() };
  const context = createExecutionContext();
  const request = new Request(`https://mentha.test${path}`, {
    method: method.toUpperCase(),
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await app.fetch(request, faulty, context);
  await waitOnExecutionContext(context);
  return answer;
}

/** Sends a request of the operator, and does something else before it writes. */
async function sendWhile(route: Asked, meanwhile: () => PromiseLike<unknown>): Promise<Response> {
  const { accessToken } = await signInAs(operator.userId);
  holdWrite();
  const answer = send(accessToken, route);
  await untilHeld();
  await meanwhile();
  release();
  return answer;
}

const self = () => eq(users.id, operator.userId);
const suspend = () => db.update(users).set({ suspendedAt: Date.now() }).where(self());
/** What they did while signed in. */
const entriesOfOperator = () => db.$count(auditLog, and(eq(auditLog.userId, operator.userId), eq(auditLog.actorKind, "session")));

/** The address of something that the route can be called for with success. */
async function addressFor(route: SampleRoute): Promise<string> {
  const params = (await route.thing?.make(operator)) ?? {};
  if (route.path.endsWith("/resume")) {
    const { id = "" } = params;
    const suspendedAt = Date.now();
    await db.batch([
      db.update(users).set({ suspendedAt }).where(eq(users.id, id)),
      db.update(workspaces).set({ suspendedAt }).where(eq(workspaces.id, id)),
      db.update(schedules).set({ pausedAt: suspendedAt, nextOccurrence: null, nextAt: null }).where(eq(schedules.id, id)),
    ]);
  }
  return addressOf(route, params);
}

const ends = [
  { how: "suspended", end: suspend },
  { how: "deleted", end: () => db.delete(users).where(self()) },
];

describe.each(ends)("an operator who is $how meanwhile", ({ end }) => {
  it.each(changing)("changes nothing with $name", async (route) => {
    const path = await addressFor(route);
    expect(await outcomeOf(await sendWhile({ ...route, path }, end))).toEqual(ended);
    expect(await entriesOfOperator()).toBe(0);
  });
});

describe("an operator who is not", () => {
  it.each(changing)("does what they ask with $name", async (route) => {
    const answer = await sendWhile({ ...route, path: await addressFor(route) }, async () => {});
    expect(answer.ok).toBe(true);
    expect(await entriesOfOperator()).toBeGreaterThan(0);
  });
});

describe("of two operators", () => {
  it("one stays when one deletes the other, who suspends them at the same moment", async () => {
    const other = await seedWorkspace({ isOperator: true });
    await db.delete(members).where(eq(members.workspaceId, other.id));
    const { accessToken } = await signInAs(other.userId);
    const remove = { method: "delete", path: `/api/admin/users/${other.userId}`, body: undefined };
    const put = { method: "post", path: `/api/admin/users/${operator.userId}/suspend`, body: {} };
    const answer = await sendWhile(remove, async () => expect((await send(accessToken, put)).status).toBe(204));
    expect(await outcomeOf(answer)).toEqual(ended);
    expect(await db.query.users.findFirst({ where: eq(users.id, other.userId) })).toMatchObject({ suspendedAt: null });
  });
});

it("an event whose replay is refused stays as it was", async () => {
  const [eventId, id] = [newId("event"), newId("parked")];
  const handled = { id: eventId, workspaceId: operator.id, type: "audit.queued", data: { auditId: newId("audit") }, createdAt: 1, handledAt: 2 } as const;
  await db.insert(events).values(handled);
  const body = JSON.stringify({ v: 1, eventId, workspaceId: operator.id });
  const parked = { id, queue: "events", messageId: id, body, errorCode: "internal", errorMessage: "It broke.", attempts: 3, parkedAt: 3 };
  await db.insert(parkedMessages).values(parked);
  const replay = { method: "post", path: `/api/admin/dead-letters/${id}/replay`, body: undefined };
  expect(await outcomeOf(await sendWhile(replay, suspend))).toEqual(ended);
  expect(await db.query.events.findFirst({ where: eq(events.id, eventId) })).toMatchObject({ handledAt: 2 });
  expect(await db.$count(parkedMessages, eq(parkedMessages.id, id))).toBe(1);
  expect(sent.join()).not.toContain(eventId);
});
