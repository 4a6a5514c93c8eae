import { sql } from "drizzle-orm";
import { broadcasts, mutes, notifications } from "../../db/schema/index.ts";
import { dayMs } from "../../platform/index.ts";
import type { KeptForAll } from "./kept.ts";

/** What people were told, and what they did not want to hear of. */
export const people: readonly KeptForAll[] = [
  {
    name: "notifications",
    what: "What members were told, read or not",
    from: "they were told",
    keptMs: 90 * dayMs,
    table: notifications,
    since: sql`${notifications.createdAt}`,
  },
  {
    name: "broadcasts",
    what: "What operators told everybody, or some",
    from: "it ended",
    // So long operators still see what was told.
    keptMs: 30 * dayMs,
    table: broadcasts,
    since: sql`${broadcasts.expiresAt}`,
  },
  {
    name: "mutes",
    what: "Findings that somebody did not want to hear of for a while; those that are muted for good stay",
    from: "they ended",
    // Whoever compares with the year before still sees why something was silent.
    keptMs: 365 * dayMs,
    table: mutes,
    since: sql`${mutes.untilAt}`,
  },
];
