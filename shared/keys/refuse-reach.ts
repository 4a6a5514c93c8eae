import { AppError, type Context, type FieldError } from "../platform/index.ts";
import { beyond, type Reach } from "./reach.ts";
import { longestLifeMs } from "./schemas.ts";

/**
 * Refuses what a caller asked for in a key, where it is not theirs to give or could not be, or `more` speaks against it.
 * @throws AppError `invalid`, which names each value
 */
export function refuseReach({ actor, now }: Context, wanted: Partial<Reach>, more: readonly FieldError[] = []): void {
  const errors = [...impossibleExpiry(wanted.expiresAt, now()), ...beyond(actor, wanted), ...more];
  if (errors.length > 0) throw new AppError("invalid", "Some values are not valid; `errors` names each of them.", { errors });
}

function impossibleExpiry(expiresAt: number | null | undefined, now: number): FieldError[] {
  if (expiresAt === undefined || expiresAt === null) return [];
  if (expiresAt <= now) return [{ path: "body.expiresAt", message: "This time has passed. To end a key now, revoke it" }];
  return expiresAt > now + longestLifeMs ? [{ path: "body.expiresAt", message: "A key lasts 10 years at most; null makes one that does not end" }] : [];
}
