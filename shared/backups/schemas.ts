import { z } from "zod";
import { Count, Id, listOf, Millis, Text } from "../platform/index.ts";

/** What there is to say of a backup that is complete; also what its job says at its end. */
export const BackupSummary = z
  .object({
    id: Id("job").describe("Of the job that made it; its files are in the bucket under `backups/<id>/`"),
    mentha: Text(50).describe("The release that made it"),
    beganAt: Millis,
    endedAt: Millis,
    tables: Count,
    rows: Count,
    chunks: Count.describe("Files of rows"),
    bytes: Count.describe("Size of these files, packed"),
  })
  .meta({ id: "Backup" });
export type BackupSummary = z.infer<typeof BackupSummary>;
export const BackupList = listOf(BackupSummary).meta({ id: "BackupList" });
export type BackupList = z.infer<typeof BackupList>;

export const BackupState = z
  .object({
    id: Id("job"),
    state: z.enum(["making", "complete", "failed"]).describe("`failed`: its job says why, in `GET /api/admin/jobs`; it can be started again there"),
    backup: BackupSummary.nullable().describe("Null until it is complete"),
  })
  .meta({ id: "BackupState" });
export type BackupState = z.infer<typeof BackupState>;
