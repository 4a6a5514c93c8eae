export { type Device, devices } from "./device.ts";
export {
  type PresenceTotals,
  reportAtLeastEveryMs,
  reportEveryMs,
  type ShardSnapshot,
  type ShardTraffic,
  snapshotExpiresMs,
  type WorkspacePresence,
} from "./snapshot.ts";
export { shareUsed, socketsOf } from "./totals/part.ts";
export type { OnlineStats, OnlineTotals, Place } from "./totals/place.ts";
export { createReporter } from "./totals/reporter.ts";
export { connectionsOf } from "./totals/sums.ts";
export { createTotals, type Totals } from "./totals/totals.ts";
export { root, type TreeSettings, usualTree } from "./totals/tree.ts";
