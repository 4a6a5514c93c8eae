import { and, eq, isNull, lte, sql } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { idempotency } from "../db/schema/index.ts";
import { AppError, type Claim, type Context, secondMs } from "../platform/index.ts";
import { isNamed, keptMs, leaseMs, nameOf } from "./claim-row.ts";
import { digestContent, isSameContent } from "./content-digest.ts";
import { freeClaim } from "./free-claim.ts";
import { openAnswer } from "./sealed-answer.ts";

/** A request that may act once. */
interface Request {
  /** The route's operationId. */
  readonly route: string;
  /** The text of its `Idempotency-Key`. */
  readonly key: string;
  /** All that it asks for, such as address and body: what is sent under the same key must be the same. */
  readonly content: string;
}

type Row = typeof idempotency.$inferSelect;
type NewRow = Omit<Row, "answer">;

/**
 * Claims a request: from now on it alone may act under this key, for 60 seconds, or until `keepAnswer` or `freeClaim`. When it acted already, within the
 * last 24 hours, what it was answered instead, as JSON text.
 * @throws AppError `invalid` for a key that came with other content; `conflict` while it is under way, and when its answer can no longer be told;
 *   `unavailable` when the database failed
 */
export async function claimRequest(ctx: Context, db: Database, { route, key, content }: Request): Promise<{ claim: Claim } | { answer: string }> {
  const claim: Claim = { principalId: principalOf(ctx), route, key, attempt: newAttempt() };
  const now = ctx.now();
  const name = await nameOf(ctx, claim);
  const asked = { ...name, requestHash: await digestContent(ctx, content), attempt: claim.attempt, leaseUntil: now + leaseMs, createdAt: now };
  const row = await take(ctx, db, { claim, asked });
  if (row.attempt === claim.attempt) return { claim };
  if (!(await isSameContent(ctx, content, row.requestHash))) throw otherContent();
  if (row.answer === null) throw underWay(row, now);
  return { answer: await openAnswer(ctx, claim, row.answer) };
}

/** A person is the same in all of their sessions. */
function principalOf({ actor }: Context): string {
  return actor.kind === "key" ? actor.id : actor.userId;
}

/** 48 random bits, which a number holds exactly. */
function newAttempt(): number {
  return crypto.getRandomValues(new Uint16Array(3)).reduce((high, part) => high * 0x1_0000 + part, 0);
}

/** Stores the claim where the request is not done, under way, or of other content, and returns who holds it then. */
async function take(ctx: Context, db: Database, { claim, asked }: { claim: Claim; asked: NewRow }): Promise<Row> {
  const now = asked.createdAt;
  const isForgotten = lte(idempotency.createdAt, now - keptMs);
  const isLapsed = and(isNull(idempotency.answer), lte(idempotency.leaseUntil, now), eq(idempotency.requestHash, asked.requestHash));
  const { workspaceId, principalId, route, keyHash } = idempotency;
  const upsert = db
    .insert(idempotency)
    .values(asked)
    .onConflictDoUpdate({
      target: [workspaceId, principalId, route, keyHash],
      set: { ...asked, answer: null },
      setWhere: sql`${isForgotten} or (${isLapsed})`,
    });
  try {
    const [, [row]] = await db.batch([upsert, db.select().from(idempotency).where(isNamed(asked))]);
    if (row === undefined) throw new AppError("internal", "A claim was not stored.");
    return row;
  } catch (cause) {
    // It may be stored all the same; whoever tries again should not have to wait for it to lapse.
    await freeClaim(ctx, db, claim).catch(() => undefined);
    throw new AppError("unavailable", "The database did not answer.", { cause });
  }
}

function otherContent(): AppError {
  const message = "This Idempotency-Key came with another address or body before. Use a new one for every request that is to do something new.";
  return new AppError("invalid", message, { errors: [{ path: "header.Idempotency-Key", message }] });
}

/** It asks to wait as long again as the first one has taken so far: soon for what ends soon, and a few times in all for what was lost. */
function underWay({ leaseUntil }: Row, now: number): AppError {
  const left = leaseUntil - now;
  const retryAfterMs = Math.max(secondMs, Math.min(left, leaseMs - left));
  return new AppError("conflict", "A request with this Idempotency-Key is under way. Send it again in a moment to get its answer.", {
    retryable: true,
    retryAfterMs,
  });
}
