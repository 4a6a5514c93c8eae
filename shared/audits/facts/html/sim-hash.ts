const planes = 24;

/**
 * SimHash (Charikar, 2002) of any number of 64-bit features, given as two 32-bit halves: similar sets give hashes that differ in few bits.
 *
 * The 64 counters are kept bit-sliced: plane `i` holds bit `i` of 32 counters, so that adding a feature is a few carries
 * and not 64 additions. 24 planes count 16 million features; a page within the size limit has fewer.
 */
export class SimHash {
  readonly #high = new Int32Array(planes);
  readonly #low = new Int32Array(planes);
  #features = 0;

  add(high: number, low: number): void {
    carry(this.#high, high);
    carry(this.#low, low);
    this.#features++;
  }

  /** 16 hex digits. */
  hex(): string {
    const half = this.#features / 2;
    return majority(this.#high, half) + majority(this.#low, half);
  }
}

function carry(counters: Int32Array, bits: number): void {
  let rest = bits;
  for (let plane = 0; rest !== 0 && plane < planes; plane++) {
    const before = counters[plane] ?? 0;
    counters[plane] = before ^ rest;
    rest &= before;
  }
}

/** The bits that more than `half` of the features have. */
function majority(counters: Int32Array, half: number): string {
  let bits = 0;
  for (let bit = 0; bit < 32; bit++) {
    let count = 0;
    for (let plane = planes - 1; plane >= 0; plane--) count = count * 2 + (((counters[plane] ?? 0) >>> bit) & 1);
    if (count > half) bits |= 1 << bit;
  }
  return (bits >>> 0).toString(16).padStart(8, "0");
}
