// FNV-1a, 32 bits (Fowler, Noll, Vo).
const fnvBasis = 0x811c9dc5 | 0;
const fnvPrime = 0x01000193;

const lowerCaseBit = 0x20;

interface Slot<Value> {
  readonly name: string;
  readonly value: Value;
}

/**
 * Values of names that are known beforehand, found where the names stand in a text: to cut each out, lower-case it and ask a Map
 * costs several times as much, and a page has a thousand.
 */
export class NameTable<Value> {
  readonly #slots: (Slot<Value> | undefined)[];
  readonly #mask: number;
  readonly #longest: number;

  /** Names are lower case and ASCII; the first value of a name counts. */
  constructor(values: Iterable<readonly [name: string, value: Value]>) {
    const entries = [...values];
    const size = 2 ** Math.ceil(Math.log2(4 * entries.length + 1));
    this.#slots = Array.from({ length: size }, () => undefined);
    this.#mask = size - 1;
    this.#longest = Math.max(0, ...entries.map(([name]) => name.length));
    for (const [name, value] of entries) {
      const at = this.#slotOf(name, 0, name.length);
      this.#slots[at] ??= { name, value };
    }
  }

  /** The value of the name from `start` to `end`, whatever its case; undefined when it is none of the table's, or spelled with other letters than ASCII's. */
  find(text: string, start: number, end: number): Value | undefined {
    return end - start > this.#longest ? undefined : this.#slots[this.#slotOf(text, start, end)]?.value;
  }

  /** Where the name is, or would be: a quarter of the slots is taken, so there is always a free one to end at. */
  #slotOf(text: string, start: number, end: number): number {
    let hash = fnvBasis;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ (text.charCodeAt(i) | lowerCaseBit), fnvPrime);
    for (let at = (hash ^ (hash >>> 15)) & this.#mask; ; at = (at + 1) & this.#mask) {
      const slot = this.#slots[at];
      if (slot === undefined || isSame(slot.name, text, start, end)) return at;
    }
  }
}

function isSame(name: string, text: string, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = 0; i < name.length; i++) {
    const unit = text.charCodeAt(start + i);
    const lower = unit >= 0x41 && unit <= 0x5a ? unit | lowerCaseBit : unit;
    if (lower !== name.charCodeAt(i)) return false;
  }
  return true;
}
