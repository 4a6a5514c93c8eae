/** Enough for the links that a site repeats on every page; some megabytes at most. */
const maxKnown = 20_000;

/**
 * What the frontier has read of its own tables: most links lead where links led before, and need not be looked up again.
 * Memory only, and never more than the tables say: it belongs to one instance of the frontier and goes with it.
 */
export interface KnownPages {
  /** Whether a link at this depth says nothing new of the address. */
  isLinkedWithin(url: string, depth: number): boolean;
  /** The tables know now that a page of this depth links to it. */
  linked(url: string, depth: number): void;
  idOf(url: string): number | undefined;
  setId(url: string, id: number): void;
}

export function createKnownPages(): KnownPages {
  const depths = new Map<string, number>();
  const ids = new Map<string, number>();

  const set = (table: Map<string, number>, url: string, value: number): void => {
    if (table.size >= maxKnown) table.clear();
    table.set(url, value);
  };

  return {
    isLinkedWithin: (url, depth) => (depths.get(url) ?? Number.POSITIVE_INFINITY) <= depth,
    linked: (url, depth) => set(depths, url, depth),
    idOf: (url) => ids.get(url),
    setId: (url, id) => set(ids, url, id),
  };
}
