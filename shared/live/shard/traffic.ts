import type { ShardTraffic } from "../../presence/index.ts";

/** Counts what happens since the object woke. */
export interface Traffic {
  opened(): void;
  refused(): void;
  closed(reason: string): void;
  received(): void;
  sent(count: number): void;
  soFar(): ShardTraffic;
}

export function createTraffic(): Traffic {
  const counts = { opened: 0, refused: 0, received: 0, sent: 0 };
  const closed: Record<string, number> = {};
  return {
    opened() {
      counts.opened += 1;
    },
    refused() {
      counts.refused += 1;
    },
    closed(reason) {
      closed[reason] = (closed[reason] ?? 0) + 1;
    },
    received() {
      counts.received += 1;
    },
    sent(count) {
      counts.sent += count;
    },
    soFar: () => ({ ...counts, closed: { ...closed } }),
  };
}
