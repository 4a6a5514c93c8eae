import { AppError, hourMs } from "../../platform/index.ts";
import type { Target } from "../kinds/target.ts";

/** 256 bits: Standard Webhooks asks for 24 to 64 bytes. */
const secretBytes = 32;

/** So long a secret that was replaced signs beside the new one. */
export const overlapMs = 24 * hourMs;

/** As many sign at once, at most: each makes the header of every request longer. */
const maxSecrets = 10;

/** A new signing secret, as Standard Webhooks writes it: `whsec_` and base64. */
export function newSigningSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(secretBytes));
  return `whsec_${btoa(String.fromCharCode(...bytes))}`;
}

/**
 * The secrets once `secret` takes the place of the newest: those before sign on for 24 hours from when they were replaced, or end now.
 * @throws AppError `conflict` when as many sign already as may
 */
export function withNewSecret({ secrets }: Target, secret: string, now: number, expireNow: boolean): Target["secrets"] {
  const earlier = expireNow ? [] : secrets.filter(({ until }) => until === null || until > now);
  if (earlier.length >= maxSecrets) throw new AppError("conflict", tooMany);
  return [{ secret, until: null }, ...earlier.map((each) => ({ ...each, until: each.until ?? now + overlapMs }))];
}

const tooMany = `${maxSecrets} secrets of this endpoint sign already, since it was rotated so often within a day. Wait, or end the old ones with expireNow.`;

/** Until when the last of the replaced secrets signs; null where none does. */
export function previousUntil(secrets: Target["secrets"]): number | null {
  const ends = secrets.flatMap(({ until }) => until ?? []);
  return ends.length === 0 ? null : Math.max(...ends);
}
