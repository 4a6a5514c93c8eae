import { z } from "zod";
import { Role } from "../identity/index.ts";
import { AnyUrl, Id, Millis, Name } from "../platform/index.ts";

const notification = <T extends string, D extends z.ZodType>(type: T, data: D) =>
  z.object({ id: Id("notification"), type: z.literal(type), createdAt: Millis, readAt: Millis.nullable().describe("Null for one that is unread"), data });
const ofAudit = z.object({ auditId: Id("audit"), url: AnyUrl });

/** Something that happened and concerns its reader, by type. */
export const Notification = z
  .discriminatedUnion("type", [
    notification("audit.completed", ofAudit.extend({ score: z.int().min(0).max(100).nullable() })),
    notification("audit.failed", ofAudit),
    notification("member.joined", z.object({ userId: Id("user"), name: Name(200).or(z.literal("")) })),
    notification("member.role-changed", z.object({ role: Role })),
  ])
  .meta({ id: "Notification" });
export type Notification = z.infer<typeof Notification>;
