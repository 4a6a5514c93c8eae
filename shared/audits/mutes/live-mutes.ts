import { and, eq, gt, inArray, isNull, or, type SQL, sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
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

/** Rules that are muted on whole sites at a time (ms since 1970), by each origin by which such a site is known. */
export async function findMutedRules(db: Database, workspaceId: string, at: number): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const rows = await db
    .select({ origin: mutes.origin, ruleId: mutes.ruleId })
    .from(mutes)
    .where(and(eq(mutes.workspaceId, workspaceId), isNull(mutes.fingerprint), isLive(at)));
  const known = rows.flatMap(({ origin, ruleId }) => twinsOf(origin).map((twin) => ({ twin, ruleId })));
  return new Map([...Map.groupBy(known, ({ twin }) => twin)].map(([twin, some]) => [twin, new Set(some.map(({ ruleId }) => ruleId))]));
}

/** Whether a finding that was read is muted. */
export const hasMuted = ({ ruleIds, fingerprints }: Muted, finding: Pick<typeof findings.$inferSelect, "ruleId" | "fingerprint">): boolean =>
  ruleIds.includes(finding.ruleId) || fingerprints.includes(finding.fingerprint);

/** The same for queries: holds for findings that are muted. */
export function isMuted({ ruleIds, fingerprints }: Muted): SQL {
  if (ruleIds.length === 0 && fingerprints.length === 0) return sql`0`;
  return sql`(${isOneOf(findings.ruleId, ruleIds)} or ${isOneOf(findings.fingerprint, fingerprints)})`;
}
