import { dayAt, dayMs } from "../platform/index.ts";
import type { DayOf } from "./day-counts.ts";
import type { UsageOf } from "./limiter.ts";

export interface WhoseDayDeps {
  /** Id of the API key, or of the person, whose object this is; null for an address, of which no usage is counted. Asked for by requests alone. */
  readonly principalId: () => string | null;
  readonly now: () => number;
}

/** Tells whose day a request belongs to; null when its usage is not counted. */
export type WhoseDay = (usage: UsageOf | undefined) => DayOf | null;

/** Remembers what stays the same from hit to hit: who the caller is, and most often the day. */
export function createWhoseDay({ principalId, now }: WhoseDayDeps): WhoseDay {
  let principal: string | null | undefined;
  let start = Number.NaN;
  let day = "";
  return (usage) => {
    if (usage === undefined) return null;
    principal ??= principalId();
    if (principal === null) return null;
    const time = now();
    // Also when the clock stepped back over midnight.
    if (!(time >= start && time < start + dayMs)) {
      day = dayAt(time);
      start = Date.parse(day);
    }
    return { workspaceId: usage.workspaceId, userId: usage.userId, principalId: principal, day };
  };
}
