import { expect, it } from "vitest";
import { perDevice, type ShardSnapshot } from "../../../../shared/presence/index.ts";
import { addUp, connectionsOf, presenceOf, sumsOf } from "../../../../shared/presence/totals/sums.ts";

const snapshot: ShardSnapshot = {
  workspaceId: "wsp_1",
  shard: 0,
  generation: 1,
  seq: 1,
  at: 1,
  users: 3,
  active: 2,
  connections: { desktop: 4, tablet: 5, mobile: 6, other: 7 },
  integrations: 8,
  capacity: 100,
  traffic: { opened: 9, refused: 10, closed: { left: 11, silent: 12 }, received: 13, sent: 14 },
};
const other: ShardSnapshot = { ...snapshot, users: 30, active: 0, traffic: { ...snapshot.traffic, closed: { left: 1, moved: 2, unknown: undefined } } };

it("nothing adds up to nothing, each time anew", () => {
  const nothing = addUp([]);
  addUp([sumsOf(snapshot)]);
  expect(addUp([])).toEqual(nothing);
  const plain = { users: 0, active: 0, integrations: 0, shards: 0, capacity: 0, opened: 0, refused: 0, received: 0, sent: 0 };
  expect(nothing).toEqual({ ...plain, devices: perDevice(0), closed: {} });
});

it("every number is added to its own, and reasons by name", () => {
  const { users, active, devices, closed, ...plain } = addUp([snapshot, other].map(sumsOf));
  expect([users, active]).toEqual([33, 2]);
  expect(devices).toEqual({ desktop: 8, tablet: 10, mobile: 12, other: 14 });
  expect(closed).toEqual({ left: 12, silent: 12, moved: 2, unknown: 0 });
  expect(plain).toEqual({ integrations: 16, shards: 2, capacity: 200, opened: 18, refused: 20, received: 26, sent: 28 });
});

it("what was added is not changed by it", () => {
  const sums = sumsOf(snapshot);
  const before = structuredClone(sums);
  addUp([sums, sums]);
  expect(sums).toEqual(before);
});

it("connections of people are those at any device, without those of keys", () => {
  expect(connectionsOf(snapshot.connections)).toBe(22);
  expect(presenceOf([snapshot, other])).toEqual({ users: 33, active: 2, connections: 44 });
  expect(presenceOf([])).toEqual({ users: 0, active: 0, connections: 0 });
});
