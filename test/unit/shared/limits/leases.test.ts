import { describe, expect, it } from "vitest";
import { waitForLease } from "../../../../shared/limits/leases.ts";

const now = 1_700_000_000_000;
const open = (...ends: readonly number[]) => ends.map((end, i) => ({ id: `${i}`, name: "streams", until: now + end }));
const request = (limit: number) => ({ v: 1, name: "streams", limit, leaseMs: 1_000 }) as const;

describe("how long one waits to open one more", () => {
  it.each([
    ["nothing is open", open(), 2, 0],
    ["there is room", open(500), 2, 0],
    ["the first of those open ends by itself", open(700, 300), 2, 300],
    ["what is open has ended by itself", open(0, -5), 2, 0],
    ["others are open under another name", open(500, 500).map((lease) => ({ ...lease, name: "sockets" })), 2, 0],
    ["the limit was lowered, so that several must end", open(100, 200, 300), 2, 200],
    ["nothing may ever be open", open(), 0, 1_000],
  ])("%s", (_, leases, limit, wait) => {
    expect(waitForLease(leases, request(limit), now)).toBe(wait);
  });
});
