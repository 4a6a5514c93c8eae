import { AppError, type Context, type FieldError } from "../platform/index.ts";
import { usualLimits } from "./own-limits.ts";
import { beyond, type Reach } from "./reach.ts";
import { longestLifeMs } from "./schemas.ts";

interface Asked {
  /** What the key may do already, when there is one. */
  readonly current?: Reach;
  /** What else speaks against it. */
  readonly more?: readonly FieldError[];
}

/**
 * Refuses what a caller asked for in a key, where it is not theirs to give or could not be, or `more` speaks against it.
 * @throws AppError `invalid`, which names each value
 */
export function refuseReach(ctx: Context, wanted: Partial<Reach>, { current, more = [] }: Asked = {}): void {
  const situation = { usual: usualLimits(ctx), ...(current === undefined ? {} : { current }) };
  const errors = [...impossibleExpiry(wanted.expiresAt, ctx.now()), ...beyond(ctx.actor, wanted, situation), ...more];
  if (errors.length > 0) throw new AppError("invalid", "Some values are not valid; `errors` names each of them.", { errors });
}

function impossibleExpiry(expiresAt: number | null | undefined, now: number): FieldError[] {
  if (expiresAt === undefined || expiresAt === null) return [];
  if (expiresAt <= now) return [{ path: "body.expiresAt", message: "This time has passed. To end a key now, revoke it" }];
  return expiresAt > now + longestLifeMs ? [{ path: "body.expiresAt", message: "A key lasts 10 years at most; null makes one that does not end" }] : [];
}
