import { describe, expect, it } from "vitest";
import { crc32, sha256, sha256Hex } from "../../../../shared/platform/hash.ts";

describe("SHA-256", () => {
  // NIST's examples for FIPS 180-4, and one text outside ASCII.
  it.each([
    { text: "", hex: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { text: "abc", hex: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { text: "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", hex: "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
    { text: "é", hex: "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c" },
  ])("of '$text' is right", async ({ text, hex }) => {
    expect(await sha256Hex(text)).toBe(hex);
  });

  it("is 32 bytes", async () => {
    expect((await sha256("abc")).slice(0, 3)).toEqual(Uint8Array.of(0xba, 0x78, 0x16));
    expect(await sha256("abc")).toHaveLength(32);
  });
});

describe("CRC-32", () => {
  it.each([
    { text: "", value: 0 },
    { text: "123456789", value: 0xcbf4_3926 }, // the check value of CRC-32/ISO-HDLC
    { text: "a", value: 0xe8b7_be43 },
    { text: "The quick brown fox jumps over the lazy dog", value: 0x414f_a339 },
    { text: "é", value: 0x0e04_8d3e },
  ])("of '$text' is $value", ({ text, value }) => {
    expect(crc32(text)).toBe(value);
  });
});
