import { describe, expect, it } from "vitest";
import { abandonedIn, type HostHealth, healthAfter, nextLookAt, soundOf } from "../../../../../shared/audits/crawl/host-patience.ts";

const minute = 60_000;

describe("one result says of its host", () => {
  it.each([
    ["answered", "a page", { status: 200, isBroken: false, mayPass: false }],
    ["answered", "a redirect", { status: 301, isBroken: false, mayPass: true }],
    ["answered", "a missing page", { status: 404, isBroken: false, mayPass: false }],
    ["answered", "a fault of its own", { status: 500, isBroken: false, mayPass: true }],
    ["answered", "a page that is too large", { status: 200, isBroken: true, mayPass: false }],
    ["turned-away", "no answer", { status: null, isBroken: true, mayPass: true }],
    ["turned-away", "a page that stops in its middle", { status: 200, isBroken: true, mayPass: true }],
    ["turned-away", "too many requests", { status: 429, isBroken: false, mayPass: true }],
    ["turned-away", "not now", { status: 503, isBroken: false, mayPass: true }],
    ["turned-away", "a gateway without its server", { status: 522, isBroken: false, mayPass: true }],
    ["nothing", "an address that was not asked", { status: null, isBroken: true, mayPass: false }],
  ] as const)("%s: %s", (sound, _, result) => {
    expect(soundOf(result)).toBe(sound);
  });
});

/** The health of a host after addresses that were turned away `every` so many milliseconds. */
function afterTurnedAway(count: number, every: number): HostHealth | null {
  let health: HostHealth | null = null;
  for (let i = 0; i < count; i++) health = healthAfter(health, "turned-away", true, i * every);
  return health;
}

describe("a host is abandoned", () => {
  it.each([
    { outcome: "is not, after four addresses however long", count: 4, every: 10 * minute, isAbandoned: false },
    { outcome: "is, after five addresses in two minutes", count: 5, every: minute / 2, isAbandoned: true },
    { outcome: "is not, after a hundred addresses in less", count: 100, every: 1_000, isAbandoned: false },
    { outcome: "is, once a hundred addresses took two minutes", count: 121, every: 1_000, isAbandoned: true },
  ])("$outcome", ({ count, every, isAbandoned }) => {
    expect(afterTurnedAway(count, every)).toMatchObject({ unanswered: count, isAbandoned });
  });

  it("not for one address that is asked again and again", () => {
    let health = healthAfter(null, "turned-away", true, 0);
    for (let i = 1; i < 20; i++) health = healthAfter(health, "turned-away", false, i * minute);
    expect(health).toMatchObject({ unanswered: 1, isAbandoned: false });
  });

  it("not when one answer came in between", () => {
    expect(healthAfter(afterTurnedAway(4, minute), "answered", true, 5 * minute)).toBeNull();
  });

  it("neither sooner nor later for addresses that nobody asked", () => {
    const before = afterTurnedAway(4, minute);
    expect(healthAfter(before, "nothing", true, 9 * minute)).toBe(before);
  });

  it("for good", () => {
    const before = afterTurnedAway(5, minute);
    expect(healthAfter(before, "answered", true, 9 * minute)).toBe(before);
    expect(abandonedIn({ "https://a.example": afterTurnedAway(2, minute) ?? missing(), "https://b.example": before ?? missing() })).toEqual([
      "https://b.example",
    ]);
  });
});

describe("a host in trouble is asked", () => {
  it.each([
    ["as before while few addresses failed", afterTurnedAway(4, 1_000), null],
    ["every ten seconds after five in a row", afterTurnedAway(5, 1_000), 17_000],
    ["not again once it is abandoned", afterTurnedAway(5, minute), null],
    ["as before when it is well", null, null],
  ])("%s", (_, health, at) => {
    expect(nextLookAt(health, 7_000)).toBe(at);
  });
});

const missing = (): never => expect.unreachable("a host that was turned away has a health");
