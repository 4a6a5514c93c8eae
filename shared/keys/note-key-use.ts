import { and, eq, isNull, lt, or } from "drizzle-orm";
import { apiKeys } from "../db/schema/index.ts";
import { errorFields, minuteMs, type VisitorContext } from "../platform/index.ts";
import type { KeyPrincipal } from "./authenticate-key.ts";

/** How old a noted use may grow: not every request is worth a write. */
const noteEveryMs = 5 * minuteMs;

/** Notes that a key was used, when the last note is five minutes old. Run it after the answer; a failure is logged and nothing else. */
export async function noteKeyUse({ directory, now, log }: VisitorContext, { actor, lastUsedAt }: KeyPrincipal): Promise<void> {
  const at = now();
  const dueBefore = at - noteEveryMs;
  if (lastUsedAt !== null && lastUsedAt > dueBefore) return;
  try {
    // Of many requests at once the first writes.
    const due = or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, dueBefore));
    await directory
      .update(apiKeys)
      .set({ lastUsedAt: at })
      .where(and(eq(apiKeys.id, actor.id), due));
  } catch (error) {
    log.warn("use of a key was not noted", { actorId: actor.id, ...errorFields(error) });
  }
}
