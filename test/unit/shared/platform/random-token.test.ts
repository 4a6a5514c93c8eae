import { describe, expect, it } from "vitest";
import { isToken, newToken } from "../../../../shared/platform/random-token.ts";

describe("a token", () => {
  it("is 256 bits in base64url, and another one each time", () => {
    const tokens = Array.from({ length: 100 }, newToken);
    for (const token of tokens) {
      expect(Buffer.from(token, "base64url")).toHaveLength(32);
      expect(isToken(token)).toBe(true);
    }
    expect(new Set(tokens).size).toBe(100);
  });

  it.each([
    { what: "nothing", text: "" },
    { what: "one letter less", text: "a".repeat(42) },
    { what: "one letter more", text: "a".repeat(44) },
    { what: "a line break after it", text: `${"a".repeat(43)}\n` },
    { what: "other letters", text: "ñ".repeat(43) },
    { what: "a sign of base64 only", text: `${"a".repeat(42)}+` },
  ])("is not $what", ({ text }) => {
    expect(isToken(text)).toBe(false);
  });
});
