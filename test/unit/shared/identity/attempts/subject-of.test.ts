import { describe, expect, it } from "vitest";
import { subjectOf } from "../../../../../shared/identity/attempts/subject-of.ts";

describe("whose tries are counted", () => {
  it.each([
    { outcome: "an IPv4 address by itself", who: "203.0.113.7", subject: "signInIp:203.0.113.7" },
    { outcome: "an IPv6 address by its network", who: "2001:db8:1:2:3:4:5:6", subject: "signInIp:2001:db8:1:2::/64" },
    { outcome: "the same network however it is written", who: "2001:0DB8:0001:0002::1", subject: "signInIp:2001:db8:1:2::/64" },
    { outcome: "a network with zeros inside", who: "2001:db8::2:0:0:0:1", subject: "signInIp:2001:db8:0:2::/64" },
    { outcome: "a network of zeros at its end", who: "2001:db8::1", subject: "signInIp:2001:db8::/64" },
    { outcome: "an IPv4 address within IPv6 by its network", who: "64:ff9b::203.0.113.7", subject: "signInIp:64:ff9b::/64" },
    {
      outcome: "an IPv4 address in IPv6 dress as it is, since it is no network of a customer",
      who: "::ffff:203.0.113.7",
      subject: "signInIp:::ffff:203.0.113.7",
    },
    { outcome: "those without an address together", who: null, subject: "signInIp:unknown" },
    { outcome: "a text that is no address as it is", who: "no:such:address", subject: "signInIp:no:such:address" },
  ])("is $outcome", async ({ who, subject }) => {
    expect(await subjectOf("signInIp", who)).toBe(subject);
  });

  it("is an e-mail address that cannot be read", async () => {
    // SHA-256 of "ada@example.com".
    const hash = "b5fc85e55755f9e0d030a10ab4429b6b2944855f9a0d60077fe832becbc41d72";
    expect(await subjectOf("signInAddress", "ada@example.com")).toBe(`signInAddress:${hash}`);
    expect(await subjectOf("mailAddress", "ada@example.com")).toBe(`mailAddress:${hash}`);
  });
});
