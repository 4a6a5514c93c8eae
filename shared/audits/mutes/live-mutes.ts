import { and, eq, gt, inArray, isNull, or, type SQL, sql } from "drizzle-orm";
import { isOneOf } from "../../db/is-one-of.ts";
import { findings, mutes } from "../../db/schema/index.ts";
import type { Context } from "../../platform/index.ts";
import { twinsOf } from "../history/fingerprint.ts";

/** What members do not want to hear of on one site at the moment. */
export interface Muted {
  /** Rules that are muted on every page. */
  readonly ruleIds: readonly string[];
  /** Of single findings. */
  readonly fingerprints: readonly string[];
}

/** Holds for mutes that are not over at a time, in ms since 1970. */
export const isLive = (now: number): SQL | undefined => or(isNull(mutes.untilAt), gt(mutes.untilAt, now));

/** What is muted now on the site of an address, over whichever host it is reached. */
export async function findMuted({ db, workspaceId, now }: Pick<Context, "db" | "workspaceId" | "now">, address: string): Promise<Muted> {
  const rows = await db
    .select({ ruleId: mutes.ruleId, fingerprint: mutes.fingerprint })
    .from(mutes)
    .where(and(eq(mutes.workspaceId, workspaceId), inArray(mutes.origin, twinsOf(address)), isLive(now())));
  return {
    ruleIds: rows.filter(({ fingerprint }) => fingerprint === null).map(({ ruleId }) => ruleId),
    fingerprints: rows.flatMap(({ fingerprint }) => fingerprint ?? []),
  };
}

/** Holds for findings that are muted. */
export function isMuted({ ruleIds, fingerprints }: Muted): SQL {
  if (ruleIds.length === 0 && fingerprints.length === 0) return sql`0`;
  return sql`(${isOneOf(findings.ruleId, ruleIds)} or ${isOneOf(findings.fingerprint, fingerprints)})`;
}
