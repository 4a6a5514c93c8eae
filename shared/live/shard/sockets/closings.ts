import { minuteMs } from "../../../platform/index.ts";
import type { Closing } from "../../live.ts";
import type { Duty } from "../duties/duties.ts";
import type { ShardRows } from "../shard-rows.ts";
import type { Arrival } from "./arrival.ts";

/** Nobody is longer on their way from the database to here; who is, is looked at anew. */
const rememberedMs = minuteMs;
/** Closings that ended within this time are forgotten together: each time is an alarm. */
const togetherMs = minuteMs;
/** When there are more, they become one of everybody: whoever was on their way then is looked at anew, which harms nobody. */
const mostRemembered = 1_000;

/**
 * Whose sockets were closed within the last minute. Somebody whose rights were looked up before that, and who comes after it, was missed by it; this is
 * how they are found. Kept in rows, since the object may sleep between the two.
 */
export interface Closings extends Duty {
  note(whose: Pick<Closing, "userId" | "actorId">): void;
  /** Whether something may have changed since somebody's rights were looked up. */
  isOutdated(arrival: Pick<Arrival, "userId" | "actor" | "judgedAt">): boolean;
  /** Keeps nothing that names a person; everybody who was on their way is looked at anew. */
  forget(userId: string): void;
}

export function createClosings(rows: ShardRows["closings"], now: () => number): Closings {
  const after = (at: number | null): number | null => (at === null ? null : at + rememberedMs + togetherMs);
  let dueAt = after(rows.oldest());
  const note: Closings["note"] = ({ userId, actorId }) => {
    if (rows.count() >= mostRemembered) {
      rows.dropAll();
      rows.save(null, null, now());
    }
    rows.save(userId, actorId, now());
    dueAt ??= after(now());
  };
  return {
    name: "closings",
    at: () => dueAt,
    run() {
      rows.dropUntil(now() - rememberedMs);
      dueAt = after(rows.oldest());
    },
    note,
    // At the same moment too: whichever came first is not known.
    isOutdated: ({ userId, actor, judgedAt }) => judgedAt < now() - rememberedMs || rows.isClosedSince(userId, actor.id, judgedAt),
    forget(userId) {
      rows.drop(userId);
      note({ userId: null, actorId: null });
    },
  };
}
