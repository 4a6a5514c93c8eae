import { and, asc, eq, getTableColumns, gt, lte, sql } from "drizzle-orm";
import { installationId } from "../db/client.ts";
import { auditLog, auditSeals } from "../db/schema/index.ts";
import { AppError, type Context, Count, decodeCursor, pageOf, requirePermission } from "../platform/index.ts";
import { moveHead } from "./chain-head.ts";
import { addedInFront, checkEntries } from "./check-entries.ts";
import { checkSeals, type StoredSeal } from "./check-seals.ts";
import type { LogProblem, LogVerification } from "./schemas.ts";
import type { SealRow } from "./seal.ts";
import { type SealDeps, sealLog } from "./seal-log.ts";

/** What one call looks at: this many seals, or as many as say this much of their entries (some 60 characters of each), but one at least. */
const sealsPerCall = 200;
const charactersPerCall = 100_000;
/** Up to this many entries without a seal are counted. */
const maxUnsealed = 1_000;

interface Query {
  readonly cursor?: string | undefined;
}

/**
 * Seals what is new and looks whether the workspace's log is as it was sealed, from its first entry on, some thousand entries a call.
 * @throws AppError `invalid` for a cursor of another list, and when the seal that it names has gone meanwhile
 */
export async function verifyLog(ctx: Context, store: R2Bucket, query: Query): Promise<LogVerification> {
  requirePermission(ctx, "audit-log:read");
  return verify({ ...ctx, store }, ctx.workspaceId, query);
}

/** As `verifyLog`, for what belongs to no workspace. */
export async function verifyInstallationLog(ctx: Context, store: R2Bucket, query: Query): Promise<LogVerification> {
  requirePermission(ctx, "operations:read");
  return verify({ ...ctx, db: ctx.directory, store }, installationId, query);
}

async function verify(deps: SealDeps, workspaceId: string, { cursor }: Query): Promise<LogVerification> {
  const { db, keyring } = deps;
  await sealLog(deps, workspaceId);
  const before = cursor === undefined ? undefined : await sealAt(deps, workspaceId, decodeCursor(cursor, Count, "seals"));
  const { seals, nextCursor } = await readSeals(deps, workspaceId, before?.toSeq ?? 0);
  const chain = await checkSeals(keyring, seals, before);
  const entries = await checkEntries(db, workspaceId, chain.good);
  const inFront = before === undefined ? await addedInFront(db, workspaceId) : [];
  const last = seals.at(-1) ?? before;
  const tail = nextCursor === undefined ? await checkTail(deps, workspaceId, last) : { problems: [], unsealed: null };
  const problems = [...inFront, ...chain.problems, ...entries.problems, ...tail.problems];
  const { sealed, erased } = entries;
  const answer = { holds: problems.length === 0, sealed, erased, unsealed: tail.unsealed, sealedAt: last?.sealedAt ?? null, problems };
  return nextCursor === undefined ? answer : { ...answer, nextCursor };
}

/** Where an earlier call ended. */
async function sealAt({ db }: SealDeps, workspaceId: string, toSeq: number): Promise<Pick<SealRow, "hash" | "toSeq" | "sealedAt">> {
  const columns = { hash: true, toSeq: true, sealedAt: true } as const;
  const seal = await db.query.auditSeals.findFirst({ columns, where: and(eq(auditSeals.workspaceId, workspaceId), eq(auditSeals.toSeq, toSeq)) });
  if (seal !== undefined) return seal;
  const message = "The seal where this began is not there. Verify again from the start, without a cursor.";
  throw new AppError("invalid", message, { errors: [{ path: "query.cursor", message }] });
}

async function readSeals({ db }: SealDeps, workspaceId: string, after: number): Promise<{ seals: StoredSeal[]; nextCursor?: string }> {
  const where = and(eq(auditSeals.workspaceId, workspaceId), gt(auditSeals.toSeq, after));
  const sizes = await db
    .select({ toSeq: auditSeals.toSeq, length: sql<number>`length(${auditSeals.marks})` })
    .from(auditSeals)
    .where(where)
    .orderBy(asc(auditSeals.toSeq))
    .limit(sealsPerCall + 1);
  let characters = 0;
  const fitting = sizes.filter(({ length }, i) => {
    characters += length;
    return i === 0 || (i < sealsPerCall && characters <= charactersPerCall);
  });
  const { items, ...next } = pageOf(sizes, fitting.length, ({ toSeq }) => toSeq, "seals");
  const through = items.at(-1)?.toSeq;
  if (through === undefined) return { seals: [] };
  const seals = await db
    .select({ ...getTableColumns(auditSeals), marks: sql<string>`${auditSeals.marks}` })
    .from(auditSeals)
    .where(and(where, lte(auditSeals.toSeq, through)))
    .orderBy(asc(auditSeals.toSeq));
  return { seals, ...next };
}

/** What comes after the newest seal, and whether there was a newer one. */
async function checkTail(deps: SealDeps, workspaceId: string, last: Pick<SealRow, "hash" | "toSeq" | "sealedAt"> | undefined) {
  const lost = await moveHead(deps, workspaceId, last);
  const newer = deps.db
    .select({ seq: auditLog.seq })
    .from(auditLog)
    .where(and(eq(auditLog.workspaceId, workspaceId), gt(auditLog.seq, last?.toSeq ?? 0)))
    .limit(maxUnsealed);
  const problems = lost.map(({ hash, sealedAt }): LogProblem => ({ kind: "tail-cut", entryId: null, sealHash: hash, at: sealedAt }));
  return { problems, unsealed: await deps.db.$count(newer) };
}
