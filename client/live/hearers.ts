export interface Subscription {
  close(): void;
}

/** Those who asked to be told of something. What one of them throws goes to `onError`, and the others are told all the same. */
export interface Hearers<T> {
  readonly isEmpty: boolean;
  add(hear: (told: T) => void): Subscription;
  tell(told: T): void;
  clear(): void;
}

export function createHearers<T>(onError: (thrown: unknown) => void): Hearers<T> {
  const all = new Map<object, (told: T) => void>(); // by a key of its own, since the same function may be given twice
  return {
    get isEmpty() {
      return all.size === 0;
    },
    add(hear) {
      const key = {};
      all.set(key, hear);
      return { close: () => void all.delete(key) };
    },
    tell(told) {
      for (const [key, hear] of [...all]) {
        try {
          if (all.has(key)) hear(told); // one may end another
        } catch (thrown) {
          onError(thrown);
        }
      }
    },
    clear: () => all.clear(),
  };
}
