import type { Rule } from "./parse-robots.ts";
import type { Work } from "./work.ts";

interface Entry {
  readonly text: string;
  readonly rule: Rule;
  /** The longest other entry that this one begins with. */
  readonly shorter: Entry | null;
}

/** Rules without a wildcard, found by the path they begin or are: the time hardly depends on how many there are. */
export class LiteralIndex {
  readonly #whole = new Map<string, Rule>();
  readonly #beginnings: readonly Entry[];

  /** `rules` in order of rank: of equal paths the first counts. */
  constructor(rules: Iterable<Rule>) {
    const beginnings = new Map<string, Rule>();
    for (const rule of rules) {
      const texts = rule.pattern.anchored ? this.#whole : beginnings;
      const text = rule.pattern.parts[0] ?? "";
      if (!texts.has(text)) texts.set(text, rule);
    }
    this.#beginnings = entriesOf(beginnings);
  }

  /** Every rule that matches a path, the longest beginning only. */
  find(path: string, work: Work): readonly Rule[] {
    const found = [this.#whole.get(path), this.#longestBeginning(path, work)];
    return found.filter((rule) => rule !== undefined);
  }

  /** What a path begins with sorts before it, and whatever stands between the two begins with it as well. */
  #longestBeginning(path: string, work: Work): Rule | undefined {
    let low = 0;
    let high = this.#beginnings.length;
    while (low < high) {
      work.spend(1);
      const middle = (low + high) >>> 1;
      if ((this.#beginnings[middle]?.text ?? "") <= path) low = middle + 1;
      else high = middle;
    }
    let entry = this.#beginnings[low - 1] ?? null;
    while (entry !== null && !path.startsWith(entry.text)) {
      work.spend(1);
      entry = entry.shorter;
    }
    return entry?.rule;
  }
}

function entriesOf(rules: ReadonlyMap<string, Rule>): Entry[] {
  const entries: Entry[] = [];
  for (const [text, rule] of [...rules].sort(([a], [b]) => (a < b ? -1 : 1))) {
    let shorter = entries.at(-1) ?? null;
    while (shorter !== null && !text.startsWith(shorter.text)) shorter = shorter.shorter;
    entries.push({ text, rule, shorter });
  }
  return entries;
}
