import { describe, expect, it } from "vitest";
import { EmailAddress } from "../../../../shared/identity/email-address.ts";

const long = (length: number) => "a".repeat(length);

describe("an e-mail address", () => {
  it.each([
    { written: "ada@example.com", kept: "ada@example.com" },
    { written: "  Ada.Lovelace@Example.COM\n", kept: "ada.lovelace@example.com" },
    { written: "ada+mentha@mail.example.co.uk", kept: "ada+mentha@mail.example.co.uk" },
    { written: "o'neil/x=1@example.com", kept: "o'neil/x=1@example.com" },
    { written: "ada@BÜCHER.example", kept: "ada@xn--bcher-kva.example" },
    { written: "ada@xn--BCHER-kva.example", kept: "ada@xn--bcher-kva.example" },
    { written: "ada@例え。テスト", kept: "ada@xn--r8jz45g.xn--zckzah" },
    { written: `${long(64)}@example.com`, kept: `${long(64)}@example.com` },
  ])("is kept as $kept when written as $written", ({ written, kept }) => {
    expect(EmailAddress.parse(written)).toBe(kept);
    expect(EmailAddress.parse(kept)).toBe(kept);
  });

  it.each([
    "",
    "@",
    "ada",
    "ada@",
    "@example.com",
    "ada@example",
    "ada@example.com.",
    "ada@example..com",
    "ada@-example.com",
    "ada@127.0.0.1",
    "ada@0x7f.1",
    "ada@[::1]",
    "ada@example.com:25",
    "ada@example.com/x",
    "ada@ex%61mple.com",
    "ada@exam\tple.com",
    "ada@example.com\u0001",
    "ada@b@example.com",
    "ada lovelace@example.com",
    '"ada"@example.com',
    ".ada@example.com",
    "ada..l@example.com",
    "ada\r\nBcc:eve@example.com",
    "Ada <ada@example.com>",
    "ада@example.com",
    "\u212Aada@example.com",
    `${long(65)}@example.com`,
    `ada@${long(64)}.com`,
    `ada@${`${long(60)}.`.repeat(4)}${long(7)}`,
    `ada@${"ü.".repeat(120)}example`,
  ])("is not %j", (text) => {
    expect(EmailAddress.safeParse(text).success).toBe(false);
  });
});
