import { z } from "zod";
import { Count, Id, listOf, Millis, Text } from "../../platform/index.ts";
import { devices } from "../../presence/index.ts";

export const OnlineMember = z
  .object({
    userId: Id("user"),
    name: Text(100).describe("Empty until they said one"),
    email: Text(254),
    since: Millis.describe("When the first of their present connections was opened, in milliseconds since 1970, UTC"),
    active: z.boolean().describe("Whether they are doing something"),
    connections: Count,
    devices: z.array(z.enum(devices)).max(devices.length).describe("What they sit at, as far as their browsers tell"),
  })
  .meta({ id: "OnlineMember" });
export type OnlineMember = z.infer<typeof OnlineMember>;

export const OnlineMemberList = listOf(OnlineMember).meta({ id: "OnlineMemberList" });
export type OnlineMemberList = z.infer<typeof OnlineMemberList>;
