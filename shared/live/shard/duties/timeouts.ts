import { minuteMs } from "../../../platform/index.ts";
import type { CloseReason } from "../../close-reasons.ts";
import type { Greeter } from "../sockets/arrivals.ts";
import type { Connection, LiveSocket } from "../sockets/connection.ts";
import type { Roster } from "../sockets/roster.ts";
import type { Duty } from "./duties.ts";

/** A client says `ping` every 30 s: from whom nothing comes for so long is gone. */
const silentAfterMs = 5 * minuteMs;

interface TimeoutsDeps {
  readonly roster: Roster;
  readonly now: () => number;
  /** When the platform last answered a socket's `ping`; null for never. */
  readonly pingedAt: (socket: LiveSocket) => number | null;
  readonly end: (connection: Connection, reason: CloseReason) => void;
}

/** Something that ends each socket at a time of its own. */
export type Timeout = Duty & Greeter;

/** Ends sockets from which nothing comes any more, and those whose session or key has ended. */
export function createTimeouts({ roster, now, pingedAt, end }: TimeoutsDeps): { readonly silence: Timeout; readonly expiry: Timeout } {
  const timeout = (name: string, reason: CloseReason, endOf: (connection: Connection) => number): Timeout => {
    const first = (): number => {
      let found = Number.POSITIVE_INFINITY;
      for (const connection of roster.all()) found = Math.min(found, endOf(connection));
      return found;
    };
    /** When the first of them may have to end: earlier than it does for those that were heard of since. Infinite for none. */
    let at = first();
    return {
      name,
      at: () => (at === Number.POSITIVE_INFINITY ? null : at),
      run() {
        for (const connection of [...roster.all()]) if (endOf(connection) <= now()) end(connection, reason);
        at = first();
      },
      greet(connection) {
        at = Math.min(at, endOf(connection));
      },
    };
  };
  return {
    silence: timeout("silence", "silent", ({ socket, heardAt }) => Math.max(heardAt, pingedAt(socket) ?? 0) + silentAfterMs),
    expiry: timeout("expiry", "expired", ({ endsAt }) => endsAt ?? Number.POSITIVE_INFINITY),
  };
}
