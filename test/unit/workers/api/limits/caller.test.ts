import { describe, expect, it } from "vitest";
import { addressCaller } from "../../../../../workers/api/limits/caller.ts";

describe("the limiter of an address", () => {
  it.each([
    ["192.0.2.7", "ip:192.0.2.7"],
    ["::ffff:192.0.2.7", "ip:192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "ip:2001:db8:1:2::/64"],
    ["2001:DB8:1:2::1", "ip:2001:db8:1:2::/64"],
    ["2001:db8:1:3::1", "ip:2001:db8:1:3::/64"],
    ["::1", "ip:::/64"],
    ["192.0.2.7, 198.51.100.1", "ip:unknown"],
    ["", "ip:unknown"],
    [null, "ip:unknown"],
  ])("%j has the name %s", (ip, name) => {
    expect(addressCaller(ip)).toEqual({ name, limits: {} });
  });
});
