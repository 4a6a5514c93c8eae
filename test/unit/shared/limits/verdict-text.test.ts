import { describe, expect, it } from "vitest";
import { type Hit, readVerdict, type Verdict, writeVerdict } from "../../../../shared/limits/index.ts";

const quota = (name: string) => ({ name, limit: 5, windowMs: 60_000, cost: 1 });
const state = (name: string, remaining: number, resetMs: number) => ({ name, limit: 5, windowMs: 60_000, remaining, resetMs });
const hit = (...names: readonly string[]): Hit => ({ v: 1, quotas: names.map(quota) });

describe("what a limiter's object answers", () => {
  it.each<[string, Hit, Verdict]>([
    ["allowed", hit("keys"), { allowed: true, quotas: [state("keys", 4, 60_000)] }],
    ["refused", hit("keys"), { allowed: false, quotas: [state("keys", 0, 12)], retryAfterMs: 12 }],
    ["of two limits", hit("keys", "keysPerDay"), { allowed: true, quotas: [state("keys", 4, 1), state("keysPerDay", 0, 2)] }],
    ["of none", hit(), { allowed: true, quotas: [] }],
    ["of times that are no whole milliseconds", hit("keys"), { allowed: false, quotas: [state("keys", 0, 0.5)], retryAfterMs: 1e-7 }],
  ])("is read as it was meant: %s", (_, asked, verdict) => {
    expect(readVerdict(asked, writeVerdict(verdict))).toEqual(verdict);
  });

  it.each(["", "0", "0 1", "0 1 2 3", "0 1 x", "x 1 2"])("is not believed when it is something else: %j", (text) => {
    expect(() => readVerdict(hit("keys"), text)).toThrow("the limiter answered");
  });
});
