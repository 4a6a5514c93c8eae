import { describe, expect, it } from "vitest";
import { fromBase64, hourMs } from "../../../../../shared/platform/index.ts";
import { newSigningSecret, overlapMs, previousUntil, withNewSecret } from "../../../../../shared/webhooks/endpoints/secret.ts";
import { Target } from "../../../../../shared/webhooks/kinds/target.ts";

const now = 1_793_000_000_000;
const targetWith = (secrets: Target["secrets"]): Target => ({ v: 1, url: "https://example.com/", headers: {}, credentials: {}, secrets });

describe("a signing secret", () => {
  it("is 32 random bytes as Standard Webhooks writes them", () => {
    const made = Array.from({ length: 50 }, newSigningSecret);
    for (const secret of made) {
      expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
      expect(fromBase64(secret.slice("whsec_".length))).toHaveLength(32);
    }
    expect(new Set(made).size).toBe(50);
  });
});

describe("a rotation", () => {
  it("puts the new secret first, and lets the one before sign for 24 hours", () => {
    const secrets = withNewSecret(targetWith([{ secret: "old", until: null }]), "new", now, false);
    expect(secrets).toEqual([
      { secret: "new", until: null },
      { secret: "old", until: now + 24 * hourMs },
    ]);
    expect(previousUntil(secrets)).toBe(now + overlapMs);
  });

  it("leaves the end of those that were replaced before, and forgets those that ended", () => {
    const stored = targetWith([
      { secret: "second", until: null },
      { secret: "first", until: now + 1 },
      { secret: "ended", until: now },
    ]);
    expect(withNewSecret(stored, "third", now, false)).toEqual([
      { secret: "third", until: null },
      { secret: "second", until: now + overlapMs },
      { secret: "first", until: now + 1 },
    ]);
  });

  it("ends all others when that is wanted", () => {
    const secrets = withNewSecret(targetWith([{ secret: "old", until: null }]), "new", now, true);
    expect(secrets).toEqual([{ secret: "new", until: null }]);
    expect(previousUntil(secrets)).toBeNull();
  });

  it("is refused while ten sign, which is as many as can be stored, and goes on when they end", () => {
    let target = targetWith([{ secret: "0", until: null }]);
    for (let i = 1; i < 10; i++) target = Target.parse({ ...target, secrets: withNewSecret(target, String(i), now + i, false) });
    expect(target.secrets).toHaveLength(10);
    expect(() => withNewSecret(target, "10", now + 10, false)).toThrow("expireNow");
    expect(withNewSecret(target, "10", now + 10, true)).toHaveLength(1);
    expect(withNewSecret(target, "10", now + 1 + overlapMs, false)).toHaveLength(10);
  });
});
