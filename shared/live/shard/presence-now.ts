import { devices } from "../../presence/index.ts";
import type { LiveEvent } from "../messages.ts";
import type { People } from "./people.ts";
import type { StateStore } from "./shard-state.ts";

/** Who is online, for somebody who begins to follow the workspace: of one object what it sees itself, of several what the totals said last; null before they did. */
export function presenceNow({ current }: StateStore, people: People): LiveEvent | null {
  if (current.shards !== null && current.shards > 1) return current.presence === null ? null : { type: "presence", ...current.presence };
  const { users, active, connections } = people.counts();
  return { type: "presence", users, active, connections: devices.reduce((sum, device) => sum + connections[device], 0) };
}
