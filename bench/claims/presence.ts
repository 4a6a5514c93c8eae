import type { Claim, Figure } from "../claim.ts";
import { measureMentha } from "../live/mentha-stage.ts";
import { affordable } from "../live/processes.ts";
import { measureSocketIo } from "../live/socket-io-stage.ts";
import type { Measured } from "../live/stage.ts";

/** Fewer with `BENCH_SOCKETS`, to try it. */
const wanted = Number(process.env.BENCH_SOCKETS ?? 10_000);
const tabs = 5;
const rounds = 5;
const disconnects = 7;
const shardCounts = [1, 4];

/** For information: one of them keeps rights, tickets and who is online, the other does not. */
const ratios = (name: string, mentha: Measured, other: Measured): Figure[] => [
  { name: `${name} ÷ socket.io: connections a second`, value: mentha.perSecond / other.perSecond, unit: "×" },
  { name: `${name} ÷ socket.io: memory for each connection`, value: mentha.kilobytes / other.kilobytes, unit: "×" },
  { name: `${name} ÷ socket.io: broadcast, until half of them have it`, value: mentha.broadcast.p50 / other.broadcast.p50, unit: "×" },
  { name: `${name} ÷ socket.io: broadcast, until 99 % have it`, value: mentha.broadcast.p99 / other.broadcast.p99, unit: "×" },
  { name: `${name} ÷ socket.io: time to disconnect one person`, value: mentha.disconnectMs / other.disconnectMs, unit: "×" },
];

export const presence: Claim = {
  says: `One workspace holds ${wanted.toLocaleString("en")} connections without an error; a broadcast comes to all of them within 1.5 seconds, one person is disconnected within 50 ms, and statistics are right meanwhile.`,
  async run(log) {
    const sockets = affordable(wanted, log);
    const options = { sockets, wanted, tabs, rounds, disconnects, log };
    const figures: Figure[] = [{ name: "connections from processes of their own, as many as this computer can open", value: sockets, unit: "" }];
    const all: (readonly [string, Measured])[] = [];
    for (const shards of shardCounts) {
      const { figures: own, measured } = await measureMentha(options, shards);
      figures.push(...own);
      all.push([shards === 1 ? "1 object" : `${shards} objects`, measured]);
    }
    const other = await measureSocketIo(options);
    return [...figures, ...other.figures, ...all.flatMap(([name, measured]) => ratios(name, measured, other.measured))];
  },
};
