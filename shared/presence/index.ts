export {
  type PresenceTotals,
  reportAtLeastEveryMs,
  reportEveryMs,
  type ShardSnapshot,
  type ShardTraffic,
  snapshotExpiresMs,
  type WorkspacePresence,
} from "./snapshot.ts";
