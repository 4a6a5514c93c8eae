import { atMostMs, type Measurements, mergeHistograms, observationsIn, type RequestCount, readSeries, type Window } from "../metrics/index.ts";
import type { RequestsPart } from "./system-schemas.ts";

type RequestWindow = RequestsPart["lastMinute"];
type RouteTime = RequestsPart["byTime"][number];

const listed = 10;
const secondsInMinute = 60;
const countOf = (requests: readonly RequestCount[]): number => requests.reduce((sum, { latency }) => sum + observationsIn(latency), 0);
const ofClass = (requests: readonly RequestCount[], wanted: RequestCount["status"]): number => countOf(requests.filter(({ status }) => status === wanted));
const rounded = (number: number): number => Math.round(number * 1_000) / 1_000;

/** What the measurements of requests say. */
export function requestNumbers({ until, inLast, ever, since, lost }: Measurements): RequestsPart {
  const windowOf = (window: Window): RequestWindow => windowNumbers(inLast, window);
  const routes = [...Map.groupBy(readSeries(inLast[60]).requests, ({ route }) => route)].map(routeNumbers);
  return {
    until,
    lastMinute: windowOf(1),
    last5Minutes: windowOf(5),
    lastHour: windowOf(60),
    byTime: routes.toSorted((one, other) => other.totalMs - one.totalMs).slice(0, listed),
    byErrors: routes
      .filter(({ errors }) => errors > 0)
      .sort((one, other) => other.errors - one.errors)
      .slice(0, listed),
    since,
    total: countOf(readSeries(ever).requests),
    lost,
  };
}

/** Of the last so many minutes. */
export function windowNumbers(inLast: Measurements["inLast"], window: Window): RequestWindow {
  const { requests } = readSeries(inLast[window]);
  const count = countOf(requests);
  const errors = ofClass(requests, "5xx");
  const latency = mergeHistograms(requests.map((each) => each.latency));
  return {
    count,
    perSecond: rounded(count / (window * secondsInMinute)),
    errors,
    errorPercent: count === 0 ? 0 : rounded((errors / count) * 100),
    latency: {
      p50AtMostMs: atMostMs(latency, 0.5),
      p95AtMostMs: atMostMs(latency, 0.95),
      p99AtMostMs: atMostMs(latency, 0.99),
      over10s: latency.counts.at(-1) ?? 0,
    },
  };
}

function routeNumbers([route, requests]: readonly [string, readonly RequestCount[]]): RouteTime {
  const latency = mergeHistograms(requests.map((each) => each.latency));
  const count = countOf(requests);
  return {
    route,
    count,
    refused: ofClass(requests, "4xx"),
    errors: ofClass(requests, "5xx"),
    averageMs: count === 0 ? 0 : rounded(latency.sumMs / count),
    totalMs: Math.round(latency.sumMs),
    p95AtMostMs: atMostMs(latency, 0.95),
  };
}
