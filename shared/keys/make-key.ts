import { apiKeys } from "../db/schema/index.ts";
import { type Context, newApiKey, newId, parseIpBlock, type Statement, sha256Hex, writeIpBlock } from "../platform/index.ts";
import { canonicalLimits } from "./own-limits.ts";
import type { Reach } from "./reach.ts";
import type { GeneratedKey } from "./schemas.ts";
import { describedOf } from "./stored-key.ts";

interface NewKey extends Reach {
  readonly name: string;
  /** Id of the user whose role bounds the key. */
  readonly createdBy: string;
}

/** A new key and the statement that stores its hash; the key itself is in the answer alone. */
export async function makeKey(ctx: Context, { scopes, allowedIps, limits, ...wanted }: NewKey): Promise<{ key: GeneratedKey; statement: Statement }> {
  const { directory, workspaceId, now, environment } = ctx;
  const { name, createdBy, expiresAt } = wanted;
  const { key, prefix } = newApiKey(environment);
  const createdAt = now();
  const id = newId("key", createdAt);
  const reach = { scopes: [...scopes], expiresAt, allowedIps: [...allowedIps], limits: canonicalLimits(limits) };
  const row = { id, workspaceId, createdBy, prefix, name, ...reach, version: 1, createdAt };
  const statement = directory.insert(apiKeys).values({ ...row, hash: await sha256Hex(key) });
  return { key: { key, ...describedOf(row) }, statement };
}

/** Ranges that passed the schema, each in its one spelling and once. */
export function canonicalRanges(texts: readonly string[]): string[] {
  const written = texts.map((text) => {
    const block = parseIpBlock(text);
    return block === null ? text : writeIpBlock(block);
  });
  return [...new Set(written)];
}
