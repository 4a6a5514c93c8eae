import type { GeneratedKey, Key } from "../../shared/keys/index.ts";
import { permissions } from "../../shared/platform/index.ts";
import { listing, table, timeText } from "../table.ts";

/** Keys as a table. */
export function keyTable(keys: readonly Key[]): string {
  const titles = ["prefix", "name", "status", "ends", "last used", "made by", "scopes"];
  return table(
    titles,
    keys.map((key) => [key.prefix, key.name, key.status, endText(key), timeOr("never", key.lastUsedAt), key.createdBy.email, scopesText(key)]),
  );
}

/** Keys that may do everything are common, and would make every line as long as all permissions together. */
const scopesText = ({ scopes }: Key): string => (permissions.every((name) => scopes.includes(name)) ? "every permission" : scopes.join(" "));

/** All that is known of a key. */
export function keyDetails(key: Key): string {
  return listing([
    ["Prefix", key.prefix],
    ["Name", key.name],
    ["Status", key.rotatedTo === null ? key.status : `${key.status}, ${key.rotatedTo} took its place`],
    ["Scopes", key.scopes.join(" ")],
    ["Addresses", key.allowedIps.length === 0 ? "any" : key.allowedIps.join(" ")],
    ["Ends", endText(key)],
    ["Made", `${timeText(key.createdAt)} by ${key.createdBy.email}`],
    ["Last used", timeOr("never", key.lastUsedAt)],
  ]);
}

/** What to know of a key that was just made, beside the key itself. */
export function newKeyNote({ name, prefix, scopes, allowedIps, expiresAt }: GeneratedKey): string {
  const from = allowedIps.length === 0 ? "" : ` from ${allowedIps.join(", ")}`;
  const until = expiresAt === null ? "until it is revoked" : `until ${timeText(expiresAt)}`;
  return `Made the key "${name}" (${prefix}): ${scopes.join(", ")}${from}, ${until}.\nKeep it: it is shown only now.`;
}

const endText = ({ expiresAt }: Pick<Key, "expiresAt">): string => timeOr("never", expiresAt);
const timeOr = (otherwise: string, ms: number | null): string => (ms === null ? otherwise : timeText(ms));
