import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeRefresh, type PresentedToken } from "../../../../../shared/identity/sessions/refresh-policy.ts";

const now = 1_800_000_000_000;
const fresh: PresentedToken = { usedAt: null, expiresAt: now + 1, session: { expiresAt: now + 1, revokedAt: null }, successor: null };
const used = (agoMs: number, successor: PresentedToken["successor"] = { usedAt: null }): PresentedToken => ({ ...fresh, usedAt: now - agoMs, successor });

describe("a refresh token that is presented", () => {
  it.each<{ outcome: string; token: PresentedToken; verdict: ReturnType<typeof judgeRefresh> }>([
    { outcome: "is exchanged the first time", token: fresh, verdict: "rotate" },
    { outcome: "is refused when it lay too long", token: { ...fresh, expiresAt: now }, verdict: "refuse" },
    { outcome: "yields the same again at once", token: used(0), verdict: "repeat" },
    { outcome: "yields the same again after 19 s", token: used(19_000), verdict: "repeat" },
    { outcome: "yields the same again after 20 s", token: used(20_000), verdict: "repeat" },
    { outcome: "ends the session after more than 20 s", token: used(20_001), verdict: "revoke" },
    { outcome: "ends the session after 21 s", token: used(21_000), verdict: "revoke" },
    { outcome: "yields the same again though the clock that used it is ahead", token: used(-3_000), verdict: "repeat" },
    { outcome: "yields the same again though it ended meanwhile", token: { ...used(5_000), expiresAt: now - 1_000 }, verdict: "repeat" },
    { outcome: "ends the session once its successor was used", token: used(1_000, { usedAt: now }), verdict: "revoke" },
    { outcome: "ends the session when its successor is gone", token: used(1_000, null), verdict: "revoke" },
    { outcome: "ends the session long after it ended itself", token: { ...used(40 * 86_400_000), expiresAt: now - 1 }, verdict: "revoke" },
    { outcome: "is refused once the session was revoked", token: { ...fresh, session: { expiresAt: now + 1, revokedAt: now - 1 } }, verdict: "refuse" },
    { outcome: "is refused once the session has ended", token: { ...fresh, session: { expiresAt: now, revokedAt: null } }, verdict: "refuse" },
    {
      outcome: "is refused, used or not, once the session was revoked",
      token: { ...used(1), session: { expiresAt: now + 1, revokedAt: 1 } },
      verdict: "refuse",
    },
  ])("$outcome", ({ token, verdict }) => {
    expect(judgeRefresh(token, now)).toBe(verdict);
  });
});

const time = fc.integer({ min: now - 100 * 86_400_000, max: now + 100 * 86_400_000 });
const anyToken: fc.Arbitrary<PresentedToken> = fc.record({
  usedAt: fc.option(time),
  expiresAt: time,
  session: fc.record({ expiresAt: time, revokedAt: fc.option(time) }),
  successor: fc.option(fc.record({ usedAt: fc.option(time) })),
});

describe("whatever the rows say", () => {
  it("nothing comes of a session that has ended, and nothing new of a token that was used or is too old", () => {
    fc.assert(
      fc.property(anyToken, (token) => {
        const verdict = judgeRefresh(token, now);
        const hasEnded = token.session.revokedAt !== null || token.session.expiresAt <= now;
        if (hasEnded) expect(verdict).toBe("refuse");
        if (verdict === "rotate") expect(token.usedAt === null && token.expiresAt > now).toBe(true);
        if (verdict === "repeat") expect(token.successor?.usedAt).toBeNull();
        if (verdict === "revoke") expect(token.usedAt).not.toBeNull();
      }),
    );
  });

  it("what is refused or revoked stays so as time goes on", () => {
    fc.assert(
      fc.property(anyToken, fc.nat(), (token, laterMs) => {
        const verdicts = [judgeRefresh(token, now), judgeRefresh(token, now + laterMs)];
        if (verdicts[0] === "refuse") expect(verdicts[1]).toBe("refuse");
        if (verdicts[0] === "revoke") expect(["revoke", "refuse"]).toContain(verdicts[1]);
      }),
    );
  });
});
