import { eq, sql } from "drizzle-orm";
import { type Database, installationId } from "../db/client.ts";
import { members, notifications } from "../db/schema/index.ts";
import { insertJob } from "../jobs/index.ts";
import { type Context, commit, derivedId, newId, type Statement, sha256 } from "../platform/index.ts";
import { tidyInboxes } from "./inbox.ts";
import { type Telling, type TellingEvent, tellingOf } from "./kinds.ts";
import { findReaders, type Reader } from "./readers.ts";
import { toUnnamed } from "./rows.ts";
import type { Notification } from "./schemas.ts";

/** `db` holds the workspace's own things; jobs that were accepted are added to `dueJobs`. */
export type NotifyDeps = Pick<Context, "db" | "directory" | "now" | "dueJobs" | "sendsMail">;

/** A notification that somebody has now; without names, as it is kept where nobody looks for them when their bearers are erased. */
export interface Delivered {
  readonly userId: string;
  readonly notification: Notification;
  /** How many they have not read. */
  readonly unread: number;
}

/**
 * Tells people of an event, each where they want to hear of it: in their inbox, and by e-mail, which is asked for in the same batch. Handling an event
 * twice tells a person once; the answer is the same again.
 */
export async function notify(deps: NotifyDeps, event: TellingEvent): Promise<Delivered[]> {
  const { db, directory } = deps;
  const telling = await tellingOf(event, db);
  if (telling === null) return [];
  const readers = await findReaders(directory, event.workspaceId, event.type, telling.who);
  await commit(directory, [...insertNotifications(deps, event, telling, readers), ...(await queueMails(deps, event, readers))]);
  return readBack(directory, event);
}

/** One statement, however many readers. Who left at this moment is told nothing. */
function insertNotifications(
  { directory, now }: NotifyDeps,
  { id: eventId, workspaceId }: TellingEvent,
  { said }: Telling,
  readers: readonly Reader[],
): Statement[] {
  const at = now();
  const rows = readers.filter(({ inApp }) => inApp).map(({ userId }) => ({ id: newId("notification", at), userId }));
  if (rows.length === 0) return [];
  // The columns are those of the table, in its order.
  return [
    directory
      .insert(notifications)
      .select(sql`
      select value ->> 'id', ${workspaceId}, value ->> 'userId', ${said.type}, ${JSON.stringify(said.data)}, ${at}, null, ${eventId}
      from json_each(${JSON.stringify(rows)})
      where exists (select 1 from ${members} where ${eq(members.workspaceId, workspaceId)} and ${members.userId} = value ->> 'userId')`)
      .onConflictDoNothing(),
  ];
}

/** What an e-mail says is found out when it is sent; where none can be sent, none is asked for. */
async function queueMails(deps: NotifyDeps, { id: eventId, workspaceId }: TellingEvent, readers: readonly Reader[]): Promise<Statement[]> {
  const { directory: db, now, dueJobs, sendsMail } = deps;
  const wanting = sendsMail ? readers.filter(({ email }) => email) : [];
  const requests = await Promise.all(wanting.map(async ({ userId }) => ({ userId, id: derivedId("job", await sha256(`${eventId}\n${userId}`)) })));
  return requests.map(({ userId, id }) =>
    insertJob({ db, workspaceId: installationId, now, dueJobs }, { id, type: "mail.send", input: { kind: "notification", eventId, workspaceId, userId } }),
  );
}

async function readBack(directory: Database, { id: eventId, workspaceId }: TellingEvent): Promise<Delivered[]> {
  const rows = await directory.select().from(notifications).where(eq(notifications.eventId, eventId));
  if (rows.length === 0) return [];
  const userIds = rows.map(({ userId }) => userId);
  const unread = await tidyInboxes(directory, workspaceId, userIds);
  return rows.map((row) => ({ userId: row.userId, notification: toUnnamed(row), unread: unread.get(row.userId) ?? 0 }));
}
