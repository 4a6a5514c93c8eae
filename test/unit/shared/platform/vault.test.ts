import { describe, expect, it } from "vitest";
import { Secret } from "../../../../shared/platform/secret.ts";
import { createVault } from "../../../../shared/platform/vault.ts";

const old = { kid: "k0", secret: new Secret("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=") };
const other = { kid: "k1", secret: new Secret("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=") };
const vault = createVault([old]);
const otherVault = createVault([other]);
const row = "aud_1";

/** The sealed text with one character of one part changed. */
function changed(sealed: string, part: 0 | 1 | 2 | 3): string {
  return sealed
    .split(".")
    .map((text, i) => (i === part ? (text.startsWith("A") ? "B" : "A") + text.slice(1) : text))
    .join(".");
}

describe("a vault", () => {
  it.each(["", "token", "Ünïcödé ☃ 🎉", "x".repeat(200_000)])("opens what it sealed (%.20s)", async (plaintext) => {
    expect(await vault.open(await vault.seal(plaintext, row), row)).toBe(plaintext);
  });

  it.each(["v1", "v2.k0"])("opens what was sealed long ago: the formats are kept (%s)", async (beginning) => {
    expect(await vault.open(`${beginning}.AAECAwQFBgcICQoL.tSNLga6U3Mw66himu9wXvoh1rDP64peiSfukKmK9`, row)).toBe("a known secret");
  });

  it("seals with its first key, and opens what an older one sealed for as long as it has it", async () => {
    const sealed = await vault.seal("a secret", row);
    const replaced = createVault([other, old]);
    expect(await replaced.open(sealed, row)).toBe("a secret");
    expect(await replaced.open("v1.AAECAwQFBgcICQoL.tSNLga6U3Mw66himu9wXvoh1rDP64peiSfukKmK9", row)).toBe("a known secret");
    expect(await replaced.seal("a secret", row)).toMatch(/^v2\.k1\./);
    expect(await otherVault.open(await replaced.seal("a secret", row), row)).toBe("a secret");
  });

  it("opens nothing with a key of the same name and other bytes", async () => {
    const renamed = createVault([{ ...other, kid: old.kid }]);
    await expect(renamed.open(await vault.seal("a secret", row), row)).rejects.toMatchObject({ code: "internal", retryable: false });
  });

  it("seals the same text differently each time, and shows nothing of it", async () => {
    const [one, two] = await Promise.all([vault.seal("secret text", row), vault.seal("secret text", row)]);
    expect(one).toMatch(/^v2\.k0\.[\w-]{16}\.[\w-]+$/);
    expect(one).not.toBe(two);
    expect(atob(one.split(".")[3]?.replaceAll("-", "+").replaceAll("_", "/") ?? "")).not.toContain("secret");
  });

  it.each([
    { change: "another row", open: async () => vault.open(await vault.seal("a", row), "aud_2") },
    { change: "another key", open: async () => otherVault.open(await vault.seal("a", row), row) },
    { change: "a changed version", open: async () => vault.open(changed(await vault.seal("a", row), 0), row) },
    { change: "a changed name of the key", open: async () => vault.open(changed(await vault.seal("a", row), 1), row) },
    { change: "a changed iv", open: async () => vault.open(changed(await vault.seal("a", row), 2), row) },
    { change: "a changed ciphertext", open: async () => vault.open(changed(await vault.seal("a", row), 3), row) },
    { change: "a cut ciphertext", open: async () => vault.open((await vault.seal("a secret text", row)).slice(0, -4), row) },
    { change: "a cut tag", open: async () => vault.open((await vault.seal("", row)).slice(0, -4), row) },
    { change: "text that was never sealed", open: async () => vault.open("a", row) },
    { change: "impossible base64", open: async () => vault.open(`v1.${"A".repeat(16)}.${"A".repeat(25)}`, row) },
    { change: "nothing", open: async () => vault.open("", row) },
  ])("refuses $change", async ({ open }) => {
    await expect(open()).rejects.toMatchObject({ name: "AppError", code: "internal", retryable: false, message: expect.stringContaining("ENCRYPTION_KEY") });
  });
});
