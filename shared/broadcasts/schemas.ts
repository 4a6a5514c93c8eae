import { z } from "zod";
import { roles } from "../identity/index.ts";
import { dayMs, hourMs, Id, idPattern, ListQuery, listOf, Millis, secondMs, Text } from "../platform/index.ts";

const roleAudiences = roles.map((role) => `role:${role}` as const);

/** Whom a broadcast is for. */
export const Audience = z
  .union([z.literal("everyone"), z.templateLiteral(["workspace:", z.string().regex(idPattern("workspace"))]).meta({ maxLength: 50 }), z.enum(roleAudiences)], {
    error: `Use everyone, workspace:<id>, or one of ${roleAudiences.join(", ")}`,
  })
  .describe("`everyone`, `workspace:<id>`, or `role:<role>` in whatever workspace");
export type Audience = z.infer<typeof Audience>;

/** What operators tell people. */
export const Broadcast = z
  .object({
    id: Id("broadcast"),
    message: Text(1_000),
    audience: Audience,
    createdAt: Millis,
    expiresAt: Millis.describe("Until then it is shown to whoever connects"),
  })
  .meta({ id: "Broadcast" });
export type Broadcast = z.infer<typeof Broadcast>;

/** As operators see it. */
const SentBroadcast = Broadcast.extend({
  createdBy: Id("user").describe("The operator; leads to nobody once their account is deleted"),
  state: z.enum(["current", "ended"]).describe("Whether it is still shown to whoever connects"),
}).meta({ id: "SentBroadcast" });
export type SentBroadcast = z.infer<typeof SentBroadcast>;

export const BroadcastList = listOf(SentBroadcast).meta({ id: "BroadcastList" });
export type BroadcastList = z.infer<typeof BroadcastList>;

export const ListBroadcastsQuery = ListQuery.extend({ state: SentBroadcast.shape.state.optional() });
export type ListBroadcastsQuery = z.infer<typeof ListBroadcastsQuery>;

const usualSeconds = hourMs / secondMs;
const longestSeconds = (7 * dayMs) / secondMs;

export const CreateBroadcastInput = z
  .strictObject({
    message: z.string().trim().min(1).max(1_000).describe("Plain text"),
    audience: Audience.default("everyone"),
    expiresInSeconds: z.int().min(60).max(longestSeconds).default(usualSeconds).describe("For how long it is shown to whoever connects"),
  })
  .meta({ id: "CreateBroadcastInput" });
export type CreateBroadcastInput = z.infer<typeof CreateBroadcastInput>;
