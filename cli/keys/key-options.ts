import type { GenerateKeyInput, UpdateKeyInput } from "../../shared/keys/index.ts";
import { KeyPrefix, longestLifeMs, RotateKeyInput } from "../../shared/keys/index.ts";
import { type Permission, parseApiKey, permissions, secondMs } from "../../shared/platform/index.ts";
import { durationOf, endOf } from "../duration.ts";
import { UsageError } from "../errors.ts";
import { listOf, refuseMore } from "../flag-values.ts";
import type { Flag, Parsed } from "../flags.ts";
import { nearest } from "../nearest.ts";
import { ownLimitsOf } from "./own-limits.ts";

export const reachFlags = {
  name: { value: "NAME", help: "What the key is for" },
  scope: { value: "PERMISSION", help: "What it may do; may be given several times, or with commas: audits:read,audits:write" },
  expires: { value: "WHEN", help: "When it ends: 90d, 12h, a day such as 2027-03-31, or never" },
  ip: { value: "RANGE", help: "Address or range that it may be used from; may be given several times" },
  limit: { value: "NAME=NUMBER", help: "A limit of its own, such as lists=30, or usual for none; may be given several times, or with commas" },
} as const satisfies Record<string, Flag>;
export const listFlags = { all: { help: "Also show keys that have ended: revoked, expired, or rotated and over" } } as const satisfies Record<string, Flag>;
export const graceFlags = { grace: { value: "TIME", help: "How long the old key works on: 30m, 12h, 1d (default 0, 7d at most)" } } as const satisfies Record<
  string,
  Flag
>;

type Given = Parsed<string>;

/** What a new key shall be. Throws `UsageError`. */
export function newKeyOf(given: Given, now: number): GenerateKeyInput {
  refuseMore(given, 0);
  const { name, scopes, ...rest } = changesOf(given, now);
  if (name === undefined) throw new UsageError("Say what the key is for: --name NAME");
  if (scopes === undefined) throw new UsageError(`Say what the key may do: --scope PERMISSION, one of ${permissions.join(", ")}`);
  return { name, scopes, ...rest };
}

/** What shall change. Throws `UsageError`, also when that is nothing. */
export function editOf(given: Given, now: number): UpdateKeyInput {
  const changes = changesOf(given, now);
  if (Object.keys(changes).length === 0) throw new UsageError("Say what to change: --name, --scope, --expires, --ip or --limit");
  return changes;
}

/** Seconds that the old key works on. Throws `UsageError`. */
export function graceOf(given: Given): number {
  const grace = given.get("grace");
  const graceSeconds = grace === undefined ? 0 : Math.floor(durationOf("--grace", grace) / secondMs);
  if (!RotateKeyInput.safeParse({ graceSeconds }).success) throw new UsageError("--grace: at most 7d");
  return graceSeconds;
}

/** The prefix that names the key that is meant; of a whole key its prefix, so that the secret part goes nowhere. Throws `UsageError`. */
export function prefixOf(given: Given): string {
  const [text] = given.positionals;
  if (text === undefined) throw new UsageError("Say which key, by its prefix, such as mk_live_4hT0x9Qz; mentha keys list shows them");
  refuseMore(given, 1);
  const prefix = parseApiKey(text)?.prefix ?? text;
  if (!KeyPrefix.safeParse(prefix).success) throw new UsageError("Name the key by its prefix, such as mk_live_4hT0x9Qz; mentha keys list shows them");
  return prefix;
}

function changesOf(given: Given, now: number): UpdateKeyInput {
  const [name, expires] = [given.get("name"), given.get("expires")];
  const [scopes, ranges, limits] = [listOf(given, "scope").map(permissionOf), listOf(given, "ip"), listOf(given, "limit")];
  return {
    ...(name === undefined ? {} : { name }),
    ...(scopes.length === 0 ? {} : { scopes }),
    ...(expires === undefined ? {} : { expiresAt: expiryOf(expires, now) }),
    ...(ranges.length === 0 ? {} : { allowedIps: ranges.join() === "any" ? [] : ranges }),
    ...(limits.length === 0 ? {} : { limits: ownLimitsOf(limits) }),
  };
}

function expiryOf(text: string, now: number): number | null {
  const end = endOf("--expires", text, now);
  if (end !== null && end > now + longestLifeMs) throw new UsageError("A key lasts 10 years at most; --expires never makes one that does not end");
  return end;
}

function permissionOf(text: string): Permission {
  const permission = permissions.find((name) => name === text);
  if (permission !== undefined) return permission;
  const guess = nearest(text, permissions);
  throw new UsageError(`--scope: "${text}" is no permission. ${guess === undefined ? `There are ${permissions.join(", ")}.` : `Did you mean ${guess}?`}`);
}
