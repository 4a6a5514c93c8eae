import { z } from "zod";
import { JobState } from "../jobs/index.ts";
import { Count, Id, Millis, Text } from "../platform/index.ts";
import { type Setting, settings } from "./kept/kept.ts";

// `Object.keys` says no more than that these are texts.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const settingNames = Object.keys(settings) as Setting[];

const KindName = Text(40).describe("Name of the kind");

export const RetentionTable = z
  .object({
    items: z
      .array(
        z.object({
          kind: KindName,
          what: Text(300),
          days: z
            .number()
            .min(0)
            .max(3_650)
            .nullable()
            .describe("For how many days it is kept; 0 when it goes with the next clean-up; null where workspaces say so"),
          setting: z.enum(settingNames).nullable().describe("The setting by which each workspace says how many days; null where it is the same for all"),
          from: Text(200).describe("From when the days count, to be read after “since”"),
        }),
      )
      .max(100),
  })
  .meta({ id: "RetentionTable" });
export type RetentionTable = z.infer<typeof RetentionTable>;

export const RetentionRun = z
  .object({
    id: Id("job").describe("Id of its job"),
    dryRun: z.boolean().describe("Whether it only counts"),
    state: JobState,
    at: Millis.nullable().describe("For which moment it is judged what is over; null before it began"),
    counts: z
      .array(z.object({ kind: KindName, count: Count.describe("How many are over; of a clean-up, how many were deleted") }))
      .max(100)
      .describe("What it counted so far; of kinds that are not named it has not looked at any"),
    createdAt: Millis,
    updatedAt: Millis,
  })
  .meta({ id: "RetentionRun" });
export type RetentionRun = z.infer<typeof RetentionRun>;
