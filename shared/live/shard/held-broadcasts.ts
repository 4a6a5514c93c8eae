import type { Broadcast } from "../../broadcasts/index.ts";
import { minuteMs } from "../../platform/index.ts";
import type { ShardRows } from "./shard-rows.ts";

/** One that ended is remembered for so long: what was read before must not show it again. */
const endedKeptMs = minuteMs;

/** Broadcasts that an object knows, which outlive its sleep. */
export interface HeldBroadcasts {
  /** Those that hold, oldest first. */
  all(): Broadcast[];
  holds(id: string): boolean;
  /** True for one that was not known, and holds. Of one that was known, only an earlier end is news. */
  take(broadcast: Broadcast): boolean;
  end(broadcast: Broadcast): void;
  /** When the first of them may be forgotten; null when there is none. */
  forgetAt(): number | null;
  forget(): void;
}

export function createHeldBroadcasts(rows: ShardRows["broadcasts"], now: () => number): HeldBroadcasts {
  const known = new Map(rows.all().map((broadcast) => [broadcast.id, broadcast]));
  const keep = (broadcast: Broadcast): void => {
    known.set(broadcast.id, broadcast);
    rows.save(broadcast, broadcast.expiresAt + endedKeptMs);
  };
  const holds = (id: string): boolean => (known.get(id)?.expiresAt ?? 0) > now();

  return {
    all: () => [...known.values()].filter(({ id }) => holds(id)),
    holds,
    take(broadcast) {
      const before = known.get(broadcast.id);
      if (before !== undefined && before.expiresAt <= broadcast.expiresAt) return false;
      keep(broadcast);
      return before === undefined && broadcast.expiresAt > now();
    },
    end(broadcast) {
      keep({ ...broadcast, expiresAt: Math.min(now(), broadcast.expiresAt) });
    },
    forgetAt: () => (known.size === 0 ? null : Math.min(...[...known.values()].map(({ expiresAt }) => expiresAt)) + endedKeptMs),
    forget() {
      rows.dropUntil(now());
      for (const { id, expiresAt } of known.values()) if (expiresAt + endedKeptMs <= now()) known.delete(id);
    },
  };
}
