export { CleanCheckpoint, cleanWith } from "./clean.ts";
export { getRetentionRun } from "./get-run.ts";
export { keptThings } from "./kept/index.ts";
export { listRetention } from "./list-retention.ts";
export { previewRetention } from "./preview-retention.ts";
export { RetentionRun, RetentionTable } from "./schemas.ts";
