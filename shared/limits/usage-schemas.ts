import { z } from "zod";
import { Count, Id, ListQuery, listOf, Text } from "../platform/index.ts";

const Day = z.iso.date().max(10);

export const UsageQuery = ListQuery.extend({
  from: Day.optional().describe("First day, UTC, such as `2026-11-01`; when absent, 29 days before the last one"),
  to: Day.optional().describe("Last day, UTC; when absent, today"),
});
export type UsageQuery = z.infer<typeof UsageQuery>;

const KeyOfCaller = z.object({
  // Of what was stored: the form of keys may change.
  prefix: Text(40).describe("Beginning of the key, which names it"),
  name: Text(100).describe("What the key is for, as it says now"),
});

export const DayOfUsage = z
  .object({
    day: Day.describe("UTC"),
    caller: z.object({
      kind: z.enum(["key", "session"]).describe("An API key, or somebody who signed in"),
      key: KeyOfCaller.nullable().describe("Null for somebody who signed in, and for a key that is deleted"),
    }),
    user: z
      .object({
        id: Id("user"),
        name: Text(100).nullable().describe("As it is now; null for who is not in the workspace any more"),
        email: Text(254).nullable().describe("As it is now; null for who is not in the workspace any more"),
      })
      .describe("The person; of an API key, the one who made it"),
    requests: Count.describe("All of them, with those that failed or were refused"),
    errors: Count.describe("Those that were answered with 4xx or 5xx, but for those that a limit refused"),
    limited: Count.describe("Those that a limit refused"),
    audits: Count.describe("Audits that were started"),
  })
  .meta({ id: "DayOfUsage" });
export type DayOfUsage = z.infer<typeof DayOfUsage>;

export const UsageList = listOf(DayOfUsage).meta({ id: "UsageList" });
export type UsageList = z.infer<typeof UsageList>;
