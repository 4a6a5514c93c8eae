import type { GeneratedKey, Key } from "../../shared/keys/index.ts";
import { permissions, secondMs } from "../../shared/platform/index.ts";
import { clip } from "../clip.ts";
import { listing, table, timeText } from "../table.ts";

/** Keys as a table. */
export function keyTable(keys: readonly Key[], now: number): string {
  const titles = ["prefix", "name", "status", "ends", "last used", "made by", "limits", "scopes"];
  return table(
    titles,
    keys.map((key) => [
      key.prefix,
      key.name,
      statusText(key, now),
      endText(key),
      timeOr("never", key.lastUsedAt),
      key.createdBy.email,
      clip(limitsText(key.limits)),
      scopesText(key),
    ]),
  );
}

/** Keys that may do everything are common, and would make every line as long as all permissions together. */
const scopesText = ({ scopes }: Key): string => (permissions.every((name) => scopes.includes(name)) ? "every permission" : scopes.join(" "));

/** All that is known of a key. */
export function keyDetails(key: Key, now: number): string {
  return listing([
    ["Prefix", key.prefix],
    ["Name", key.name],
    ["Status", key.rotatedTo === null ? key.status : `${statusText(key, now)}; ${key.rotatedTo} took its place`],
    ["Scopes", key.scopes.join(" ")],
    ["Addresses", key.allowedIps.length === 0 ? "any" : key.allowedIps.join(" ")],
    ["Limits", limitsText(key.limits)],
    ["Ends", endText(key)],
    ["Made", `${timeText(key.createdAt)} by ${key.createdBy.email}`],
    ["Last used", timeOr("never", key.lastUsedAt)],
  ]);
}

const limitsText = (limits: Key["limits"]): string =>
  Object.entries(limits)
    .map(([name, limit]) => `${name}=${limit}`)
    .join(" ") || "usual";

/** Whether a key opens anything; one that was rotated does until the end of its grace. */
export const isUsable = ({ status, expiresAt }: Pick<Key, "status" | "expiresAt">, now: number): boolean =>
  status === "active" || (status === "rotated" && (expiresAt === null || expiresAt > now));

function statusText(key: Key, now: number): string {
  if (key.status !== "rotated") return key.status;
  return isUsable(key, now) ? "rotated, still works" : "rotated, has ended";
}

/** What a list does not show; undefined when that is nothing. */
export function listNote(shown: number, hidden: number): string | undefined {
  if (hidden === 0) return shown === 0 ? "No keys yet." : undefined;
  const ended = hidden === 1 ? "1 key that has ended is not shown" : `${hidden} keys that have ended are not shown`;
  return `${shown === 0 ? "No key works now. " : ""}${ended}; --all shows ${hidden === 1 ? "it" : "them"}.`;
}

interface Rotation {
  readonly graceSeconds: number;
  /** The new key, which ends when the old one would have. */
  readonly made: Pick<GeneratedKey, "expiresAt">;
  /** When it was made, in ms since 1970. */
  readonly now: number;
}

/** What becomes of a key that was rotated. Nothing is asked for it: the new key is shown only now, and must not wait for another answer. */
export function oldKeyNote(prefix: string, { graceSeconds, made, now }: Rotation): string {
  if (graceSeconds === 0) return `The old key ${prefix} has ended.`;
  return `The old key ${prefix} works until ${timeText(Math.min(now + graceSeconds * secondMs, made.expiresAt ?? Number.POSITIVE_INFINITY))}.`;
}

/** What to know of a key that was just made, beside the key itself. */
export function newKeyNote({ name, prefix, scopes, allowedIps, limits, expiresAt }: GeneratedKey): string {
  const from = allowedIps.length === 0 ? "" : ` from ${allowedIps.join(", ")}`;
  const most = Object.keys(limits).length === 0 ? "" : ` with ${limitsText(limits)}`;
  const until = expiresAt === null ? "until it is revoked" : `until ${timeText(expiresAt)}`;
  return `Made the key "${name}" (${prefix}): ${scopes.join(", ")}${from}${most}, ${until}.\nKeep it: it is shown only now.`;
}

const endText = ({ expiresAt }: Pick<Key, "expiresAt">): string => timeOr("never", expiresAt);
const timeOr = (otherwise: string, ms: number | null): string => (ms === null ? otherwise : timeText(ms));
