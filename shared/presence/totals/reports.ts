import { z } from "zod";
import { perDevice } from "../device.ts";
import { type ShardSnapshot, snapshotExpiresMs } from "../snapshot.ts";
import { Sums } from "./sums.ts";

const Sum = z.number();

/** As it is stored; `ShardSnapshot` is what it means. */
const Snapshot = z.object({
  workspaceId: z.string(),
  shard: Sum,
  generation: Sum,
  seq: Sum,
  at: Sum,
  users: Sum,
  active: Sum,
  connections: z.object(perDevice(Sum)),
  integrations: Sum,
  capacity: Sum,
  traffic: z.object({ opened: Sum, refused: Sum, closed: z.record(z.string(), Sum), received: Sum, sent: Sum }),
});

/** What one object of sockets said last, and when that was heard. One that left is remembered, so that what it said before is known to be old. */
export const ShardReport = z.object({ snapshot: Snapshot, heardAt: Sum, left: z.boolean() });
export type ShardReport = z.infer<typeof ShardReport>;

/** What a leaf says to the root: absolute, the newer (`generation`, then `seq`) counts. */
export const LeafReport = z.object({ leaf: z.string(), generation: Sum, seq: Sum, heardAt: Sum, sums: Sums });
export type LeafReport = z.infer<typeof LeafReport>;

interface Numbered {
  readonly generation: number;
  readonly seq: number;
}
export const isNewer = (one: Numbered, other: Numbered): boolean =>
  one.generation > other.generation || (one.generation === other.generation && one.seq > other.seq);

export const holds = ({ heardAt }: { readonly heardAt: number }, now: number): boolean => now < heardAt + snapshotExpiresMs;
export const isThere = (report: ShardReport, now: number): boolean => !report.left && holds(report, now);

export const reportOf = (snapshot: ShardSnapshot, heardAt: number): ShardReport => ({ snapshot: Snapshot.parse(snapshot), heardAt, left: false });
