import { z } from "zod";
import { callerLimitNames, limitPolicies } from "../limits/index.ts";
import { dayMs, Id, type LimitName, ListQuery, listOf, Millis, maxLimit, Name, parseIpBlock, permissions, secondMs, Text, Version } from "../platform/index.ts";

/** 10 years with their leap days. */
export const longestLifeMs = 3_653 * dayMs;
const longestGraceSeconds = 604_800;

/** The longest spelling of an IPv6 address has 45 characters; `/128` may follow. */
const maxRangeCharacters = 49;

const Scopes = z
  .array(z.enum(permissions))
  .min(1)
  .max(permissions.length)
  .refine((scopes) => new Set(scopes).size === scopes.length, "Name each permission once")
  .describe("Permissions that the key gets; you can give those that you have yourself");
const Ranges = z
  .array(
    z
      .string()
      .max(maxRangeCharacters)
      .refine((text) => parseIpBlock(text) !== null, "Write an address such as 203.0.113.7, or a range such as 203.0.113.0/24 or 2001:db8::/32"),
  )
  .max(50)
  .describe("IP addresses and ranges (CIDR) that the key may be used from; an empty list allows every address");
const Expiry = Millis.nullable().describe("When the key ends, at most 10 years from now, in milliseconds since 1970, UTC; null for never");
const Limit = z.int().min(1).max(maxLimit);
const Limits = z
  .strictObject(Object.fromEntries(callerLimitNames.map((name) => [name, Limit.optional().describe(usually(name))])))
  .describe("Limits of the key's own, by name; as much as is usual for what is not named. Only operators of the installation give more than that");
const KeyName = Name(100).describe("What the key is for");

function usually(name: LimitName): string {
  const { limit, windowMs } = limitPolicies[name];
  return `Usually ${limit} in ${windowMs / secondMs} seconds`;
}

export const GenerateKeyInput = z
  .strictObject({
    name: KeyName,
    scopes: Scopes,
    expiresAt: Expiry.optional().describe("As in answers; when absent, null, or the end of the key that makes this one"),
    allowedIps: Ranges.optional().describe("As in answers; when absent, an empty list, or the ranges of the key that makes this one"),
    limits: Limits.optional().describe("As in answers; when absent, none, or those that hold back the key that makes this one"),
  })
  .meta({ id: "GenerateKeyInput" });
export type GenerateKeyInput = z.infer<typeof GenerateKeyInput>;

export const UpdateKeyInput = z
  .strictObject({
    name: KeyName.optional(),
    scopes: Scopes.optional(),
    expiresAt: Expiry.optional(),
    allowedIps: Ranges.optional(),
    limits: Limits.optional(),
  })
  .meta({ id: "UpdateKeyInput" });
export type UpdateKeyInput = z.infer<typeof UpdateKeyInput>;

export const RotateKeyInput = z
  // Optional and not a default: a body that is left out passes by the schema.
  .strictObject({
    graceSeconds: z.int().min(0).max(longestGraceSeconds).optional().describe("How long the old key works on beside the new one; 0 when absent"),
  })
  .meta({ id: "RotateKeyInput" });
export type RotateKeyInput = z.infer<typeof RotateKeyInput>;

/** What names a key in lists, addresses and logs; see `newApiKey`. */
export const KeyPrefix = z
  .string()
  .regex(/^mk_(?:live|test)_[0-9A-Za-z]{8}$/)
  .max(16)
  .describe("Beginning of the key, which names it and is no secret");

const described = {
  prefix: KeyPrefix,
  name: Text(100),
  // What was stored may name a permission that a later version has no more.
  scopes: z.array(Text(40)).max(100).describe("Permissions that the key was given; it has those of them that its maker has"),
  expiresAt: Expiry,
  allowedIps: z.array(Text(maxRangeCharacters)).max(50).describe("Ranges (CIDR) that the key may be used from; an empty list allows every address"),
  limits: z.record(Text(40), Limit).describe("Limits of the key's own, by name; as much as is usual for what is not named"),
  version: Version,
  createdAt: Millis,
};

export const GeneratedKey = z
  .object({ key: Text(60).describe("The key itself. It is stored nowhere and shown this once"), ...described })
  .meta({ id: "GeneratedKey" });
export type GeneratedKey = z.infer<typeof GeneratedKey>;

export const KeyStatus = z
  .enum(["active", "rotated", "expired", "revoked"])
  .describe("`rotated` works until `expiresAt`, `expired` and `revoked` no more; the keys of somebody who left the workspace are revoked");
export type KeyStatus = z.infer<typeof KeyStatus>;

export const Key = z
  .object({
    ...described,
    lastUsedAt: Millis.nullable().describe("To within five minutes; null when it was never used"),
    createdBy: z.object({ id: Id("user"), name: Text(100), email: Text(254) }).describe("Its maker, whose role bounds what it may do"),
    status: KeyStatus,
    rotatedTo: KeyPrefix.nullable().describe("The key that took its place"),
  })
  .meta({ id: "ApiKey" });
export type Key = z.infer<typeof Key>;

export const ListKeysQuery = ListQuery.extend({ status: KeyStatus.optional() });
export type ListKeysQuery = z.infer<typeof ListKeysQuery>;

export const KeyList = listOf(Key).meta({ id: "ApiKeyList" });
export type KeyList = z.infer<typeof KeyList>;
