/** Seeds as `11,12,13` or `1..40`; the usual ones when nothing is said. */
export function seedsFrom(text: string, usual: readonly number[]): readonly number[] {
  const seeds = text
    .split(",")
    .filter((part) => part !== "")
    .flatMap((part) => {
      const [first = Number.NaN, last = first] = part.split("..").map(Number);
      if (!Number.isInteger(first) || !Number.isInteger(last)) throw new Error(`FAULT_SEEDS takes seeds such as 1..40 or 3,5, not ${text}`);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
  return seeds.length === 0 ? usual : seeds;
}

/** How often each text is in a list, most frequent first. */
export function countsOf(texts: readonly string[]): readonly (readonly [text: string, count: number])[] {
  return [...Map.groupBy(texts, (text) => text)].map(([text, all]) => [text, all.length] as const).toSorted(([, a], [, b]) => b - a);
}
