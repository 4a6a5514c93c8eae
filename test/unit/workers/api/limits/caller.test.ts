import { describe, expect, it } from "vitest";
import { addressCaller, isCountedAlike } from "../../../../../workers/api/limits/caller.ts";

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

describe("callers", () => {
  const key = { name: "key:a", limits: { lists: 3 }, usage: { workspaceId: "wsp_a", userId: "usr_a" } };
  it.each([
    ["the same", key, true],
    ["with another limit under another policy", { ...key, limits: { lists: 3, keys: 1 } }, true],
    ["with another limit", { ...key, limits: { lists: 4 } }, false],
    ["without a limit of their own", { ...key, limits: {} }, false],
    ["of another name", { ...key, name: "key:b" }, false],
    ["in another workspace", { ...key, usage: { ...key.usage, workspaceId: "wsp_b" } }, false],
    ["of another person", { ...key, usage: { ...key.usage, userId: "usr_b" } }, false],
    ["in no workspace", { name: key.name, limits: key.limits }, false],
  ])("%s: counted alike is %3$s", (_, other, alike) => {
    expect(isCountedAlike(key, other, "lists")).toBe(alike);
  });
});
