import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { newId } from "../../shared/platform/index.ts";
import { type Figure, median } from "../claim.ts";
import { startCrowd } from "./crowd.ts";
import { errorsOf, tellAll, toldFigures } from "./figures.ts";
import { type ClientFleet, startFleet } from "./fleet.ts";
import { type LiveMentha, startLiveMentha } from "./mentha.ts";
import { processorPercent, residentKilobytes } from "./processes.ts";
import { type Measured, type StageOptions, warmUpOf } from "./stage.ts";

/** What is promised, in ms. */
const broadcastWithinMs = 1_500;
const disconnectWithinMs = 50;
const statsCalls = 10;
const idleMs = 20_000;
/** Objects report at most every ten seconds, and sleep ten seconds after the last thing happened. */
const settleMs = 12_000;

interface Scene extends StageOptions {
  readonly fleet: ClientFleet;
  readonly mentha: LiveMentha;
  readonly name: string;
}

const OnlineStats = z.object({ online: z.object({ users: z.number(), connections: z.number() }) });
const SocketStats = z.object({ connections: z.object({ totals: z.object({ sockets: z.number() }) }) });

export const newWord = (): string => `bench ${crypto.randomUUID()}`;

export const broadcastTo =
  ({ ask, workspaceId }: LiveMentha) =>
  async (message: string): Promise<void> =>
    void (await ask("POST", "/api/admin/broadcast", { message, audience: `workspace:${workspaceId}` }));

/** Publishes to whoever follows a topic; `userId` is in the text. */
export const publishTo =
  ({ ask, workspaceId }: LiveMentha, topic: "workspace" | "me", count: number) =>
  async (userId: string): Promise<void> =>
    void (await ask("GET", `/bench/publications?${new URLSearchParams({ workspaceId, userId, topic, count: String(count) }).toString()}`));

async function measureConnecting({ fleet, mentha, name, log }: Scene): Promise<{ figures: Figure[]; perSecond: number; kilobytes: number }> {
  const early = warmUpOf(fleet.size);
  await fleet.connect(early);
  await sleep(settleMs);
  const before = residentKilobytes(mentha.pid());
  const { ticketsMs, socketsMs } = await fleet.connect(fleet.size - early);
  const { open, errors } = await fleet.state();
  log(`${name}: ${open} connections, tickets in ${Math.round(ticketsMs)} ms, connected in ${Math.round(socketsMs)} ms ${JSON.stringify(errors)}`);
  await sleep(settleMs);
  const measured = open - early;
  const kilobytes = (residentKilobytes(mentha.pid()) - before) / measured;
  const perSecond = (measured / socketsMs) * 1_000;
  const figures: Figure[] = [
    { name: `${name}: connections open at once`, value: open, unit: "", atLeast: fleet.size },
    { name: `${name}: errors until then`, value: errorsOf(errors), unit: "", atMost: 0 },
    { name: `${name}: connections a second, with a ticket at hand`, value: perSecond, unit: "/s" },
    { name: `${name}: the same with getting the ticket`, value: (measured / (ticketsMs + socketsMs)) * 1_000, unit: "/s" },
    { name: `${name}: resident memory of the runtime for each of them`, value: kilobytes, unit: "KB" },
  ];
  return { figures, perSecond, kilobytes };
}

/** Asks the two statistics of operators some times: how long that takes, and how far they are from what is connected. */
async function measureStats({ fleet, mentha, name, tabs }: Scene): Promise<Figure[]> {
  const times: number[] = [];
  const ask = async (path: string): Promise<unknown> => {
    const start = performance.now();
    const answer = await mentha.ask("GET", path);
    times.push(performance.now() - start);
    return answer;
  };
  let wrong = 0;
  const { open } = await fleet.state();
  for (let call = 0; call < statsCalls; call++) {
    const { online } = OnlineStats.parse(await ask("/api/admin/stats/online-users"));
    const { connections } = SocketStats.parse(await ask("/api/admin/stats/websocket"));
    const differences = [online.connections - open, connections.totals.sockets - open, online.users - fleet.size / tabs];
    wrong = Math.max(wrong, ...differences.map(Math.abs));
  }
  return [
    { name: `${name}: people or connections that statistics have too many or too few`, value: wrong, unit: "", atMost: 0 },
    { name: `${name}: median time of statistics while all are connected`, value: median(times), unit: "ms" },
  ];
}

/** Nothing happens but that clients say that they are there: what that costs, and whether all are there afterwards. */
async function measureIdle({ fleet, mentha, name, log }: Scene): Promise<Figure[]> {
  log(`${name}: waits until the objects sleep, and then ${idleMs / 1_000} s in which clients only say that they are there`);
  await sleep(settleMs);
  const percent = await processorPercent(mentha.pid(), idleMs);
  const { last, wrong } = await tellAll(fleet, 1, broadcastTo(mentha), newWord);
  return [
    { name: `${name}: processor time of the runtime while clients only say that they are there`, value: percent, unit: "% of one" },
    { name: `${name}, after that: clients that did not get a broadcast, or twice`, value: wrong, unit: "", atMost: 0 },
    { name: `${name}, after that: until the last one has it`, value: last, unit: "ms", atMost: broadcastWithinMs },
  ];
}

/**
 * As many connections as are wanted, where this computer cannot open so many from outside: the rest is made inside the runtime. How fast all are told is
 * what those outside measure.
 */
async function measureAll({ fleet, mentha, name, wanted, log }: Scene): Promise<Figure[]> {
  const { open } = await fleet.state();
  if (open >= wanted) return [];
  await using crowd = await startCrowd(mentha, wanted - open);
  await sleep(settleMs);
  const { open: inside, refused } = await crowd.state();
  log(`${name}: ${inside} more from within the runtime, ${refused} refused`);
  const { connections } = SocketStats.parse(await mentha.ask("GET", "/api/admin/stats/websocket"));
  let wrongInside = 0;
  const told = await tellAll(
    fleet,
    3,
    async (message) => {
      await crowd.expect(message);
      await broadcastTo(mentha)(message);
      wrongInside += await crowd.wrong();
    },
    newWord,
  );
  const here = `${name}, with ${inside} more from within the runtime`;
  return [
    { name: `${here}: connections open at once, as statistics say`, value: connections.totals.sockets, unit: "", atLeast: wanted, atMost: wanted },
    { name: `${here}: errors`, value: refused, unit: "", atMost: 0 },
    ...toldFigures(`${here}, broadcast`, told, broadcastWithinMs),
    { name: `${here}, broadcast: of those within, who did not get it, or twice`, value: wrongInside, unit: "", atMost: 0 },
  ];
}

async function measureDisconnect({ fleet, mentha, tabs, disconnects }: Scene): Promise<number> {
  const times: number[] = [];
  for (const { id } of mentha.people.slice(0, disconnects)) {
    times.push(await fleet.timeEnd(id, tabs, async () => void (await mentha.ask("POST", `/api/admin/users/${id}/disconnect`, {}))));
  }
  return median(times);
}

/** The whole product with so many connections in one workspace, spread over so many objects. */
export async function measureMentha(options: StageOptions, shards: number): Promise<{ readonly figures: readonly Figure[]; readonly measured: Measured }> {
  const { sockets, tabs, rounds } = options;
  const name = shards === 1 ? "1 object" : `${shards} objects`;
  await using mentha = await startLiveMentha({ people: sockets / tabs, shards });
  await using fleet = await startFleet({ kind: "mentha", url: mentha.url(), workspaceId: mentha.workspaceId, people: mentha.people, tabs });
  const scene = { ...options, mentha, fleet, name };
  const { figures, ...connecting } = await measureConnecting(scene);
  const stats = await measureStats(scene);
  const broadcast = await tellAll(fleet, rounds, broadcastTo(mentha), newWord);
  const publication = await tellAll(fleet, rounds, publishTo(mentha, "workspace", 1), () => newId("user"));
  const idle = await measureIdle(scene);
  const all = await measureAll(scene);
  const disconnectMs = await measureDisconnect(scene);
  return {
    figures: [
      ...figures,
      ...stats,
      ...toldFigures(`${name}, broadcast`, broadcast, broadcastWithinMs),
      ...toldFigures(`${name}, topic`, publication),
      ...idle,
      ...all,
      { name: `${name}: median time until the ${tabs} connections of one person have ended`, value: disconnectMs, unit: "ms", atMost: disconnectWithinMs },
    ],
    measured: { ...connecting, broadcast, disconnectMs },
  };
}
