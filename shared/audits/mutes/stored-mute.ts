import { and, eq, type SQL } from "drizzle-orm";
import { mutes } from "../../db/schema/index.ts";
import { AppError, type Context } from "../../platform/index.ts";
import { loggedUrl } from "../logged-url.ts";
import type { Mute } from "./schemas.ts";

export type MuteRow = typeof mutes.$inferSelect;

/** The row of a mute, if it is one of this workspace. */
export const ofMute = ({ workspaceId }: Pick<Context, "workspaceId">, muteId: string): SQL | undefined =>
  and(eq(mutes.id, muteId), eq(mutes.workspaceId, workspaceId));

/** The row of a mute of this workspace; `not_found` else. */
export async function findMute({ db, workspaceId }: Context, muteId: string): Promise<MuteRow> {
  const row = await db.query.mutes.findFirst({ where: ofMute({ workspaceId }, muteId) });
  if (row === undefined) throw new AppError("not_found", "There is no such mute.");
  return row;
}

/** @param now in ms since 1970 */
export function toMute({ id, origin, ruleId, fingerprint, pageUrl, reason, untilAt, createdBy, createdAt }: MuteRow, now: number): Mute {
  const scope = fingerprint === null ? "rule" : "finding";
  return { id, site: origin, ruleId, scope, pageUrl, reason, until: untilAt, isOver: untilAt !== null && untilAt <= now, createdBy, createdAt };
}

/** What the audit log says of a mute: not its reason, which is deleted with it. */
export function toldOf({ origin, ruleId, pageUrl, untilAt }: MuteRow) {
  return { site: origin, ruleId, ...(pageUrl === null ? {} : { page: loggedUrl(pageUrl) }), until: untilAt };
}
