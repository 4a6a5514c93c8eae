import { and, eq, gt, gte, isNull, notExists, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { oneTimeTokens } from "../db/schema/index.ts";
import { AppError, isToken, newToken, type Statement, sha256Hex, type VisitorContext } from "../platform/index.ts";

/** What the link of an e-mail is for. */
export type TokenPurpose = (typeof oneTimeTokens.$inferSelect)["purpose"];

interface NewToken {
  readonly purpose: TokenPurpose;
  /** Id of what it is for: an invitation or a user. */
  readonly subjectId: string;
  /** The address that it is sent to, which its use proves. */
  readonly email: string;
  readonly lifeMs: number;
}

export interface FoundToken {
  readonly subjectId: string;
  readonly email: string;
  /** For `useOneTimeToken`. */
  readonly hash: string;
}

type Asking = Pick<VisitorContext, "directory" | "now">;

/** A token for a link, and the statement that stores its hash: commit that before the token leaves. Earlier tokens stay good until one is used. */
export async function makeOneTimeToken({ directory, now }: Asking, { lifeMs, ...about }: NewToken): Promise<{ token: string; statement: Statement }> {
  const token = newToken();
  const at = now();
  const { subjectId, purpose, usedAt } = oneTimeTokens;
  const afterLastUse = sql`(select max(${usedAt}) + 1 from ${oneTimeTokens} where ${subjectId} = ${about.subjectId} and ${purpose} = ${about.purpose})`;
  const statement = directory.insert(oneTimeTokens).values({
    ...about,
    hash: await sha256Hex(token),
    // Newer than whatever use ended its predecessors, though the clocks of two machines differ.
    createdAt: sql`max(${at}, ifnull(${afterLastUse}, 0))`,
    expiresAt: at + lifeMs,
  });
  return { token, statement };
}

/** @throws AppError `gone`, with the same words for a token that is unknown, used, ended by the use of another, or too old */
export async function findOneTimeToken({ directory, now }: Asking, purpose: TokenPurpose, token: string): Promise<FoundToken> {
  if (!isToken(token)) throw notGood();
  const { subjectId, email, hash } = oneTimeTokens;
  const [found] = await directory
    .select({ subjectId, email, hash })
    .from(oneTimeTokens)
    .where(and(eq(hash, await sha256Hex(token)), eq(oneTimeTokens.purpose, purpose), isGood(directory, now())))
    .limit(1);
  if (found === undefined) throw notGood();
  return found;
}

/** Uses a token up, which ends all others of its subject and purpose. It matches no row when one of them was used first: put it into `guarded`. */
export function useOneTimeToken({ directory, now }: Asking, hash: string): Statement {
  const at = now();
  return directory
    .update(oneTimeTokens)
    .set({ usedAt: sql`max(${at}, ${oneTimeTokens.createdAt})` })
    .where(and(eq(oneTimeTokens.hash, hash), isGood(directory, at)));
}

/** Ends every token of a subject: its links are to work no longer. */
export function revokeOneTimeTokens({ directory }: Pick<VisitorContext, "directory">, purpose: TokenPurpose, subjectId: string): Statement {
  return directory.delete(oneTimeTokens).where(and(eq(oneTimeTokens.subjectId, subjectId), eq(oneTimeTokens.purpose, purpose), isNull(oneTimeTokens.usedAt)));
}

/** Not too old, and none of its subject and purpose, itself included, was used since it was made: of two that are used at once, one wins. */
function isGood(directory: Asking["directory"], at: number): SQL | undefined {
  const any = alias(oneTimeTokens, "any_of_them");
  const ended = directory
    .select({ hash: any.hash })
    .from(any)
    .where(and(eq(any.subjectId, oneTimeTokens.subjectId), eq(any.purpose, oneTimeTokens.purpose), gte(any.usedAt, oneTimeTokens.createdAt)));
  return and(gt(oneTimeTokens.expiresAt, at), notExists(ended));
}

/** The same words whatever is wrong with a token, or with what it is for. */
export function notGood(): AppError {
  return new AppError("gone", "This link or code does not work (any more): each works once, and for a limited time. Ask for a new one.");
}
