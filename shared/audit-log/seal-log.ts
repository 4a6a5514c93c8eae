import { and, asc, desc, eq, gt, type SQL, sql } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { auditLog, auditSeals } from "../db/schema/index.ts";
import { AppError, type Clock, commit, errorFields, type Log } from "../platform/index.ts";
import { moveHead } from "./chain-head.ts";
import { type Keyring, type Mark, noSeal, type SealRow, signerOf } from "./seal.ts";
import { type StoredEntry, sealedColumns } from "./stored-entry.ts";

/** Entries that one seal covers at most, seals that one call makes at most in a workspace, and workspaces that it comes to. */
const entriesPerSeal = 200;
const sealsPerCall = 10;
const workspacesPerCall = 500;

export interface SealDeps {
  readonly db: Database;
  /** Keeps the head of each chain. */
  readonly store: R2Bucket;
  readonly keyring: Keyring;
  readonly now: Clock;
}

/** Seals what is new in every workspace's log. One that cannot be sealed does not keep the others from their turn. Returns how many entries were sealed. */
export async function sealLogs({ log, ...deps }: SealDeps & { readonly log: Log }): Promise<number> {
  let sealed = 0;
  for (const workspaceId of await workspacesToSeal(deps.db)) {
    try {
      sealed += await sealLog(deps, workspaceId);
    } catch (cause) {
      log.error("audit log could not be sealed", { workspaceId, ...errorFields(cause) });
    }
  }
  return sealed;
}

/**
 * Those with entries after their newest seal, by how long the first of these waits: however many there are, each gets its turn. Steps from one workspace to
 * the next in the index, whatever the number of entries.
 */
async function workspacesToSeal(db: Database): Promise<string[]> {
  const newestSeal = sql`(select max(${auditSeals.toSeq}) from ${auditSeals} where ${auditSeals.workspaceId} = logs.id)`;
  const next = sql`(select min(${auditLog.seq}) from ${auditLog} where ${auditLog.workspaceId} = logs.id and ${auditLog.seq} > ifnull(${newestSeal}, 0))`;
  const rows = await db.all<{ id: string }>(sql`
    with recursive logs(id) as (
      select min(${auditLog.workspaceId}) from ${auditLog}
      union all
      select (select min(${auditLog.workspaceId}) from ${auditLog} where ${auditLog.workspaceId} > logs.id) from logs where logs.id is not null
    )
    select id from (select id, ${next} as next from logs where id is not null) where next is not null order by next limit ${workspacesPerCall}`);
  return rows.map(({ id }) => id);
}

/**
 * Seals the entries of a workspace that no seal covers yet, at most 2,000 a call. Of two that do so at once one is refused by the database, since a seal
 * has one successor: it leaves the rest to the other. Returns how many entries were sealed.
 */
export async function sealLog(deps: SealDeps, workspaceId: string): Promise<number> {
  const { db } = deps;
  // Not what it covers, which may be spoilt.
  const columns = { toSeq: true, hash: true, sealedAt: true } as const;
  const first = await db.query.auditSeals.findFirst({ columns, where: eq(auditSeals.workspaceId, workspaceId), orderBy: desc(auditSeals.toSeq) });
  let last: Pick<SealRow, "toSeq" | "hash" | "sealedAt"> | undefined = first;
  let sealed = 0;
  for (let seals = 0; seals < sealsPerCall; seals++) {
    const entries = await readEntries(db, and(eq(auditLog.workspaceId, workspaceId), gt(auditLog.seq, last?.toSeq ?? 0)), entriesPerSeal);
    if (entries.length === 0) break;
    const seal = await makeSeal(deps, workspaceId, last, entries);
    if (!(await isKept(db, seal))) return sealed;
    last = seal;
    sealed += entries.length;
  }
  if (sealed > 0) await moveHead(deps, workspaceId, last);
  return sealed;
}

/** Entries in order, as they are sealed. */
export function readEntries(db: Database, where: SQL | undefined, limit: number): Promise<StoredEntry[]> {
  return db.select(sealedColumns).from(auditLog).where(where).orderBy(asc(auditLog.seq)).limit(limit);
}

async function makeSeal(
  { keyring, now }: SealDeps,
  workspaceId: string,
  before: Pick<SealRow, "toSeq" | "hash"> | undefined,
  entries: readonly StoredEntry[],
): Promise<SealRow> {
  const kid = keyring.current;
  const signer = await signerOf(keyring, kid);
  if (signer === undefined) throw new AppError("internal", "The server has no key to seal the audit log with.");
  const marks: Mark[] = [];
  // An entry that cannot be ours gets a mark that nothing fits: it is sealed as what it is, an entry that does not hold.
  for (const entry of entries) marks.push([entry.seq, entry.id, (await signer.markOf(entry)) ?? ""]);
  const fromSeq = (before?.toSeq ?? 0) + 1;
  const toSeq = entries.at(-1)?.seq ?? fromSeq;
  const seal = { workspaceId, fromSeq, toSeq, entries: entries.length, previous: before?.hash ?? noSeal, kid, marks, sealedAt: now() };
  return { ...seal, hash: await signer.hashOf(seal) };
}

/** False when somebody else sealed first. */
async function isKept(db: Database, seal: SealRow): Promise<boolean> {
  try {
    await commit(db, [db.insert(auditSeals).values(seal)]);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === "conflict") return false;
    throw error;
  }
}
