const planes = 24;
/** A power of two. */
const batch = 32;

/**
 * SimHash (Charikar, 2002) of any number of 64-bit features, given as two 32-bit halves: similar sets give hashes that differ in few bits.
 *
 * The 64 counters are kept bit-sliced: plane `i` holds bit `i` of 32 counters, so that adding a feature is a few carries
 * and not 64 additions. 24 planes count 16 million features; a page within the size limit has fewer.
 */
export class SimHash {
  readonly #high = new Int32Array(planes);
  readonly #low = new Int32Array(planes);
  /** Features that wait to be added together: among 32 counters some carry nearly always goes far, so that each by itself would touch six planes. */
  readonly #waitingHigh = new Int32Array(batch);
  readonly #waitingLow = new Int32Array(batch);
  #waiting = 0;
  #features = 0;

  add(high: number, low: number): void {
    this.#waitingHigh[this.#waiting] = high;
    this.#waitingLow[this.#waiting] = low;
    if (++this.#waiting === batch) this.#addWaiting();
  }

  /** 16 hex digits. */
  hex(): string {
    this.#addWaiting();
    const half = this.#features / 2;
    return majority(this.#high, half) + majority(this.#low, half);
  }

  #addWaiting(): void {
    addAll(this.#high, this.#waitingHigh, this.#waiting);
    addAll(this.#low, this.#waitingLow, this.#waiting);
    this.#features += this.#waiting;
    this.#waiting = 0;
  }
}

/**
 * Adds the first `count` of up to 32 features, and overwrites them: at each plane pairs are added to what it holds, and every pair
 * leaves one carry for the next plane (a tree of carry-save adders).
 */
function addAll(counters: Int32Array, features: Int32Array, count: number): void {
  // A feature without bits counts nowhere.
  features.fill(0, count);
  let plane = 0;
  for (let left = batch; left > 1; left >>= 1) {
    let sum = counters[plane] ?? 0;
    for (let i = 0; i < left; i += 2) {
      const one = features[i] ?? 0;
      const other = features[i + 1] ?? 0;
      const odd = one ^ other;
      features[i >> 1] = (one & other) | (odd & sum);
      sum ^= odd;
    }
    counters[plane++] = sum;
  }
  for (let rest = features[0] ?? 0; rest !== 0 && plane < planes; plane++) {
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
