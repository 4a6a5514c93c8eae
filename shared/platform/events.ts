import { and, eq, gte, isNull, lt, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../db/client.ts";
import { readTogether } from "../db/read-together.ts";
import { events } from "../db/schema/index.ts";
import { minuteMs } from "./clock.ts";
import type { Statement } from "./commit.ts";
import type { Context } from "./context.ts";
import { AppError } from "./errors.ts";
import { idPattern, newId } from "./ids.ts";

const event = <T extends string, D extends z.ZodType>(type: T, data: D) => z.object({ id: z.string(), workspaceId: z.string(), type: z.literal(type), data });
const ofAudit = z.object({ auditId: z.string() });
/** What a rule says of a site (`origin`): opened where no page failed in the audit before, fixed where none does any more. */
const ofFinding = z.object({ auditId: z.string(), ruleId: z.string(), origin: z.string() });
const ofWebhook = z.object({ webhookId: z.string() });

/** Every event of the platform and what its data says. An entry is here only when something emits it. */
const StoredEvent = z.discriminatedUnion("type", [
  event("audit.queued", ofAudit),
  event("audit.started", ofAudit),
  event("audit.completed", ofAudit),
  event("audit.failed", ofAudit.extend({ reason: z.string() })),
  event("audit.cancelled", ofAudit),
  event("audit.deleted", ofAudit),
  /** Something got worse since the audit before, and a second look found it so too. */
  event("audit.regressed", ofAudit.extend({ baseId: z.string(), origin: z.string() })),
  /** The second look at an audit whose news are bad came to an end, and is to be removed. */
  event("confirmation.ended", ofAudit),
  event("finding.opened", ofFinding),
  event("finding.fixed", ofFinding),
  event("job.failed", z.object({ jobId: z.string(), jobType: z.string() })),
  event("limit.reached", z.object({ principalId: z.string(), day: z.string() })),
  event("report.ready", z.object({ reportId: z.string() })),
  /** A time of a schedule came, or somebody wants it to run now: its run is to be started. */
  event("schedule.due", z.object({ scheduleId: z.string(), runId: z.string() })),
  event("user.invited", z.object({ invitationId: z.string(), role: z.string(), invitedBy: z.string() })),
  /** Somebody changed an endpoint, or wants something sent again: its object is to know. */
  event("webhook.changed", ofWebhook),
  event("webhook.failing", ofWebhook.extend({ since: z.int() })),
  event("webhook.disabled", ofWebhook.extend({ reason: z.enum(["gone", "failing"]) })),
  event("broadcast.created", z.object({ broadcastId: z.string() })),
  event("broadcast.ended", z.object({ broadcastId: z.string() })),
  event("member.joined", z.object({ userId: z.string(), invitedBy: z.string() })),
  event("member.role-changed", z.object({ userId: z.string(), role: z.string() })),
  event("workspace.resharded", z.object({ liveShards: z.int() })),
  event("workspace.suspended", z.object({})),
]);
export type StoredEvent = z.infer<typeof StoredEvent>;
export type EventType = StoredEvent["type"];
/** An event and when it was recorded, ms since 1970. */
export type DatedEvent = StoredEvent & { readonly createdAt: number };
type EventData<T extends EventType> = Extract<StoredEvent, { type: T }>["data"];

/** What travels in the `events` queue: a hint that this row is due. */
export const EventMessage = z.object({ v: z.literal(1), eventId: z.string().regex(idPattern("event")), workspaceId: z.string() });
export type EventMessage = z.infer<typeof EventMessage>;

type Recorder = Pick<Context, "db" | "workspaceId" | "now" | "outbox">;

/** The statement that records an event; it belongs in the batch of the change it tells of. */
export function recordEvent<T extends EventType>(ctx: Recorder, type: T, data: EventData<T>): Statement {
  const id = newId("event", ctx.now());
  ctx.outbox.push(id);
  return ctx.db.insert(events).values({ id, workspaceId: ctx.workspaceId, type, data, createdAt: ctx.now() });
}

/**
 * The statement that records an event where the condition holds by then, and one of this id was not recorded before. Whether it was is not known after, so
 * nothing is put into an outbox: the sweep takes the event to its handler, unless the caller tells the queue.
 */
export function recordEventWhere<T extends EventType>(
  { db, workspaceId, now, eventId }: Pick<Recorder, "db" | "workspaceId" | "now"> & { readonly eventId: string },
  type: T,
  data: EventData<T>,
  condition: SQL,
): Statement {
  // In the order of the table: Drizzle throws at any other.
  const row = {
    id: sql`${eventId}`.as("id"),
    workspaceId: sql`${workspaceId}`.as("workspace_id"),
    type: sql`${type}`.as("type"),
    data: sql`${sql.param(data, events.data)}`.as("data"),
    createdAt: sql`${now()}`.as("created_at"),
    handledAt: sql`null`.as("handled_at"),
  } satisfies Record<keyof typeof events.$inferSelect, SQL.Aliased>;
  return db.insert(events).select(db.select(row).from(sql`(select 1)`).where(condition)).onConflictDoNothing();
}

/**
 * The statement that records an event of a workspace in the directory, for changes that are made there, such as those of memberships: the event is in the
 * batch of its change, wherever the workspace's own things are kept.
 */
export function recordDirectoryEvent<T extends EventType>(
  ctx: Pick<Context, "directory" | "now" | "dueEvents">,
  workspaceId: string,
  type: T,
  data: EventData<T>,
): Statement {
  const { directory: db, now, dueEvents } = ctx;
  const outbox: string[] = [];
  const statement = recordEvent({ db, workspaceId, now, outbox }, type, data);
  dueEvents.push(...outbox.map((eventId) => ({ workspaceId, eventId })));
  return statement;
}

/** The statement that marks an event handled; it belongs in the batch of the handler's effect and is its dedupe. */
export function markHandled(db: Database, eventId: string, now: number): Statement {
  return db
    .update(events)
    .set({ handledAt: now })
    .where(and(eq(events.id, eventId), isNull(events.handledAt)));
}

/**
 * An event that still waits for its handler; null when it is handled, or was never committed.
 * @throws AppError `invalid` for an event that this version does not know
 */
export async function findUnhandledEvent(db: Database, eventId: string): Promise<DatedEvent | null> {
  return readEvent(db, and(eq(events.id, eventId), isNull(events.handledAt)));
}

/**
 * An event that is still kept, handled or not; null when it is not.
 * @throws AppError as `findUnhandledEvent` does
 */
export function findEvent(db: Database, eventId: string): Promise<StoredEvent | null> {
  return readEvent(db, eq(events.id, eventId));
}

/**
 * Events of a workspace that wait for their handler, were recorded before another and not before `since` (ms since 1970). Ids sort by time. Those that
 * this version does not know are left out.
 */
export async function findUnhandledBefore(db: Database, { id, workspaceId }: Pick<StoredEvent, "id" | "workspaceId">, since: number): Promise<DatedEvent[]> {
  const rows = await db
    .select()
    .from(events)
    .where(and(isNull(events.handledAt), gte(events.createdAt, since), eq(events.workspaceId, workspaceId)));
  const earlier = rows.filter((row) => row.id < id);
  return earlier.flatMap(({ createdAt, ...row }) => {
    const event = StoredEvent.safeParse(row).data;
    return event === undefined ? [] : [{ ...event, createdAt }];
  });
}

async function readEvent(db: Database, which: SQL | undefined): Promise<DatedEvent | null> {
  const [row] = await readTogether(db, db.select().from(events).where(which));
  if (row === undefined) return null;
  const parsed = StoredEvent.safeParse(row);
  if (parsed.success) return { ...parsed.data, createdAt: row.createdAt };
  throw new AppError("invalid", `The event ${row.id} of type ${row.type} cannot be read.`, { cause: parsed.error });
}

interface EventQueue {
  sendBatch(messages: { body: EventMessage }[]): Promise<unknown>;
}

/** A queue takes so many messages at once; that they are 256 KB at most too is far away. https://developers.cloudflare.com/queues/platform/limits/ */
const messagesAtOnce = 100;

/** Tells the `events` queue of freshly committed events, a hundred at a time. Losing these messages is harmless: the sweep finds the rows. */
export async function sendEvents(queue: EventQueue, workspaceId: string, eventIds: readonly string[]): Promise<void> {
  for (let from = 0; from < eventIds.length; from += messagesAtOnce) {
    await queue.sendBatch(eventIds.slice(from, from + messagesAtOnce).map((eventId) => ({ body: { v: 1, eventId, workspaceId } })));
  }
}

/** How old an unhandled event is before the sweep sends it again. */
const sweepAfterMs = minuteMs;
const sweepBatch = messagesAtOnce;

/** Sends again what was not handled in time, oldest first, at most 100 a call. Returns how many. */
export async function sweepEvents(db: Database, queue: EventQueue, now: number): Promise<number> {
  const rows = await db
    .select({ id: events.id, workspaceId: events.workspaceId })
    .from(events)
    .where(and(isNull(events.handledAt), lt(events.createdAt, now - sweepAfterMs)))
    .orderBy(events.createdAt)
    .limit(sweepBatch);
  if (rows.length > 0) await queue.sendBatch(rows.map(({ id, workspaceId }) => ({ body: { v: 1, eventId: id, workspaceId } })));
  return rows.length;
}
