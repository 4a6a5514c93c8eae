import { setTimeout as sleep } from "node:timers/promises";
import { type Figure, median } from "../claim.ts";
import { errorsOf, tellAll, toldFigures } from "./figures.ts";
import { startFleet } from "./fleet.ts";
import { newWord } from "./mentha-stage.ts";
import { residentKilobytes } from "./processes.ts";
import { startSocketIo } from "./socket-io.ts";
import { type Measured, type StageOptions, warmUpOf } from "./stage.ts";

const settleMs = 5_000;

/** The same clients, with socket.io on Node instead. It asks nobody who they are, and stores nothing. */
export async function measureSocketIo({
  sockets,
  tabs,
  rounds,
  disconnects,
  log,
}: StageOptions): Promise<{ readonly figures: readonly Figure[]; readonly measured: Measured }> {
  await using server = await startSocketIo();
  const people = Array.from({ length: sockets / tabs }, (_, at) => ({ id: `person-${at}`, token: "" }));
  await using fleet = await startFleet({ kind: "socket.io", url: server.url, workspaceId: "", people, tabs });
  const post = async (path: string, query: Record<string, string>): Promise<void> => {
    await fetch(`${server.url}${path}?${new URLSearchParams(query).toString()}`, { method: "POST" });
  };
  const early = warmUpOf(fleet.size);
  await fleet.connect(early);
  await sleep(settleMs);
  const before = residentKilobytes(server.pid);
  const { socketsMs } = await fleet.connect(fleet.size - early);
  const { open, errors } = await fleet.state();
  log(`socket.io: ${open} connections in ${Math.round(socketsMs)} ms ${JSON.stringify(errors)}`);
  await sleep(settleMs);
  const connected = open - early;
  const kilobytes = (residentKilobytes(server.pid) - before) / connected;
  const broadcast = await tellAll(fleet, rounds, (message) => post("/broadcast", { message }), newWord);
  const times: number[] = [];
  for (const { id } of people.slice(0, disconnects)) times.push(await fleet.timeEnd(id, tabs, () => post("/disconnect", { user: id })));
  const measured = { perSecond: (connected / socketsMs) * 1_000, kilobytes, broadcast, disconnectMs: median(times) };
  return {
    figures: [
      { name: "socket.io: connections open at once", value: open, unit: "" },
      { name: "socket.io: errors until then", value: errorsOf(errors), unit: "" },
      { name: "socket.io: connections a second", value: measured.perSecond, unit: "/s" },
      { name: "socket.io: resident memory for each of them", value: kilobytes, unit: "KB" },
      ...toldFigures("socket.io, broadcast", broadcast),
      { name: `socket.io: median time until the ${tabs} connections of one person have ended`, value: measured.disconnectMs, unit: "ms" },
    ],
    measured,
  };
}
