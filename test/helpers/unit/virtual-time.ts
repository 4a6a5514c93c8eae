/** A clock that a test holds: nothing passes but what `pass` lets pass. */
export interface VirtualTime {
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
  /** How many wait. */
  readonly waiting: () => number;
  /** Lets time pass; whoever waits goes on at their moment, one after the other, and everything that follows from that is done. */
  readonly pass: (ms: number) => Promise<void>;
}

export function virtualTime(start = 1_800_000_000_000): VirtualTime {
  let time = start;
  let sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  const settled = () => new Promise<void>((resolve) => void setImmediate(resolve));
  return {
    now: () => time,
    wait: (ms) =>
      new Promise((wake) => {
        sleepers.push({ at: time + ms, wake });
      }),
    waiting: () => sleepers.length,
    async pass(ms) {
      const until = time + ms;
      for (;;) {
        await settled();
        const next = sleepers.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        sleepers = sleepers.filter((sleeper) => sleeper !== next);
        time = Math.max(time, next.at);
        next.wake();
      }
      time = until;
    },
  };
}
