import { type SQL, sql } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { auditLog } from "../db/schema/index.ts";
import { minuteMs, type Statement } from "../platform/index.ts";
import type { Action } from "./actions.ts";
import { hashedId } from "./hashed-id.ts";
import { entryOf, type WhoAsks } from "./record-change.ts";

/** The target of what was asked for somebody who is not there. */
const nobody = "nobody";

/** With what the indexes hold, so that these are written again as well. */
const asItIs = { id: sql`${auditLog.id}`, workspaceId: sql`${auditLog.workspaceId}`, targetId: sql`${auditLog.targetId}` };

interface Wish {
  readonly action: Action;
  /** The id of the person it is for, or null, as a subquery: who asks is not to learn which. */
  readonly person: SQL;
}

/**
 * The statement that records what a visitor asked for somebody, who may not be there. Of those who are each wish is an entry; of nobody one a minute is,
 * the first, so that strangers cannot fill the log. Either way the same statement writes as much: the later ones of a minute write the first again, as it is.
 */
export function recordWish(ctx: WhoAsks, db: Database, { action, person }: Wish): Statement {
  const { id, ...entry } = entryOf(ctx, { action, targetId: sql`ifnull(${person}, ${nobody})`, aboutUserId: person });
  const ofMinute = hashedId([entry.workspaceId, action, nobody, Math.floor(entry.at / minuteMs)]);
  return db
    .insert(auditLog)
    .values({ ...entry, id: sql`iif(${person} is null, ${ofMinute}, ${id})` })
    .onConflictDoUpdate({ target: auditLog.id, set: asItIs });
}
