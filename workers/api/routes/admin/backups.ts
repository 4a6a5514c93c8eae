import { z } from "zod";
import { BackupList, BackupState, createBackup, getBackup, listBackups } from "../../../../shared/backups/index.ts";
import { Id, ListQuery } from "../../../../shared/platform/index.ts";
import { locationOf } from "../../location.ts";
import { backupExample, startedBackupExample } from "../../operations-examples.ts";
import { api, get, post } from "../../route.ts";

const backupPath = "/api/admin/backups/{id}";
const params = z.object({ id: Id("job").describe("Id of the backup") });

const list = get("/api/admin/backups", {
  id: "listBackups",
  tag: "Operations",
  permission: "operations:read",
  limit: "admin",
  summary: "List backups",
  description: "The complete backups of the database in the installation's bucket, newest first. One that is being made, or failed, is none yet.",
  query: ListQuery,
  ok: BackupList,
  examples: { answer: { items: [backupExample] } },
});

const create = post("/api/admin/backups", {
  id: "createBackup",
  tag: "Operations",
  permission: "operations:write",
  limit: "exports",
  summary: "Make a backup now",
  description:
    "Copies the database into the bucket, in the background, beside the backups that the schedule `backup` makes. No backup is deleted by it; the next one of the schedule counts it among those that are kept.",
  idempotent: "directory",
  location: backupPath,
  accepted: BackupState,
  examples: { answer: startedBackupExample },
});

const read = get(backupPath, {
  id: "getBackup",
  tag: "Operations",
  permission: "operations:read",
  limit: "admin",
  summary: "Get a backup",
  description: "Whether a backup is complete, and then what is in it.",
  params,
  ok: BackupState,
  examples: { answer: { id: backupExample.id, state: "complete", backup: backupExample } },
});

export const backupRoutes = api()
  .openapi(list, async (c) => c.json(await listBackups(c.var.ctx, c.env.STORE, c.req.valid("query")), 200))
  .openapi(create, async (c) => {
    const backup = await createBackup(c.var.ctx);
    return c.json(backup, 202, locationOf(backupPath, backup));
  })
  .openapi(read, async (c) => c.json(await getBackup(c.var.ctx, c.env.STORE, c.req.valid("param").id), 200));
