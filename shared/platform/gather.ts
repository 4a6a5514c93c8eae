interface GatherSettings<T, R> {
  /** Does what is to be done with several things at once; answers one by one, in their order. */
  readonly work: (items: readonly T[]) => Promise<readonly PromiseSettledResult<R>[]>;
  /** How long the first of them waits for the others at most. */
  readonly longestMs: number;
  readonly wait: (ms: number) => Promise<unknown>;
}

/** Brings together what pieces of work that run side by side want done. */
export interface Gather<T, R> {
  /** Runs a piece of work that may `add` things. */
  readonly run: <V>(work: () => Promise<V>) => Promise<V>;
  /** Has a thing done, together with those of the others; only to be called within `run`. Settles as that thing does. */
  readonly add: (item: T) => Promise<R>;
}

interface Waiting<T, R> {
  readonly item: T;
  readonly settled: PromiseWithResolvers<R>;
}

/** Nothing waits when nobody is left who may add something; so a single piece of work waits for nobody. */
export function createGather<T, R>({ work, longestMs, wait }: GatherSettings<T, R>): Gather<T, R> {
  let waiting: Waiting<T, R>[] = [];
  /** Pieces of work that may still add something now. */
  let busy = 0;

  const flush = (group: readonly Waiting<T, R>[]): void => {
    // Its time may be over when it went already.
    if (group.length === 0 || group !== waiting) return;
    waiting = [];
    work(group.map(({ item }) => item)).then(
      (results) => {
        for (const [index, { settled }] of group.entries()) settle(settled, results[index]);
      },
      (cause: unknown) => {
        for (const { settled } of group) settled.reject(cause);
      },
    );
  };

  const leave = (): void => {
    busy -= 1;
    // Others that begin at the same moment come first.
    queueMicrotask(() => {
      if (busy === 0) flush(waiting);
    });
  };

  return {
    async run(piece) {
      busy += 1;
      try {
        return await piece();
      } finally {
        leave();
      }
    },
    async add(item) {
      const group = waiting;
      const settled = Promise.withResolvers<R>();
      group.push({ item, settled });
      const flushIt = () => flush(group);
      if (group.length === 1) wait(longestMs).then(flushIt, flushIt);
      leave();
      try {
        return await settled.promise;
      } finally {
        busy += 1;
      }
    },
  };
}

function settle<R>({ resolve, reject }: PromiseWithResolvers<R>, result: PromiseSettledResult<R> | undefined): void {
  if (result?.status === "fulfilled") resolve(result.value);
  else reject(result?.reason ?? new Error("Nothing is known of it."));
}
