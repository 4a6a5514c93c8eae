import { z } from "zod";
import { CreateAuditInput } from "../../audits/index.ts";
import { Id } from "../../platform/index.ts";

const MaxPages = CreateAuditInput.shape.maxPages;
const Days = z.int().min(1).max(366).default(7).describe("How many days it looks back");

/** What the values of request headers would be needed for again: they are not kept, so a schedule cannot send any. */
const ScheduledAudit = CreateAuditInput.omit({ headers: true }).strict().meta({ id: "ScheduledAuditInput" });

const target = <K extends string, I extends z.ZodType>(kind: K, input: I) => z.strictObject({ kind: z.literal(kind), input });

/** What a schedule of a workspace may start. */
export const WorkspaceTarget = z
  .discriminatedUnion("kind", [
    target("audit", ScheduledAudit).describe("One audit"),
    target(
      "site-audits",
      z
        .strictObject({
          projectId: Id("project").optional().describe("Those of this project alone; of all projects when absent"),
          maxPages: MaxPages.describe("Pages of each audit"),
        })
        .prefault({}),
    ).describe("An audit of each verified site"),
    target(
      "report",
      z.strictObject({ projectId: Id("project").optional().describe("About this project alone; about all when absent"), days: Days }).prefault({}),
    ).describe("A report of what got better and worse, to members and endpoints"),
  ])
  .meta({ id: "ScheduleTarget" });
export type WorkspaceTarget = z.infer<typeof WorkspaceTarget>;

/** What a schedule of the installation may start. */
export const InstallationTarget = z
  .discriminatedUnion("kind", [
    target("every-site-audits", z.strictObject({ maxPages: MaxPages.describe("Pages of each audit") }).prefault({})).describe(
      "An audit of each verified site of every workspace",
    ),
    target("every-report", z.strictObject({ days: Days }).prefault({})).describe("A report for every workspace with projects"),
    target("retention", z.strictObject({}).prefault({})).describe("Deletes what is kept long enough"),
    target("dead-letter-digest", z.strictObject({}).prefault({})).describe("Tells operators by e-mail what could not be processed"),
    target("backup", z.strictObject({ keep: z.int().min(1).max(366).default(14).describe("How many backups are kept") }).prefault({})).describe(
      "Copies the database into the bucket",
    ),
  ])
  .meta({ id: "InstallationTarget" });
export type InstallationTarget = z.infer<typeof InstallationTarget>;

export type Target = WorkspaceTarget | InstallationTarget;
export type TargetKind = Target["kind"];
export type TargetInput<K extends TargetKind> = Extract<Target, { kind: K }>["input"];
