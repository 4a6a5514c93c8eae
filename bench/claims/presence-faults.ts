import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { closeReasons } from "../../shared/live/index.ts";
import { maxOutstanding } from "../../shared/live/shard/sockets/outstanding.ts";
import type { Claim, Figure } from "../claim.ts";
import { tellAll, toldFigures } from "../live/figures.ts";
import { type ClientFleet, processes, startFleet } from "../live/fleet.ts";
import { type LiveMentha, startLiveMentha } from "../live/mentha.ts";
import { closedForGood } from "../live/mentha-clients.ts";
import { broadcastTo, newWord } from "../live/mentha-stage.ts";
import { flood, neverRead } from "../live/offenders.ts";
import { now } from "../live/orders.ts";
import { affordable } from "../live/processes.ts";

/** Fewer with `BENCH_SOCKETS`, to try it. */
const wanted = Number(process.env.BENCH_SOCKETS ?? 5_000);
const tabs = 5;
const rounds = 10;
const messages = 10_000;
/** People who have nothing open, but for what they do wrong. */
const offenders = 2;
const shards = 4;
/** Chance puts more people into one object than into another: so many times its part is as even as it gets. */
const evenly = 1.3;
/** Clients that are asked to move begin within ten seconds, and are closed after a minute; how long all of them take is a matter of the computer. */
const movedWithinMs = 180_000;
const lookEveryMs = 500;
/** Clients whose tickets are counted. */
const counted = 200;

interface Scene {
  readonly mentha: LiveMentha;
  readonly fleet: ClientFleet;
  readonly log: (line: string) => void;
}

/** The computer fails with everything open: all that clients know is that their connections are gone. */
async function restart({ mentha, fleet, log }: Scene): Promise<Figure[]> {
  await mentha.restart();
  await fleet.move(mentha.url());
  const start = now();
  const back = await fleet.untilOpen(fleet.size);
  const { errors } = await fleet.state();
  log(`restart: all ${fleet.size} are back; attempts that failed: ${JSON.stringify(errors)}`);
  const { wrong } = await tellAll(fleet, 1, broadcastTo(mentha), newWord);
  return [
    { name: "restart: clients that gave up", value: errors[closedForGood] ?? 0, unit: "", atMost: 0 },
    { name: `restart: until all ${fleet.size} are back, from when the runtime is`, value: (back - start) / 1_000, unit: "s" },
    { name: "restart: clients that did not get a broadcast afterwards, or twice", value: wrong, unit: "", atMost: 0 },
  ];
}

/** More objects while everybody is connected. */
async function reshard({ mentha, fleet, log }: Scene): Promise<Figure[]> {
  const people = fleet.size / tabs;
  const start = now();
  await mentha.ask("PATCH", `/api/admin/workspaces/${mentha.workspaceId}`, { liveShards: shards });
  let sizes: readonly number[] = [];
  let missing = 0;
  let offline = 0;
  while (!isSpread(sizes, fleet.size) && now() < start + movedWithinMs) {
    await sleep(lookEveryMs);
    missing = Math.max(missing, fleet.size - (await fleet.state()).open);
    offline = Math.max(offline, people - Online.parse(await mentha.ask("GET", "/api/admin/stats/online-users")).online.users);
    sizes = Objects.parse(await mentha.ask("GET", "/api/admin/stats/websocket")).connections.objects.items.map(({ sockets }) => sockets);
  }
  log(`from 1 object to ${shards}: they hold ${sizes.join(", ")} connections`);
  const name = `from 1 object to ${shards}`;
  return [
    { name: `${name}: people who were offline at the worst moment`, value: offline, unit: "", atMost: 0 },
    { name: `${name}: connections that were missing at the worst moment`, value: missing, unit: "" },
    { name: `${name}: until each object has its part, as statistics say`, value: (now() - start) / 1_000, unit: "s" },
    {
      name: `${name}: the fullest object ÷ what each would have if all had the same`,
      value: (Math.max(...sizes) * shards) / fleet.size,
      unit: "×",
      atMost: evenly,
    },
  ];
}
const Online = z.object({ online: z.object({ users: z.number() }) });
const Objects = z.object({ connections: z.object({ objects: z.object({ items: z.array(z.object({ sockets: z.number() })) }) }) });

/** Whether all are there, and no object has much more than its part. */
function isSpread(sizes: readonly number[], connections: number): boolean {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  return all === connections && Math.max(...sizes) * shards <= connections * evenly;
}

async function floodMeanwhile({ mentha, fleet, log }: Scene): Promise<Figure[]> {
  const quiet = await tellAll(fleet, rounds, broadcastTo(mentha), newWord);
  const { result: loud, closings } = await flood(mentha, offender(mentha, 0), () => tellAll(fleet, rounds, broadcastTo(mentha), newWord));
  log(`flood: closed ${closings.length} times, ${[...new Set(closings)].join(", ")}`);
  const others = closings.filter((closing) => closing !== closingOf("flooding")).length;
  return [
    { name: "flood: connections that it opened", value: closings.length, unit: "", atLeast: 1 },
    { name: `flood: of those, not closed with ${closingOf("flooding")}`, value: others, unit: "", atMost: 0 },
    { name: "flood: broadcast to the others, until half have it ÷ without a flood", value: loud.p50 / quiet.p50, unit: "×", atMost: 2 },
    ...toldFigures("flood, broadcast to the others", loud),
  ];
}

async function silence({ mentha, log }: Scene): Promise<Figure[]> {
  const { closing, received, grownMegabytes } = await neverRead(mentha, offender(mentha, 1), messages);
  log(`a client that never reads: ${messages} messages, closed with ${closing} after ${received}`);
  return [
    {
      name: `never reads: closed with another reason than ${closingOf("not_reading")}`,
      value: closing === closingOf("not_reading") ? 0 : 1,
      unit: "",
      atMost: 0,
    },
    { name: `never reads: messages that were kept for it, of ${messages}`, value: received, unit: "", atMost: maxOutstanding + 10 },
    { name: "never reads: memory of the runtime meanwhile", value: grownMegabytes, unit: "MB more" },
  ];
}

/** The counter slows the database down, so it begins only now. */
async function ticketRows({ mentha }: Pick<Scene, "mentha">): Promise<Figure[]> {
  const read = async () => Counts.parse(await mentha.ask("GET", "/bench/counts"));
  const before = await read();
  await using fleet = await startFleet({
    kind: "mentha",
    url: mentha.url(),
    workspaceId: mentha.workspaceId,
    people: mentha.people.slice(0, counted),
    tabs: 1,
  });
  await fleet.connect(counted);
  const { open } = await fleet.state();
  const after = await read();
  return [
    { name: "tickets and connections: rows written in D1", value: (after.d1RowsWritten - before.d1RowsWritten) / open, unit: "each", atMost: 0 },
    { name: "tickets and connections: rows read in D1", value: (after.d1RowsRead - before.d1RowsRead) / open, unit: "each" },
    { name: "tickets and connections: statements in D1", value: (after.d1Statements - before.d1Statements) / open, unit: "each" },
  ];
}
const Counts = z.object({ d1RowsRead: z.number(), d1RowsWritten: z.number(), d1Statements: z.number() });

const closingOf = (reason: keyof typeof closeReasons): string => `${closeReasons[reason].code} ${reason}`;

function offender({ people }: LiveMentha, which: number): LiveMentha["people"][number] {
  const person = people.at(-1 - which);
  if (person === undefined) throw new Error("There are no people.");
  return person;
}

export const presenceFaults: Claim = {
  says: `${wanted.toLocaleString("en")} clients come back by themselves after everything was lost, move to more objects without being away, and suffer neither from a client that floods nor from one that never reads.`,
  async run(log) {
    const sockets = Math.floor(affordable(wanted, log) / tabs / processes) * tabs * processes;
    await using mentha = await startLiveMentha({ people: sockets / tabs + offenders, shards: 1 });
    const people = mentha.people.slice(0, -offenders);
    const figures: Figure[] = [];
    {
      await using fleet = await startFleet({ kind: "mentha-client", url: mentha.url(), workspaceId: mentha.workspaceId, people, tabs });
      await fleet.connect(sockets);
      await fleet.untilOpen(sockets);
      const scene = { mentha, fleet, log };
      for (const fault of [restart, reshard, floodMeanwhile, silence]) figures.push(...(await fault(scene)));
    }
    return [...figures, ...(await ticketRows({ mentha }))];
  },
};
