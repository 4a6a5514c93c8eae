import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "../../client/index.ts";
import { type Claim, type Figure, median } from "../claim.ts";
import { type Receiver, startReceiver } from "../deliveries/start-receiver.ts";
import { type Floor, startFloor } from "../floor/start.ts";
import { type BenchMentha, startMentha } from "../mentha.ts";

/** How long receivers take to answer, and how many events each endpoint gets: one that takes no time, and a near one. */
const receivers = [
  { delayMs: 0, events: 100 },
  { delayMs: 50, events: 30 },
];
/** For speed: every event is delivered to each of so many endpoints. */
const endpoints = 20;
const rounds = 3;
/** Of one endpoint at once. */
const concurrency = 10;

/** For latency, and for the one endpoint among others that never answers: an event at a time, so many in a second. */
const others = 49;
const singleEvents = 60;
const eventsPerSecond = 2;

const percentile = (values: readonly number[], share: number): number => values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;

interface Stage {
  readonly mentha: BenchMentha;
  readonly receiver: Receiver;
  readonly workspaceId: string;
  readonly client: ReturnType<typeof createClient>;
}

const happen = async ({ mentha, workspaceId }: Stage, count: number): Promise<void> => {
  const response = await fetch(`${mentha.url}/bench/events?workspaceId=${workspaceId}&count=${count}`);
  if (!response.ok) throw new Error(`Events could not be recorded: ${response.status}`);
};

/** Endpoints at paths that begin so; answers with their ids. */
async function makeEndpoints({ client, receiver }: Stage, beginning: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let number = 0; number < count; number++) {
    const { id } = await client.createWebhook({ url: `${receiver.url}${beginning}/${number}`, events: ["limit.reached"], concurrency });
    ids.push(id);
  }
  return ids;
}

/** As large as a delivery of these events. */
const floorBody = JSON.stringify({ ...Object.fromEntries(["id", "type", "workspaceId", "data"].map((name) => [name, "x".repeat(50)])) });

async function measureSpeed(stage: Stage, floor: Floor, { delayMs, events }: (typeof receivers)[number], log: (line: string) => void): Promise<Figure[]> {
  const { receiver } = stage;
  const deliveries = endpoints * events;
  const time = async (begin: () => Promise<void>): Promise<number> => {
    await receiver.reset();
    const start = Date.now();
    await begin();
    return (await receiver.until(deliveries)).lastAt - start;
  };
  const runFloor = () => time(() => floor.post(`${receiver.url}/floor`, floorBody, deliveries));
  const runMentha = () => time(() => happen(stage, events));
  const ratios: number[] = [];
  const speeds: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const isFloorFirst = round % 2 === 1;
    const early = isFloorFirst ? await runFloor() : 0;
    const ownMs = await runMentha();
    const floorMs = isFloorFirst ? early : await runFloor();
    // Code is compiled, connections are opened, and endpoints show that they answer.
    if (round === 0) continue;
    ratios.push(floorMs / ownMs);
    speeds.push((deliveries * 1_000) / ownMs);
    log(`answers in ${delayMs} ms, round ${round}: floor ${floorMs} ms, deliveries ${ownMs} ms`);
  }
  return [
    {
      name: `deliveries/s ÷ those of a consumer that only fetches, receivers that answer in ${delayMs} ms, median of ${rounds} rounds of ${deliveries}`,
      value: median(ratios),
      unit: "×",
      atLeast: 0.7,
    },
    { name: `deliveries to receivers that answer in ${delayMs} ms, from the commit of their events on`, value: median(speeds), unit: "deliveries/s" },
  ];
}

/** How long after their events deliveries arrived at the paths `/alive/…`, ms. */
async function latencies(stage: Stage, log: (line: string) => void, what: string): Promise<number[]> {
  const { receiver } = stage;
  await receiver.reset();
  for (let event = 0; event < singleEvents; event++) {
    await happen(stage, 1);
    await sleep(1_000 / eventsPerSecond);
  }
  // Without those that hang, of which each arrives at once but may be held back by its breaker.
  let all: number[] = [];
  for (let looks = 0; looks < 100 && all.length < singleEvents * others; looks++) {
    await sleep(200);
    all = (await receiver.arrivals()).latencies["/alive"] ?? [];
  }
  if (all.length !== singleEvents * others) throw new Error(`${all.length} of ${singleEvents * others} deliveries arrived.`);
  log(`${what}: p50 ${percentile(all, 0.5)} ms, p95 ${percentile(all, 0.95)} ms, p99 ${percentile(all, 0.99)} ms`);
  return all;
}

async function measureLatency(stage: Stage, log: (line: string) => void): Promise<Figure[]> {
  await makeEndpoints(stage, "/alive", others);
  const [spare = ""] = await makeEndpoints(stage, "/spare", 1);
  await latencies(stage, log, "warm-up");
  const alone = await latencies(stage, log, "50 endpoints that answer");
  await stage.client.deleteWebhook(spare);
  await makeEndpoints(stage, "/hang", 1);
  const beside = await latencies(stage, log, "49 of them, and one that never answers");
  return [
    { name: "commit → first attempt, p50", value: percentile(alone, 0.5), unit: "ms" },
    { name: "commit → first attempt, p95", value: percentile(alone, 0.95), unit: "ms", atMost: 1_000 },
    { name: "commit → first attempt, p99", value: percentile(alone, 0.99), unit: "ms" },
    {
      name: "p95 of 49 endpoints beside one that never answers ÷ p95 without it",
      value: percentile(beside, 0.95) / percentile(alone, 0.95),
      unit: "×",
      atMost: 1.2,
    },
  ];
}

export const webhooks: Claim = {
  says: "Deliveries go out at least 0.7 times as fast as a consumer of a queue can send at all, nearly all within a second of their event, and one dead endpoint among fifty slows nobody else.",
  async run(log) {
    await using floor = await startFloor();
    await using mentha = await startMentha({ instrumented: true, inMemory: true });
    const client = createClient({ baseUrl: mentha.url, key: mentha.key });
    const { id: workspaceId } = await client.getWorkspace();
    const speeds: Figure[] = [];
    for (const kind of receivers) {
      await using receiver = await startReceiver(kind.delayMs);
      const stage = { mentha, receiver, client, workspaceId };
      const ids = await makeEndpoints(stage, "/fast", endpoints);
      speeds.push(...(await measureSpeed(stage, floor, kind, log)));
      for (const id of ids) await client.deleteWebhook(id);
    }
    await using receiver = await startReceiver(0);
    return [...speeds, ...(await measureLatency({ mentha, receiver, client, workspaceId }, log))];
  },
};
