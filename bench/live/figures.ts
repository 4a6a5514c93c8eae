import { setTimeout as sleep } from "node:timers/promises";
import { type Figure, median } from "../claim.ts";
import type { ClientFleet } from "./fleet.ts";

const percentile = (sorted: readonly number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

/** How long something that is told to everybody took, over some rounds. */
export interface Told {
  readonly p50: number;
  readonly p99: number;
  /** Until the last one had it, in the slowest round. */
  readonly last: number;
  /** Clients that did not get it, or got it twice. */
  readonly wrong: number;
}

/** Of one topic at most four messages go out in a second: what comes in between would wait. */
const pauseMs = 300;

/** Tells everybody something so many times, one after the other. */
export async function tellAll(fleet: ClientFleet, rounds: number, send: (marker: string) => Promise<void>, newMarker: () => string): Promise<Told> {
  const measured: Told[] = [];
  for (let round = 0; round < rounds; round++) {
    await sleep(pauseMs);
    const marker = newMarker();
    const { latenciesMs, lost, again } = await fleet.timeMessage(marker, () => send(marker));
    measured.push({ p50: percentile(latenciesMs, 0.5), p99: percentile(latenciesMs, 0.99), last: latenciesMs.at(-1) ?? Number.NaN, wrong: lost + again });
  }
  return {
    p50: median(measured.map(({ p50 }) => p50)),
    p99: median(measured.map(({ p99 }) => p99)),
    last: Math.max(...measured.map(({ last }) => last)),
    wrong: measured.reduce((sum, { wrong }) => sum + wrong, 0),
  };
}

/** Figures of something that is told to everybody; `atMost` for the last one, in ms. */
export function toldFigures(name: string, { p50, p99, last, wrong }: Told, atMost?: number): Figure[] {
  return [
    { name: `${name}: until half of them have it`, value: p50, unit: "ms" },
    { name: `${name}: until 99 % have it`, value: p99, unit: "ms" },
    { name: `${name}: until the last one has it, slowest round`, value: last, unit: "ms", ...(atMost === undefined ? {} : { atMost }) },
    { name: `${name}: clients that did not get it, or twice`, value: wrong, unit: "", atMost: 0 },
  ];
}

export const errorsOf = (errors: Readonly<Record<string, number>>): number => Object.values(errors).reduce((sum, count) => sum + count, 0);
