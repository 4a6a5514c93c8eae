/** Lets a limited number of pieces of work run at once. */
export interface Semaphore {
  /** Runs `work` when its turn has come, first come, first served; settles as `work` does. */
  readonly run: <T>(work: () => Promise<T>) => Promise<T>;
}

/** A semaphore for `slots` pieces of work at once (at least 1). */
export function createSemaphore(slots: number): Semaphore {
  if (!Number.isInteger(slots) || slots < 1) throw new RangeError(`A semaphore needs at least one slot, not ${slots}`);
  let free = slots;
  const waiting: (() => void)[] = [];

  /** A slot that is given back goes straight to the next in line, so that nobody who comes later can take it. */
  const release = (): void => {
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  };

  return {
    async run(work) {
      if (free > 0) free--;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        release();
      }
    },
  };
}
