import { minuteMs, secondMs } from "../../platform/index.ts";

/** At most four times in any second. */
const spacingMs = 250;
/** While nobody listens, or nobody can be told, it is tried this often. */
const askAgainMs = 5 * secondMs;
const logEveryMs = minuteMs;

interface PublisherDeps {
  /** Tells where things stand now. Answers how many follow; null when there was nothing new to tell. */
  readonly publish: () => Promise<number | null>;
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
  /** Called when something could not be told, at most once a minute. Must not throw. */
  readonly failed: (cause: unknown) => void;
}

/**
 * Tells followers how something gets on: as often as they can use while somebody follows, hardly ever while nobody does. It throws nothing, and
 * nobody need wait for it.
 */
export interface ProgressPublisher {
  /** Something changed. Settles once that is told, or found to be of no interest to anybody. */
  changed(): Promise<void>;
  /** Somebody follows now: the next change is told at once. */
  watched(): void;
  /** Nothing changes any more: the last state is told once, whoever listens, and then nothing. */
  ended(): Promise<void>;
}

export function createProgressPublisher({ publish, now, wait, failed }: PublisherDeps): ProgressPublisher {
  let triedAt = never;
  let loggedAt = never;
  let isFollowed = true;
  let hasEnded = false;
  /** Who came; an answer that did not know of the last of them says nothing. */
  let watchers = 0;
  /** Whether something changed since it was last told. */
  let isStale = false;
  /** It tells how things stand when its turn has come, so there is never more than one. */
  let telling: Promise<void> = Promise.resolve();
  let isTelling = false;

  /** A clock that stepped back must not stop everything. */
  const sinceMs = (time: number): number => (now() < time ? Number.POSITIVE_INFINITY : now() - time);

  const noteFailure = (cause: unknown): void => {
    if (sinceMs(loggedAt) < logEveryMs) return;
    loggedAt = now();
    failed(cause);
  };

  const tell = async (): Promise<void> => {
    isStale = false;
    triedAt = now();
    const known = watchers;
    let followers: number | null = 0;
    try {
      followers = await publish();
    } catch (cause) {
      noteFailure(cause);
    }
    if (followers !== null && known === watchers) isFollowed = followers > 0;
  };

  const tellAll = async (): Promise<void> => {
    isTelling = true;
    try {
      while (isStale) {
        const isWanted = isFollowed || hasEnded;
        const leftMs = (isWanted ? spacingMs : askAgainMs) - sinceMs(triedAt);
        if (leftMs <= 0) await tell();
        else if (isWanted) await wait(leftMs);
        else return;
      }
    } finally {
      // In the same turn in which nothing was left: what changes in the next one begins again.
      isTelling = false;
    }
  };

  const begin = (): Promise<void> => {
    isStale = true;
    if (!isTelling) telling = tellAll();
    return telling;
  };

  return {
    changed: async () => {
      if (!hasEnded) await begin();
    },
    watched() {
      watchers += 1;
      isFollowed = true;
    },
    ended: async () => {
      if (hasEnded) return;
      hasEnded = true;
      await begin();
    },
  };
}

const never = Number.NEGATIVE_INFINITY;
