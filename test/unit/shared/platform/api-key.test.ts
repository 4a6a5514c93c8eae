import { describe, expect, it } from "vitest";
import { newApiKey, parseApiKey } from "../../../../shared/platform/api-key.ts";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

// Checksums worked out with another CRC-32 (zlib's); the last one needs padding.
const known = [
  { key: "mk_live_00000000000000000000000000000000000000000002CZclj", prefix: "mk_live_00000000" },
  { key: "mk_test_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg37cCQ0", prefix: "mk_test_01234567" },
  { key: "mk_test_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz0UsatS", prefix: "mk_test_zzzzzzzz" },
  { key: "mk_live_00000000000000000000000000000000000000pad96008nR3", prefix: "mk_live_00000000" },
];

describe("a new API key", () => {
  it.each([
    { environment: "production", kind: "mk_live_" },
    { environment: "development", kind: "mk_test_" },
    { environment: "test", kind: "mk_test_" },
  ] as const)("in $environment starts with $kind and is one that parses", ({ environment, kind }) => {
    const { key, prefix } = newApiKey(environment);
    expect(key).toMatch(new RegExp(`^${kind}[0-9A-Za-z]{49}$`));
    expect(prefix).toBe(key.slice(0, kind.length + 8));
    expect(parseApiKey(key)).toEqual({ key, prefix });
  });

  it("is another each time", () => {
    expect(new Set(Array.from({ length: 1_000 }, () => newApiKey("test").key)).size).toBe(1_000);
  });

  it("is made of the bytes it is given", () => {
    expect(newApiKey("production", (length) => new Uint8Array(length)).key).toBe(known[0]?.key);
  });

  it("makes every digit equally likely: bytes 0–247 four times each, 248–255 not at all", () => {
    let next = 0;
    const everyByte = (length: number) => Uint8Array.from({ length }, () => next++ % 256);
    // 248 usable bytes of every 256, each key 43: after 248 keys the bytes have gone round a whole number of times.
    const counts = new Map<string, number>();
    for (let i = 0; i < 248; i++) {
      for (const digit of newApiKey("test", everyByte).key.slice(8, 51)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
    }
    expect(counts).toEqual(new Map(alphabet.split("").map((digit) => [digit, (248 * 43) / 62])));
  });
});

describe("a text", () => {
  it.each(known)("that is a key parses: $key", ({ key, prefix }) => {
    expect(parseApiKey(key)).toEqual({ key, prefix });
  });

  const good = "mk_test_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg37cCQ0";

  it.each([
    { flaw: "is empty", text: "" },
    { flaw: "has a wrong checksum", text: `${good.slice(0, -1)}1` },
    { flaw: "has one changed character", text: good.replace("G", "H") },
    { flaw: "has two swapped characters", text: good.replace("GH", "HG") },
    { flaw: "has another case", text: good.replace("ABC", "abc") },
    { flaw: "is too short", text: good.slice(0, -1) },
    { flaw: "is too long", text: `${good}0` },
    { flaw: "starts with a space", text: ` ${good}` },
    { flaw: "ends with a line break", text: `${good}\n` },
    { flaw: "has another kind", text: good.replace("test", "prod") },
    { flaw: "has a character outside base 62", text: good.replace("G", "-") },
    { flaw: "is only a prefix", text: "mk_test_01234567" },
  ])("that $flaw is no key", ({ text }) => {
    expect(text).not.toBe(good);
    expect(parseApiKey(text)).toBeNull();
  });

  it("that differs from a key in any one of its digits is no key", () => {
    for (let i = 8; i < good.length; i++) {
      for (const digit of alphabet) {
        if (digit !== good[i]) expect(parseApiKey(good.slice(0, i) + digit + good.slice(i + 1))).toBeNull();
      }
    }
  });
});
