import { describe, expect, it } from "vitest";
import { addressOfHost, blockContains, parseIpAddress, parseIpBlock, writeIpBlock } from "../../../../shared/platform/ip-blocks.ts";

function spelled(text: string): string | null {
  const block = parseIpBlock(text);
  return block === null ? null : writeIpBlock(block);
}

function isInside(address: string, range: string): boolean {
  const [block, parsed] = [parseIpBlock(range), parseIpAddress(address)];
  if (block === null || parsed === null) throw new Error(`${address} or ${range} is not understood`);
  return blockContains(block, parsed);
}

describe("a range", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7/32"],
    ["203.0.113.7/24", "203.0.113.0/24"],
    ["203.0.113.200/25", "203.0.113.128/25"],
    ["255.255.255.255/1", "128.0.0.0/1"],
    ["8.8.8.8/0", "0.0.0.0/0"],
    ["0.0.0.0", "0.0.0.0/32"],
    ["2001:DB8:0:0::1", "2001:db8::1/128"],
    ["2001:db8:1:2:3:4:5:6/33", "2001:db8::/33"],
    ["2001:db8:0:1:0:0:0:1/128", "2001:db8:0:1::1/128"],
    ["::/0", "::/0"],
    ["::", "::/128"],
    ["::1", "::1/128"],
    ["fe80::/10", "fe80::/10"],
    ["::ffff:203.0.113.7", "203.0.113.7/32"],
    ["::FFFF:cb00:7107/120", "203.0.113.0/24"],
    ["0:0:0:0:0:ffff:203.0.113.7/96", "0.0.0.0/0"],
    // Holds more than the IPv4 addresses, so it stays a range of IPv6.
    ["::ffff:203.0.113.7/95", "::fffe:0:0/95"],
    ["64:ff9b::203.0.113.7", "64:ff9b::cb00:7107/128"],
  ])("%s is spelled %s", (written, one) => {
    expect(spelled(written)).toBe(one);
    expect(spelled(one)).toBe(one);
  });

  it.each([
    "",
    "/8",
    "203.0.113",
    "203.0.113.7.1",
    "203.0.113.",
    ".203.0.113.7",
    "203.0.113.256",
    "203.0.113.07",
    "0xcb.0.113.7",
    "3405803783",
    "203.0.113.7/",
    "203.0.113.7/33",
    "203.0.113.7/-1",
    "203.0.113.7/08",
    "203.0.113.7/2 4",
    "203.0.113.7/24/8",
    " 203.0.113.7",
    "203.0.113.7\n",
    "203.0.113.7/255.255.255.0",
    "203.0.113.*",
    "2001:db8::/129",
    "2001:db8",
    "2001::db8::1",
    "2001:db8:0:0:0:0:0:0:1",
    "2001:db8:12345::",
    "fe80::1%eth0",
    "[2001:db8::1]",
    "::ffff:203.0.113.256",
    "example.com",
    "localhost",
    "a:b",
    "::]@[::1",
  ])("is not written %j", (text) => {
    expect(parseIpBlock(text)).toBeNull();
  });
});

describe("an address", () => {
  it.each(["203.0.113.0/24", "203.0.113", "", "unknown", "203.0.113.7, 198.51.100.1", "203.0.113.7:443", "[::1]"])("is not written %j", (text) => {
    expect(parseIpAddress(text)).toBeNull();
  });

  it.each([
    { address: "203.0.113.7", range: "203.0.113.7" },
    { address: "203.0.113.255", range: "203.0.113.0/24" },
    { address: "8.8.8.8", range: "0.0.0.0/0" },
    { address: "::ffff:203.0.113.7", range: "203.0.113.0/24" },
    { address: "203.0.113.7", range: "::ffff:203.0.113.0/120" },
    { address: "2001:db8:ffff::1", range: "2001:db8::/32" },
    { address: "2001:db8::7f", range: "2001:db8::/121" },
    { address: "::1", range: "::/0" },
  ])("$address is in $range", ({ address, range }) => {
    expect(isInside(address, range)).toBe(true);
  });

  it.each([
    { address: "203.0.113.8", range: "203.0.113.7" },
    { address: "203.0.114.0", range: "203.0.113.0/24" },
    { address: "203.0.113.128", range: "203.0.113.0/25" },
    { address: "2001:db9::1", range: "2001:db8::/32" },
    { address: "2001:db8::80", range: "2001:db8::/121" },
    { address: "203.0.113.7", range: "::/0" },
    { address: "::203.0.113.7", range: "203.0.113.7" },
    { address: "::1", range: "0.0.0.0/0" },
  ])("$address is not in $range", ({ address, range }) => {
    expect(isInside(address, range)).toBe(false);
  });
});

it("a host of a URL is read as it is written: IPv4 in IPv6 stays IPv6, and a name is no address", () => {
  expect(addressOfHost("[::ffff:7f00:1]")).toEqual({ bits: 128, value: 0xffff_7f00_0001n });
  expect(addressOfHost("127.0.0.1")).toEqual({ bits: 32, value: 0x7f00_0001n });
  expect(addressOfHost("example.com")).toBeNull();
});
