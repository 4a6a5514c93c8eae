import { z } from "zod";
import { type MessageCount, type MetricsDelta, outcomes, type RequestCount, statusClasses } from "./delta.ts";
import { boundsMs, type Histogram } from "./histogram.ts";

/** Histograms by the name of their series, packed: the sum of ms, then the counts. */
export const PackedSeries = z.record(z.string(), z.array(z.number()));
export type PackedSeries = Record<string, number[]>;

/** More series than this are no labels any more: what comes then is counted as `other`. Declared routes and statuses make some 500. */
const mostSeries = 1_000;

type Named = readonly [name: string, histogram: Histogram];

const requestName = ({ route, status }: Pick<RequestCount, "route" | "status">): string => `request ${status} ${route}`;
const messageName = ({ queue, outcome }: Pick<MessageCount, "queue" | "outcome">): string => `message ${outcome} ${queue}`;

function* namedIn({ requests, messages }: MetricsDelta): Generator<Named> {
  for (const each of requests) yield [requestName(each), each.latency];
  for (const each of messages) yield [messageName(each), each.duration];
}

/** Adds what was measured. */
export function addDelta(series: PackedSeries, delta: MetricsDelta): void {
  let size = Object.keys(series).length;
  for (const [name, { counts, sumMs }] of namedIn(delta)) {
    const isNew = series[name] === undefined;
    if (isNew) size += 1;
    addPacked(series, isNew && size > mostSeries ? otherOf(name) : name, [sumMs, ...counts]);
  }
}

const otherOf = (name: string): string => `${name.split(" ").slice(0, 2).join(" ")} other`;

export function addSeries(series: PackedSeries, more: PackedSeries): void {
  for (const [name, packed] of Object.entries(more)) addPacked(series, name, packed);
}

function addPacked(series: PackedSeries, name: string, packed: readonly number[]): void {
  const sum = series[name] ?? [];
  series[name] = Array.from({ length: Math.max(sum.length, packed.length) }, (_, at) => (sum[at] ?? 0) + (packed[at] ?? 0));
}

function unpack([sumMs = 0, ...counts]: readonly number[]): Histogram {
  return { sumMs, counts: Array.from({ length: boundsMs.length + 1 }, (_, at) => counts[at] ?? 0) };
}

const Name = z.union([z.tuple([z.literal("request"), z.enum(statusClasses), z.string()]), z.tuple([z.literal("message"), z.enum(outcomes), z.string()])]);

/** What the series hold, by what was measured; names that are not known (any more) are left out. */
export function readSeries(series: PackedSeries): Pick<MetricsDelta, "requests" | "messages"> {
  const requests: RequestCount[] = [];
  const messages: MessageCount[] = [];
  for (const [name, packed] of Object.entries(series)) {
    const [kind = "", label = "", ...rest] = name.split(" ");
    const { data } = Name.safeParse([kind, label, rest.join(" ")]);
    if (data?.[0] === "request") requests.push({ route: data[2], status: data[1], latency: unpack(packed) });
    if (data?.[0] === "message") messages.push({ queue: data[2], outcome: data[1], duration: unpack(packed) });
  }
  return { requests, messages };
}
