import { describe, expect, it } from "vitest";
import { hashPassword, isOutdated, verifyPassword } from "../../../../../shared/identity/passwords/hash-password.ts";

/** "seven green lamps" with N = 2^10, r = 8, p = 1 and the salt `0 1 2 … 15`, computed by Python's hashlib. */
const cheaper = "$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$kKqnTRK0fL1E6bpkHhaqrKaHgni7Wvv6Cpnxl73hHuY";
const malformed = ["", "plain", "$argon2id$v=19$m=65536,t=3,p=4$AAECAwQFBgcICQoLDA0ODw$x", "$scrypt$ln=15,r=8,p=3$AAECAwQFBgcICQoLDA0ODw$short"];

describe("a stored password", () => {
  it("is a PHC string of scrypt with a salt of its own, and says nothing of the password", async () => {
    const [first, second] = [await hashPassword("seven green lamps"), await hashPassword("seven green lamps")];
    expect(first).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(first).not.toBe(second);
    expect(isOutdated(first)).toBe(false);
  });

  it.each([
    { outcome: "knows its password", password: "seven green lamps", isRight: true },
    { outcome: "does not know another", password: "seven green lamp", isRight: false },
    { outcome: "tells capital letters apart", password: "Seven green lamps", isRight: false },
    { outcome: "counts a space at the end", password: "seven green lamps ", isRight: false },
    { outcome: "does not know the empty one", password: "", isRight: false },
  ])("$outcome", async ({ password, isRight }) => {
    expect(await verifyPassword(password, cheaper)).toBe(isRight);
  });

  it("is the same however the keyboard composes its characters", async () => {
    const stored = await hashPassword("caf\u00e9 \ufb01ve ångström");
    expect(await verifyPassword("cafe\u0301 five a\u030angstro\u0308m", stored)).toBe(true);
  });

  it("keeps the cost that it was made with, and is known to be cheaper than new ones", async () => {
    expect(await verifyPassword("seven green lamps", cheaper)).toBe(true);
    expect(isOutdated(cheaper)).toBe(true);
  });

  it.each(malformed)("is an error of ours when it reads %j", async (stored) => {
    await expect(verifyPassword("seven green lamps", stored)).rejects.toMatchObject({ code: "internal" });
  });
});

describe("somebody without a password", () => {
  it.each(["", "seven green lamps", "\0".repeat(32)])("is not let in with %j", async (password) => {
    expect(await verifyPassword(password, null)).toBe(false);
  });
});
