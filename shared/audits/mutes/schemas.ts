import { z } from "zod";
import { AnyUrl, Id, listOf, Millis, Text, TimedListQuery } from "../../platform/index.ts";

/** Of one workspace, those that are over included. */
export const maxMutes = 1_000;

const Reason = z.string().trim().min(1).max(500);

export const CreateMuteInput = z
  .strictObject({
    auditId: Id("audit").optional().describe("The audit that has the finding; with `findingId`"),
    findingId: Id("finding").optional().describe("The one finding to mute, in every audit of the site; with `auditId`"),
    site: z
      .url({ protocol: /^https?$/, error: "Give a complete address that starts with http:// or https://, such as https://www.example.com/" })
      .max(2_000)
      .optional()
      .describe("Any address of the site on which a rule is to be muted; with `ruleId`"),
    ruleId: Text(100).optional().describe("The rule to mute on every page of the site; with `site`"),
    reason: Reason.describe("Why, for whoever wonders later"),
    until: Millis.nullable().default(null).describe("When it is to be heard of again, in ms since 1970; null for good"),
  })
  .meta({ id: "CreateMuteInput" });
export type CreateMuteInput = z.infer<typeof CreateMuteInput>;

export const Mute = z
  .object({
    id: Id("mute"),
    site: AnyUrl.describe("Scheme, host and port. It counts with and without `www.`, over http and https"),
    ruleId: Text(100),
    scope: z.enum(["finding", "rule"]).describe("Whether one finding is muted, or all of the rule on this site"),
    pageUrl: AnyUrl.nullable().describe("The page of the one finding; null for one about the whole site, and for a rule"),
    reason: Text(500),
    until: Millis.nullable().describe("Null for good"),
    isOver: z.boolean().describe("Whether its end has come, so that it mutes nothing any more"),
    createdBy: Id("user").describe("Who asked for it"),
    createdAt: Millis,
  })
  .meta({ id: "Mute" });
export type Mute = z.infer<typeof Mute>;
export const MuteList = listOf(Mute).meta({ id: "MuteList" });
export type MuteList = z.infer<typeof MuteList>;

export const ListMutesQuery = TimedListQuery.extend({ rule: Text(100).optional() });
export type ListMutesQuery = z.infer<typeof ListMutesQuery>;
