import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { longPasswords, shortPasswords } from "../../../../../shared/identity/passwords/common-passwords.ts";
import { requireGoodPassword } from "../../../../../shared/identity/passwords/require-good-password.ts";

const about = ["anna.garcia@example.com", "Anna García López", "Example Shop"];
const isGood = (password: string): boolean => {
  try {
    requireGoodPassword(password, about);
    return true;
  } catch {
    return false;
  }
};

describe("a password that is good", () => {
  it.each([
    "correct horse battery staple",
    "my dog eats blue cheese",
    "vQ9$kd02mX!z",
    "aaaaaaaaaaaa but not only",
    "tr0ub4dour&3xyz",
    "siete lámparas verdes",
    "пять синих коров ночью",
    "五つの青い牛が夜に歌うよね",
    "🦊🐻🦁🐼🐨🐸🦄🐙🦋🐢🦀🐬",
    "anna walks her purple lobster",
    `${"x9 k2 ".repeat(42)}tail`,
  ])("%j is taken", (password) => {
    expect(isGood(password)).toBe(true);
  });
});

describe("a password that is easy to guess", () => {
  it.each([
    ["is common", "administrator"],
    ["is common, in capitals", "AdminisTrator"],
    ["is two common ones", "letmeindragon"],
    ["is two common ones with a sign between", "sunshine-dragon"],
    ["is a common one with digits", "password2024"],
    ["is a common one with digits and signs", "Summer2024!!!"],
    ["is a common one twice, with digits", "adminadmin123"],
    ["is the address", "anna.garcia@example.com"],
    ["is the name", "Anna García López"],
    ["is the name and a year", "annagarcia1987"],
    ["is the workspace's name and little more", "exampleshop#1"],
    ["is the product's name and little more", "mentha-2026!!"],
    ["is one character", "zzzzzzzzzzzzzzz"],
    ["is a row of digits", "123456789012"],
    ["is a row of letters", "abcdefghijklmn"],
    ["is a short piece again and again", "x7Qx7Qx7Qx7Q"],
    ["is the same in wide characters", "ｐａｓｓｗｏｒｄ１２３４"],
  ])("because it %s, is refused: %j", (_why, password) => {
    expect(isGood(password)).toBe(false);
  });

  it("is every long one of the list, and every short one doubled, also with something at the end", () => {
    expect(longPasswords.length).toBeGreaterThan(300);
    expect(shortPasswords).toHaveLength(5_000);
    expect(longPasswords.filter(isGood)).toEqual([]);
    const doubled = shortPasswords.filter(({ length }) => length >= 6).map((word) => word + word);
    expect(doubled.filter((word) => isGood(word) || isGood(`${word}1!`))).toEqual([]);
  });
});

describe("the length", () => {
  it.each([
    { length: 11, outcome: /at least 12/ },
    { length: 12, outcome: null },
    { length: 256, outcome: null },
    { length: 257, outcome: /at most 256/ },
  ])("of $length characters counts characters, not bytes", ({ length, outcome }) => {
    const password = Array.from({ length }, (_, i) => String.fromCodePoint(0x1_f400 + ((i * 37) % 200))).join("");
    const refused = () => requireGoodPassword(password, []);
    if (outcome === null) expect(refused).not.toThrow();
    else expect(refused).toThrow(expect.objectContaining({ code: "invalid", errors: [{ path: "body.password", message: expect.stringMatching(outcome) }] }));
  });

  it("is that of the characters that are hashed", () => {
    // One sign that stands for eighteen.
    expect(isGood("\ufdfa")).toBe(true);
  });
});

describe("a refusal", () => {
  it("names the field that the password came in", () => {
    expect(() => requireGoodPassword("short", [], "body.newPassword")).toThrow(
      expect.objectContaining({ errors: [{ path: "body.newPassword", message: expect.any(String) }] }),
    );
  });
});

describe("whatever is typed", () => {
  it("is judged, and random characters are taken", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), fc.array(fc.string({ unit: "binary" })), (password, known) => {
        try {
          requireGoodPassword(password, known);
        } catch (error) {
          expect(error).toMatchObject({ code: "invalid" });
        }
      }),
    );
  });
});
