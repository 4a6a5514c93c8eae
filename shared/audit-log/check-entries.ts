import { and, asc, between, eq, lte, not, type SQL } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { isOneOf } from "../db/is-one-of.ts";
import { auditLog } from "../db/schema/index.ts";
import type { GoodSeal } from "./check-seals.ts";
import type { LogProblem } from "./schemas.ts";
import { noSeal } from "./seal.ts";
import { readEntries } from "./seal-log.ts";
import { isErased } from "./stored-entry.ts";

/** Entries that nobody sealed which one call names at most; that there are any is enough to know. */
const maxAdded = 100;

interface CheckedEntries {
  /** Entries that are as they were sealed. */
  readonly sealed: number;
  /** Those among them whose personal details were erased. */
  readonly erased: number;
  readonly problems: readonly LogProblem[];
}

/** Compares the entries of a workspace with what the seals say of them. */
export async function checkEntries(db: Database, workspaceId: string, seals: readonly GoodSeal[]): Promise<CheckedEntries> {
  const marks = seals.flatMap((seal) => seal.marks.map(([seq, id, mark]) => ({ seq, id, mark, seal })));
  const isSealed = isOneOf(
    auditLog.seq,
    marks.map(({ seq }) => seq),
  );
  const ofWorkspace = eq(auditLog.workspaceId, workspaceId);
  const entries = await readEntries(db, and(ofWorkspace, isSealed), marks.length);
  const bySeq = new Map(entries.map((entry) => [entry.seq, entry]));
  const problems: LogProblem[] = [];
  let sealed = 0;
  for (const { seq, id: entryId, mark, seal } of marks) {
    const entry = bySeq.get(seq);
    const place = { entryId, sealHash: seal.hash, at: entry?.at ?? null };
    if (entry === undefined) problems.push({ kind: "entry-removed", ...place });
    else if ((await seal.signer.markOf(entry)) === mark) sealed += 1;
    else problems.push({ kind: "entry-changed", ...place });
  }
  return { sealed, erased: entries.filter(isErased).length, problems: [...problems, ...(await addedTo(db, workspaceId, seals))] };
}

/** Entries that stand between those which a seal covers. */
async function addedTo(db: Database, workspaceId: string, seals: readonly GoodSeal[]): Promise<LogProblem[]> {
  const [first, last] = [seals[0], seals.at(-1)];
  if (first === undefined || last === undefined) return [];
  const isSealed = isOneOf(
    auditLog.seq,
    seals.flatMap(({ marks }) => marks.map(([seq]) => seq)),
  );
  const rows = await readPlaces(db, workspaceId, and(between(auditLog.seq, first.fromSeq, last.toSeq), not(isSealed)));
  return rows.flatMap(({ seq, id: entryId, at }) => {
    // Where a seal is broken or missing, nobody knows what it covered.
    const seal = seals.find(({ fromSeq, toSeq }) => fromSeq <= seq && seq <= toSeq);
    return seal === undefined ? [] : [{ kind: "entry-added" as const, entryId, sealHash: seal.hash, at }];
  });
}

/** Entries that stand before the place of the first: the database counts from 1, so that no seal ever comes to them. */
export async function addedInFront(db: Database, workspaceId: string): Promise<LogProblem[]> {
  const rows = await readPlaces(db, workspaceId, lte(auditLog.seq, 0));
  return rows.map(({ id: entryId, at }) => ({ kind: "entry-added", entryId, sealHash: noSeal, at }));
}

function readPlaces(db: Database, workspaceId: string, where: SQL | undefined) {
  return db
    .select({ seq: auditLog.seq, id: auditLog.id, at: auditLog.at })
    .from(auditLog)
    .where(and(eq(auditLog.workspaceId, workspaceId), where))
    .orderBy(asc(auditLog.seq))
    .limit(maxAdded);
}
