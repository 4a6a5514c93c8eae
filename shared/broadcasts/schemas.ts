import { z } from "zod";
import { roles } from "../identity/index.ts";
import { Id, idPattern, Millis, Text } from "../platform/index.ts";

/** Whom a broadcast is for. */
export const Audience = z
  .union([
    z.literal("everyone"),
    z.templateLiteral(["workspace:", z.string().regex(idPattern("workspace"))]),
    z.enum(roles.map((role) => `role:${role}` as const)),
  ])
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
