import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { metricsOf } from "../../../durable-objects/stubs.ts";
import { createMeter, type Measurements, type MetricsDelta, observationsIn, readSeries, type Window } from "../../../shared/metrics/index.ts";
import { dayMs, hourMs, minuteMs } from "../../../shared/platform/index.ts";

const start = Date.UTC(2026, 10, 22, 12, 0, 30);
const stub = () => env.METRICS.get(env.METRICS.idFromName("metrics"));
const metrics = () => metricsOf(env);
const passTime = (ms: number): void => void vi.setSystemTime(Date.now() + ms);
const newMeter = (isolate: string) => createMeter({ isolate, now: Date.now });

/** What one isolate tells, delta by delta, without telling it. */
async function deltasOf(meter: ReturnType<typeof newMeter>, rounds: number): Promise<MetricsDelta[]> {
  const deltas: MetricsDelta[] = [];
  for (let round = 0; round < rounds; round++) {
    meter.request("GET /api/v1/audits", 200, 7);
    meter.message("work", "done", 30);
    await meter.tell(async (delta) => void deltas.push(delta));
  }
  return deltas;
}

function countIn({ inLast }: Measurements, minutes: Window): number {
  const { requests, messages } = readSeries(inLast[minutes]);
  return [...requests.map(({ latency }) => latency), ...messages.map(({ duration }) => duration)].reduce((sum, each) => sum + observationsIn(each), 0);
}
const rows = (table: string) => runInDurableObject(stub(), (_, { storage }) => storage.sql.exec(`SELECT count(*) AS n FROM ${table}`).one().n);

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: start });
  await runInDurableObject(stub(), async (_, { storage }) => {
    await storage.deleteAlarm();
    await storage.deleteAll();
  });
  await evictDurableObject(stub());
});
afterEach(() => void vi.useRealTimers());

describe("what isolates measured", () => {
  it("adds up, whatever comes twice or in another order, and although the object is evicted", async () => {
    const [one, other] = [await deltasOf(newMeter("one"), 5), await deltasOf(newMeter("other"), 5)];
    const order = [...one.toReversed(), ...other, ...one, ...other.slice(2), ...one.slice(1, 3)];
    for (const [at, delta] of order.entries()) {
      await metrics().push(delta);
      if (at % 4 === 0) await evictDurableObject(stub());
    }
    passTime(minuteMs);
    const read = await metrics().read();
    expect([countIn(read, 1), countIn(read, 5), countIn(read, 60)]).toEqual([20, 20, 20]);
    expect(readSeries(read.ever).requests).toEqual([
      { route: "GET /api/v1/audits", status: "2xx", latency: { sumMs: 70, counts: [0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] } },
    ]);
    expect(readSeries(read.ever).messages).toMatchObject([{ queue: "work", outcome: "done", duration: { sumMs: 300 } }]);
  });

  it("counts once although the answer to a push was lost", async () => {
    const meter = newMeter("one");
    meter.request("GET /healthz", 200, 1);
    await meter.tell(async (delta) => {
      await metrics().push(delta);
      throw new Error("the answer was lost");
    });
    meter.request("GET /healthz", 200, 1);
    await meter.tell((delta) => metrics().push(delta));
    passTime(minuteMs);
    expect(countIn(await metrics().read(), 1)).toBe(2);
  });

  it("is read by whole minutes: the present one is not over", async () => {
    const [first, second] = await deltasOf(newMeter("one"), 2);
    if (first === undefined || second === undefined) throw new Error("nothing was told");
    await metrics().push(first);
    expect(countIn(await metrics().read(), 60)).toBe(0);
    passTime(minuteMs);
    await metrics().push({ ...second, at: Date.now() });
    expect(countIn(await metrics().read(), 60)).toBe(2);
    passTime(5 * minuteMs);
    const read = await metrics().read();
    expect([countIn(read, 1), countIn(read, 5), countIn(read, 60)]).toEqual([0, 2, 4]);
  });

  it.each([
    ["to come", 2 * dayMs],
    ["long ago", -2 * dayMs],
  ])("by a clock that is wrong does not count in a minute that is %s", async (_, ms) => {
    const [delta] = await deltasOf(newMeter("one"), 1);
    if (delta === undefined) throw new Error("nothing was told");
    await metrics().push({ ...delta, at: start + ms });
    const [row] = await runInDurableObject(stub(), (_object, { storage }) => storage.sql.exec("SELECT at FROM minute").toArray());
    expect(row?.at).toBeGreaterThanOrEqual(start - hourMs - minuteMs);
    expect(row?.at).toBeLessThanOrEqual(start);
  });

  it("is three rows for each push", async () => {
    const [first, second] = await deltasOf(newMeter("one"), 2);
    if (first === undefined || second === undefined) throw new Error("nothing was told");
    await metrics().push(first);
    const written = () => runInDurableObject(stub(), (_, { storage }) => Number(storage.sql.exec("SELECT total_changes() AS n").one().n));
    const before = await written();
    await metrics().push(second);
    await metrics().push(second);
    expect((await written()) - before).toBe(3);
  });

  it("has no more series than there is room for: what comes then is other", async () => {
    const meter = newMeter("one");
    for (let i = 0; i < 1_100; i++) meter.request(`GET /${i}`, 200, 1);
    await meter.tell((delta) => metrics().push(delta));
    const { ever } = await metrics().read();
    expect(Object.keys(ever).length).toBeLessThanOrEqual(1_001);
    expect(observationsIn(readSeries(ever).requests.find(({ route }) => route === "other")?.latency ?? { counts: [], sumMs: 0 })).toBe(100);
  });

  it("goes when its day is over, but for the totals", async () => {
    for (const delta of await deltasOf(newMeter("one"), 1)) await metrics().push(delta);
    passTime(dayMs + minuteMs);
    await runDurableObjectAlarm(stub());
    expect([await rows("minute"), await rows("isolate")]).toEqual([0, 0]);
    expect(readSeries((await metrics().read()).ever).requests).toHaveLength(1);
    expect(await runInDurableObject(stub(), (_, { storage }) => storage.getAlarm())).toBeNull();
  });

  it("is nothing before anything was told, and nothing is stored for asking", async () => {
    expect(await metrics().read()).toMatchObject({ ever: {}, since: null, lost: 0 });
    expect(await runInDurableObject(stub(), (_, { storage }) => storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'minute'").toArray())).toEqual(
      [],
    );
  });
});
