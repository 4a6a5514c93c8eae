import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ApiProblem, SessionEnded } from "../../../../client/index.ts";
import { ConnectionLost, UnknownProtocol, waitAfter } from "../../../../client/live/reconnect.ts";
import { closeReasons } from "../../../../shared/live/index.ts";

const problem = (status: number, retryAfterMs?: number) => new ApiProblem({ status, retryAfterMs, code: "c", detail: "d", requestId: undefined, errors: [] });
const lost = (code: number) => new ConnectionLost("gone", code);
const half = () => 0.5;

describe("who lost a connection", () => {
  it("comes back at any moment up to a second, which doubles with each failure up to half a minute", () => {
    const almostOne = () => 0.999_999;
    const waits = [0, 1, 2, 3, 4, 5, 6, 500].map((failures) => waitAfter(lost(1006), failures, almostOne));
    expect(waits).toEqual([999, 1_999, 3_999, 7_999, 15_999, 29_999, 29_999, 29_999]);
    expect(waitAfter(lost(1006), 9, () => 0)).toBe(0);
  });

  it("never comes back earlier than the server asks, nor more than half a minute after that", () => {
    fc.assert(
      fc.property(fc.nat(2_000_000), fc.nat(2_000), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (askedMs, failures, chance) => {
        const inMs = waitAfter(problem(503, askedMs), failures, () => chance);
        expect(inMs).toBeGreaterThanOrEqual(askedMs);
        expect(inMs).toBeLessThan(askedMs + 30_000);
      }),
    );
  });

  it.each<{ what: string; why: unknown; inMs: number | null }>([
    { what: "the network broke off", why: lost(1006), inMs: 500 },
    { what: "the platform is being deployed", why: lost(1001), inMs: 500 },
    { what: "a reason of a later version", why: lost(4099), inMs: 500 },
    { what: "it moved", why: lost(closeReasons.moved.code), inMs: 500 },
    { what: "rights changed", why: lost(closeReasons.rights_changed.code), inMs: 500 },
    { what: "it was silent", why: lost(closeReasons.silent.code), inMs: 500 },
    { what: "the session or the key ended, which asking for a ticket will tell", why: lost(closeReasons.expired.code), inMs: 500 },
    { what: "a socket of its own took its place", why: lost(closeReasons.replaced.code), inMs: 500 },
    { what: "it sent too much", why: lost(closeReasons.flooding.code), inMs: 60_500 },
    { what: "it did not read", why: lost(closeReasons.not_reading.code), inMs: 60_500 },
    { what: "an operator ended it", why: lost(closeReasons.disconnected.code), inMs: null },
    { what: "the server cannot be reached", why: new TypeError("fetch failed"), inMs: 500 },
    { what: "the server fails", why: problem(500), inMs: 500 },
    { what: "too many requests", why: problem(429, 7_000), inMs: 7_500 },
    { what: "no room", why: problem(503, 20_000), inMs: 20_500 },
    { what: "a timeout", why: problem(408), inMs: 500 },
    { what: "a key that is not known", why: problem(401), inMs: null },
    { what: "somebody who may not", why: problem(403), inMs: null },
    { what: "an older server", why: problem(404), inMs: null },
    { what: "a session that is over", why: new SessionEnded("over"), inMs: null },
    { what: "another protocol", why: new UnknownProtocol("v2"), inMs: null },
    { what: "an answer that is none of ours", why: new z.ZodError([]), inMs: null },
  ])("waits $inMs ms, or stays away, after: $what", ({ why, inMs }) => {
    expect(waitAfter(why, 0, half)).toBe(inMs);
  });

  it("knows every reason for which Mentha closes", () => {
    for (const [reason, { code }] of Object.entries(closeReasons)) expect(lost(code)).toMatchObject({ reason, code });
  });
});
