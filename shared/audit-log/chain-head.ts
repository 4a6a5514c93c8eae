import { and, eq } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../db/client.ts";
import { auditSeals } from "../db/schema/index.ts";
import { AppError } from "../platform/index.ts";

/** A seal as the head names it. */
const SealName = z.object({ toSeq: z.int(), hash: z.string(), sealedAt: z.int() });
type SealName = z.infer<typeof SealName>;

/**
 * The newest seal of a chain, kept outside the database: in there nothing tells of seals that were cut off at the end. Heads whose seal was found missing
 * are remembered, or the next seal would cover it up.
 */
const Head = SealName.extend({ lost: z.array(SealName) });
type Head = z.infer<typeof Head>;

const maxLost = 100;
const maxTries = 5;

interface HeadDeps {
  readonly db: Database;
  readonly store: R2Bucket;
}

const keyOf = (workspaceId: string): string => `${workspaceId}/audit-log/head.json`;

/** Moves the head on to `last`, the newest seal that is there. Returns the seals that were there once and are missing now, as far as the head knows. */
export async function moveHead(deps: HeadDeps, workspaceId: string, last: SealName | undefined): Promise<readonly SealName[]> {
  for (let tries = 0; tries < maxTries; tries++) {
    const { head, etag } = await readHead(deps.store, workspaceId);
    const stands = head === undefined || (await isInChain(deps.db, workspaceId, head));
    const lost = head === undefined ? [] : [...head.lost, ...(stands ? [] : [nameOf(head)])].slice(-maxLost);
    if (last === undefined || (head !== undefined && stands && last.toSeq <= head.toSeq)) return lost;
    // Somebody else may have moved it meanwhile, perhaps further.
    const onlyIf = etag === undefined ? { etagDoesNotMatch: "*" } : { etagMatches: etag };
    const moved = await deps.store.put(keyOf(workspaceId), JSON.stringify({ ...nameOf(last), lost }), { onlyIf });
    if (moved !== null) return lost;
  }
  throw new AppError("unavailable", "Others were moving the head of the audit log's chain all the time.");
}

const nameOf = ({ toSeq, hash, sealedAt }: SealName): SealName => ({ toSeq, hash, sealedAt });

/** What cannot be read counts as no head and is written anew: who can write to the store only can at most remove what the head adds. */
async function readHead(store: R2Bucket, workspaceId: string): Promise<{ head?: Head; etag?: string }> {
  const stored = await store.get(keyOf(workspaceId));
  if (stored === null) return {};
  try {
    return { head: Head.parse(await stored.json()), etag: stored.etag };
  } catch {
    return { etag: stored.etag };
  }
}

async function isInChain(db: Database, workspaceId: string, { toSeq, hash }: SealName): Promise<boolean> {
  const seal = await db.query.auditSeals.findFirst({
    columns: { hash: true },
    where: and(eq(auditSeals.workspaceId, workspaceId), eq(auditSeals.toSeq, toSeq)),
  });
  return seal?.hash === hash;
}
