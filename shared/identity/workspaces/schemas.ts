import { z } from "zod";
import { Id, languages, Millis, Name, Text, Version } from "../../platform/index.ts";
import { timeZoneNamed } from "./time-zone.ts";

const Language = z.enum(languages).describe("Of e-mails to people who chose none");

const TimeZone = z
  .string()
  .max(100)
  .overwrite((name) => timeZoneNamed(name) ?? "")
  .refine((name) => name !== "", "Give the name of a time zone, such as Europe/Madrid or UTC")
  .describe("IANA name, such as Europe/Madrid");

const Days = z.int().min(1).max(3_650);

/** How long the workspace keeps what it makes; Mentha looks every night. */
const retention = {
  auditRetentionDays: Days.nullable().describe("Days that ended audits are kept; null keeps them until somebody deletes them"),
  pageRetentionDays: Days.nullable().describe(
    "Days that an audit's pages are kept after its end, without which its scores and findings stay; null keeps them as long as the audit",
  ),
  deliveryRetentionDays: Days.describe("Days that deliveries of webhooks are kept, with what endpoints answered"),
  reportRetentionDays: Days.nullable().describe("Days that reports are kept; null keeps them until somebody deletes them"),
};

export const Workspace = z
  .object({
    id: Id("workspace"),
    name: Text(200),
    language: Language,
    timeZone: Text(100).describe("IANA name, such as Europe/Madrid"),
    ...retention,
    version: Version,
    createdAt: Millis,
  })
  .meta({ id: "Workspace" });
export type Workspace = z.infer<typeof Workspace>;

const WorkspaceName = Name(100);

export const UpdateWorkspaceInput = z
  .strictObject({
    name: WorkspaceName.optional(),
    language: Language.optional(),
    timeZone: TimeZone.optional(),
    ...z.object(retention).partial().shape,
  })
  .meta({ id: "UpdateWorkspaceInput" });
export type UpdateWorkspaceInput = z.infer<typeof UpdateWorkspaceInput>;

export const CreateWorkspaceInput = z
  .strictObject({ name: WorkspaceName, language: Language.default("en"), timeZone: TimeZone.default("UTC") })
  .meta({ id: "CreateWorkspaceInput" });
export type CreateWorkspaceInput = z.infer<typeof CreateWorkspaceInput>;
