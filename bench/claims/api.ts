import { type Claim, type Figure, median } from "../claim.ts";
import { type BenchMentha, startMentha } from "../mentha.ts";
import { startSites } from "../site/start.ts";

const rounds = 15;
/** Of either kind in a round. */
const reads = 200;
const connections = 2;
/** In a round, side by side; each as often as a limiter lets through in a minute, but for the calls that bring it to life, and so many at once. */
const callers = 8;
const callsEach = 116;
const atOnce = 4;
/** Rounds that do not count: code is compiled. */
const warmUps = 3;

const percentile95 = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? Number.NaN;

/** Milliseconds until the whole answer has arrived. */
async function time(url: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
  const start = performance.now();
  const response = await fetch(url, { headers });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  return performance.now() - start;
}

interface Times {
  readonly guarded: number[];
  readonly open: number[];
}

/** Both kinds of reads, each first as often as the other, since what runs second finds everything warm. */
async function readRound(url: string, openUrl: string, key: string): Promise<Times> {
  const times: Times = { guarded: [], open: [] };
  let turn = 0;
  const work = async (): Promise<void> => {
    while (turn < reads) {
      const both = [async () => times.guarded.push(await time(url, { Authorization: `Bearer ${key}` })), async () => times.open.push(await time(openUrl))];
      for (const one of turn++ % 2 === 0 ? both : both.toReversed()) await one();
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  return times;
}

async function measureReads(mentha: BenchMentha, auditId: string, log: (line: string) => void): Promise<Figure[]> {
  const round = () => readRound(`${mentha.url}/api/v1/audits/${auditId}`, `${mentha.url}/bench/audits/${auditId}`, mentha.key);
  await round();
  const ratios: number[] = [];
  const all: Times = { guarded: [], open: [] };
  for (let number = 1; number <= rounds; number++) {
    const { guarded, open } = await round();
    ratios.push(percentile95(guarded) / percentile95(open));
    all.guarded.push(...guarded);
    all.open.push(...open);
    log(`reads, round ${number}: p95 ${percentile95(open).toFixed(1)} ms open, ${percentile95(guarded).toFixed(1)} ms guarded`);
  }
  return [
    { name: `p95 of a read with key and limit ÷ without, median of ${rounds} rounds`, value: median(ratios), unit: "×", atMost: 2 },
    { name: "the same of the medians of all reads", value: median(all.guarded) / median(all.open), unit: "×" },
    { name: "median time of a read with key and limit", value: median(all.guarded), unit: "ms" },
  ];
}

async function measureLimiters(mentha: BenchMentha, log: (line: string) => void): Promise<Figure[]> {
  const call = (kind: "hit" | "nothing", round: number, each: number) =>
    time(`${mentha.url}/bench/limiters?kind=${kind}&round=${round}&callers=${callers}&atOnce=${Math.min(atOnce, each)}&each=${each}`);
  const ratios: number[] = [];
  const speeds: number[] = [];
  for (let round = 1 - warmUps; round <= rounds; round++) {
    const taken = { hit: 0, nothing: 0 };
    for (const kind of Math.abs(round) % 2 === 0 ? (["hit", "nothing"] as const) : (["nothing", "hit"] as const)) {
      // Objects of this round come to life.
      await call(kind, round, 1);
      taken[kind] = await call(kind, round, callsEach);
    }
    if (round <= 0) continue;
    ratios.push(taken.nothing / taken.hit);
    speeds.push((callers * callsEach * 1_000) / taken.hit);
    log(`limiters, round ${round}: ${Math.round(taken.nothing)} ms for nothing, ${Math.round(taken.hit)} ms for limits`);
  }
  return [
    { name: `limit checks ÷ calls of an object that does nothing, by time, median of ${rounds} rounds`, value: median(ratios), unit: "×", atLeast: 0.5 },
    { name: "limit checks", value: median(speeds), unit: "checks/s" },
  ];
}

export const api: Claim = {
  says: "Key, permission and limit make a read through the API take at most twice as long as the same read behind the same middleware without them; a limiter counts at least half as fast as an object can be called at all.",
  async run(log) {
    await using site = await startSites({ pages: 5 });
    await using mentha = await startMentha({ instrumented: true, inMemory: true });
    const { id } = await mentha.audit({ url: site.urls[0] ?? "", maxPages: 5 });
    return [...(await measureReads(mentha, id, log)), ...(await measureLimiters(mentha, log))];
  },
};
