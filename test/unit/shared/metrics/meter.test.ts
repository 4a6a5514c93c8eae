import { beforeEach, expect, it } from "vitest";
import { createMeter, type Meter, type MetricsDelta, observationsIn } from "../../../../shared/metrics/index.ts";

let now: number;
let meter: Meter;
let told: MetricsDelta[];
const push = async (delta: MetricsDelta): Promise<void> => void told.push(delta);
const refuse = async (): Promise<void> => {
  throw new Error("not now");
};

beforeEach(() => {
  now = 1_000_000;
  told = [];
  meter = createMeter({ isolate: "one", now: () => now });
});

it.each([
  [101, "2xx"],
  [204, "2xx"],
  [302, "3xx"],
  [404, "4xx"],
  [429, "4xx"],
  [500, "5xx"],
  [503, "5xx"],
])("an answer of %i counts as %s", async (status, statusClass) => {
  meter.request("GET /ws", status, 3);
  await meter.tell(push);
  expect(told).toMatchObject([{ isolate: "one", seq: 1, lost: 0, requests: [{ route: "GET /ws", status: statusClass }], messages: [] }]);
});

it("what is told once is not told again, and nothing is told of nothing", async () => {
  meter.message("events", "retried", 12);
  await meter.tell(push);
  await meter.tell(push);
  expect(told).toHaveLength(1);
  expect(told[0]?.messages).toMatchObject([{ queue: "events", outcome: "retried", duration: { sumMs: 12 } }]);
});

it("one of many is asked to tell after ten seconds", () => {
  const plans = Array.from({ length: 50 }, () => {
    meter.request("GET /", 200, 1);
    return meter.plan(true);
  });
  expect(plans.filter((plan) => plan !== null)).toEqual([10_000]);
});

it("a thousand observations are told at once, and who promised to tell still does", async () => {
  const plans: (number | null)[] = [];
  for (let i = 0; i < 2_500; i++) {
    meter.request("GET /", 200, 1);
    const plan = meter.plan(true);
    if (plan === 0) await meter.tell(push);
    if (plan !== null) plans.push(plan);
  }
  expect(plans).toEqual([10_000, 0, 0]);
  now += 10_000;
  await meter.tell(push);
  expect(told.map(({ requests }) => observationsIn(requests[0]?.latency ?? { counts: [], sumMs: 0 }))).toEqual([1_000, 1_000, 500]);
  meter.request("GET /", 200, 1);
  expect(meter.plan(true)).toBe(10_000);
});

it("a promise to tell that was cut off is made good by the next request", () => {
  meter.request("GET /", 200, 1);
  expect(meter.plan(true)).toBe(10_000);
  now += 40_000;
  meter.request("GET /", 200, 1);
  expect(meter.plan(true)).toBe(0);
});

it("who cannot wait is asked to tell only once it is time", () => {
  const plans: (number | null)[] = [];
  for (let i = 0; i < 12; i++) {
    meter.message("events", "done", 1);
    plans.push(meter.plan(false));
    now += 1_000;
  }
  expect(plans).toEqual([...Array.from({ length: 10 }, () => null), 0, null]);
});

it("what could not be told comes again under the same number, before what is newer", async () => {
  meter.request("GET /a", 200, 1);
  await meter.tell(refuse);
  meter.request("GET /b", 200, 1);
  await meter.tell(push);
  expect(told.map(({ seq, requests }) => [seq, requests[0]?.route])).toEqual([
    [1, "GET /a"],
    [2, "GET /b"],
  ]);
});

it("what can never be told is given up in the end, and how much that was is told", async () => {
  for (let i = 0; i < 10; i++) {
    meter.request("GET /a", 200, 1);
    meter.request("GET /a", 200, 1);
    await meter.tell(refuse);
  }
  meter.request("GET /a", 200, 1);
  await meter.tell(push);
  meter.request("GET /a", 200, 1);
  await meter.tell(push);
  const counted = told.reduce((sum, { requests }) => sum + observationsIn(requests[0]?.latency ?? { counts: [], sumMs: 0 }), 0);
  const lost = told.reduce((sum, delta) => sum + delta.lost, 0);
  expect([counted + lost, lost > 0, told.length]).toEqual([22, true, 7]);
});

it("while one tells, nobody else does, unless it was cut off", async () => {
  meter.request("GET /a", 200, 1);
  const hanging = meter.tell(() => new Promise(() => {}));
  meter.request("GET /a", 200, 1);
  expect(meter.plan(true)).toBeNull();
  await meter.tell(push);
  expect(told).toEqual([]);
  now += 30_000;
  await meter.tell(push);
  expect(told.map(({ seq }) => seq)).toEqual([1, 2]);
  expect(hanging).toBeInstanceOf(Promise);
});
