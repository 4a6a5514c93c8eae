import { describe, expect, it } from "vitest";
import { SimHash } from "../../../../../../shared/audits/facts/html/sim-hash.ts";

/** Numbers of 32 bits that look random (Marsaglia's xorshift), the same in every run. */
function* numbers(): Generator<number, never> {
  for (let state = 2_463_534_242; ; ) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield state;
  }
}

/** Bits that more than half of the features have, counted one by one. */
function counted(features: readonly number[]): string {
  const isMajority = (bit: number): boolean => features.filter((feature) => ((feature >>> bit) & 1) === 1).length * 2 > features.length;
  const bits = Array.from({ length: 32 }, (_, bit) => (isMajority(bit) ? 2 ** bit : 0));
  return bits
    .reduce((sum, bit) => sum + bit, 0)
    .toString(16)
    .padStart(8, "0");
}

describe("a SimHash", () => {
  it.each([1, 2, 31, 32, 33, 64, 1_000, 5_000])("of %i features has the bits that most of them have", (count) => {
    const source = numbers();
    const features = Array.from({ length: count }, () => ({ high: source.next().value, low: source.next().value }));
    const hash = new SimHash();
    for (const { high, low } of features) hash.add(high, low);
    expect(hash.hex()).toBe(counted(features.map(({ high }) => high)) + counted(features.map(({ low }) => low)));
  });
});
