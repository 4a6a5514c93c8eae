export { type Device, devices, perDevice } from "./device.ts";
export { deviceOf } from "./device-of.ts";
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
export { createReporter } from "./totals/reporter.ts";
export { connectionsOf } from "./totals/sums.ts";
export { createTotals, type Totals } from "./totals/totals.ts";
export type { OnlineStats, OnlineTotals, TotalsNode } from "./totals/totals-node.ts";
export { growTree, root, rootOnly, type TreeSettings, usualTree } from "./totals/tree.ts";
