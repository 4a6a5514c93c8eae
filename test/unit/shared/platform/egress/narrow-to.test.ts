import { describe, expect, it } from "vitest";
import { type EgressPolicy, narrowTo } from "../../../../../shared/platform/egress/index.ts";

const loopback: EgressPolicy = { allow: [], allowLoopback: true };
const pairs: EgressPolicy = { allow: ["10.0.0.7:80", "10.0.0.7:443", "10.0.0.7:9000", "shop.local:8099"], allowLoopback: true };

describe("a policy narrowed to its start", () => {
  it.each([
    { policy: loopback, start: "https://example.com/", allow: [] },
    { policy: pairs, start: "https://example.com/", allow: [] },
    { policy: loopback, start: "http://localhost.example.com:3000/", allow: [] },
    { policy: loopback, start: "http://127.0.0.1:8099/a", allow: ["127.0.0.1:8099"] },
    { policy: loopback, start: "http://0x7f.1/", allow: ["127.0.0.1:80"] },
    { policy: loopback, start: "http://LOCALHOST.:3000/", allow: ["localhost:3000"] },
    { policy: loopback, start: "https://app.localhost/", allow: ["app.localhost:443"] },
    { policy: loopback, start: "http://[::1]:8099/", allow: ["[::1]:8099"] },
    { policy: { allow: ["127.0.0.1:8099", "127.0.0.1:9000"], allowLoopback: true }, start: "http://127.0.0.1:8099/", allow: ["127.0.0.1:8099"] },
    { policy: { allow: [], allowLoopback: false }, start: "http://127.0.0.1:8099/", allow: [] },
    { policy: pairs, start: "http://shop.local:8099/", allow: ["shop.local:8099"] },
    { policy: pairs, start: "http://shop.local:8098/", allow: [] },
    { policy: pairs, start: "http://10.0.0.7:9000/", allow: ["10.0.0.7:9000"] },
    { policy: pairs, start: "http://10.0.0.7/", allow: ["10.0.0.7:80", "10.0.0.7:443"] },
    { policy: pairs, start: "not an address", allow: [] },
  ])("at $start allows $allow", ({ policy, start, allow }) => {
    expect(narrowTo(policy, start)).toEqual({ allow, allowLoopback: false });
  });
});
