export { createBackup } from "./create-backup.ts";
export { makeBackupWith } from "./make-backup.ts";
export { getBackup, listBackups } from "./read-backups.ts";
export { BackupList, BackupState } from "./schemas.ts";
