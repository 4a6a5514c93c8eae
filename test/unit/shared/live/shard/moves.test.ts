import { describe, expect, it } from "vitest";
import { maxShards, shardOf } from "../../../../../shared/live/index.ts";
import { placesOf, settlesWithinMs } from "../../../../../shared/live/shard/moves.ts";
import { placeName, placeOf } from "../../../../../shared/live/shard/place.ts";

const userId = "usr_01k9000000000000000000000a";

describe("where somebody's sockets may be", () => {
  it.each([
    {
      what: "in one of as many as there are, once all have settled",
      spread: { shards: 8, width: 8, settledAt: 0 },
      now: settlesWithinMs,
      places: [shardOf(userId, 8)],
    },
    { what: "in any while they move to more", spread: { shards: 3, width: 3, settledAt: 0 }, now: settlesWithinMs - 1, places: [0, 1, 2] },
    { what: "in any while the old ones are not empty", spread: { shards: 1, width: 3, settledAt: 0 }, now: settlesWithinMs * 9, places: [0, 1, 2] },
  ])("is $what", ({ spread, now, places }) => {
    expect(placesOf(spread, userId, now)).toEqual(places);
    expect(placesOf(spread, null, now)).toEqual(Array.from({ length: spread.width }, (_, shard) => shard));
  });
});

describe("the name of an object", () => {
  it.each([0, 1, 9, 10, maxShards - 1])("is read as it was written: %i", (shard) => {
    expect(placeOf(placeName({ workspaceId: "wsp_1", shard }))).toEqual({ workspaceId: "wsp_1", shard });
  });

  it.each([undefined, "", "wsp_1", "wsp_1:", "wsp_1:-1", "wsp_1:01", "wsp_1:64", "wsp_1:1:2", ":1", "wsp_1:a"])("is not %s", (name) => {
    expect(placeOf(name)).toBeUndefined();
  });
});
