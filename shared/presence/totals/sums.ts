import { z } from "zod";
import { type Device, devices, perDevice } from "../device.ts";
import type { ShardSnapshot, WorkspacePresence } from "../snapshot.ts";

const Sum = z.number();

/** What objects of sockets add up to. People are counted once for each workspace: who is online in two of them counts in both. */
export const Sums = z.object({
  users: Sum,
  active: Sum,
  devices: z.object(perDevice(Sum)),
  integrations: Sum,
  shards: Sum,
  capacity: Sum,
  opened: Sum,
  refused: Sum,
  closed: z.record(z.string(), Sum),
  received: Sum,
  sent: Sum,
});
export type Sums = z.infer<typeof Sums>;

const nothing: Sums = {
  users: 0,
  active: 0,
  devices: perDevice(0),
  integrations: 0,
  shards: 0,
  capacity: 0,
  opened: 0,
  refused: 0,
  closed: {},
  received: 0,
  sent: 0,
};

/** What one object of sockets says, as a sum of one. */
export function sumsOf({ users, active, connections, integrations, capacity, traffic }: ShardSnapshot): Sums {
  const { opened, refused, received, sent } = traffic;
  const closed = Object.fromEntries(Object.entries(traffic.closed).map(([reason, times = 0]) => [reason, times]));
  return { users, active, devices: { ...connections }, integrations, shards: 1, capacity, opened, refused, closed, received, sent };
}

export function addUp(all: Iterable<Sums>): Sums {
  const closed: Record<string, number> = {};
  const sum = { ...nothing, devices: perDevice(0), closed };
  for (const each of all) {
    for (const name of plain) sum[name] += each[name];
    for (const device of devices) sum.devices[device] += each.devices[device];
    for (const [reason, times] of Object.entries(each.closed)) sum.closed[reason] = (sum.closed[reason] ?? 0) + times;
  }
  return sum;
}
const plain = ["users", "active", "integrations", "shards", "capacity", "opened", "refused", "received", "sent"] as const;

/** Sockets of people, whatever they sit at. */
export const connectionsOf = (connections: Readonly<Record<Device, number>>): number => devices.reduce((sum, device) => sum + connections[device], 0);

export function presenceOf(snapshots: Iterable<ShardSnapshot>): WorkspacePresence {
  const presence = { users: 0, active: 0, connections: 0 };
  for (const { users, active, connections } of snapshots) {
    presence.users += users;
    presence.active += active;
    presence.connections += connectionsOf(connections);
  }
  return presence;
}
