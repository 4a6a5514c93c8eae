/** Characters remembered at most: some megabytes, since objects share the memory of an isolate, and a hostile site has long addresses. */
const maxCharacters = 2_000_000;

interface Known {
  readonly id?: number;
  /** The least depth at which a link to it was noted. */
  readonly depth?: number;
}

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
  const pages = new Map<string, Known>();
  let characters = 0;

  const note = (url: string, news: Known): void => {
    const known = pages.get(url);
    if (known === undefined) characters += url.length;
    // Forgetting everything is simple, and rare: what is met again is looked up once.
    if (characters > maxCharacters) {
      pages.clear();
      characters = url.length;
    }
    pages.set(url, { ...known, ...news });
  };

  return {
    isLinkedWithin: (url, depth) => (pages.get(url)?.depth ?? Number.POSITIVE_INFINITY) <= depth,
    linked: (url, depth) => note(url, { depth }),
    idOf: (url) => pages.get(url)?.id,
    setId: (url, id) => note(url, { id }),
  };
}
