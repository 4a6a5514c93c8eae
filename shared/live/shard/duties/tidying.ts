import { minuteMs } from "../../../platform/index.ts";
import type { TopicLog } from "../../following/topic-log.ts";
import type { ShardRows } from "../shard-rows.ts";
import type { Duty } from "./duties.ts";

/** A ticket is remembered for so long after it ended: not every clock is right. */
export const ticketSlackMs = minuteMs;
/** Tickets that ended within this time are forgotten together: each time is an alarm. */
const togetherMs = minuteMs;

/** Forgets tickets that nobody can use any more. */
export function createTicketTidying(tickets: ShardRows["tickets"], now: () => number): Duty & { touch(ticketEndsAt: number): void } {
  const after = (until: number | null): number | null => (until === null ? null : until + togetherMs);
  let at = after(tickets.oldest());
  return {
    name: "tickets",
    at: () => at,
    run() {
      tickets.dropUntil(now());
      at = after(tickets.oldest());
    },
    /** One was used. */
    touch(ticketEndsAt) {
      at ??= after(ticketEndsAt + ticketSlackMs);
    },
  };
}

/** Forgets messages of the log that are too old. */
export function createTrimming(log: TopicLog): Duty & { touch(): void } {
  /** Undefined when it has to be looked up. */
  let at: number | null | undefined;
  return {
    name: "log",
    at() {
      if (at === undefined) at = log.trimAt();
      return at;
    },
    run() {
      log.trim();
      at = undefined;
    },
    /** Something was written. What was there before is older. */
    touch() {
      if (at === null) at = undefined;
    },
  };
}
