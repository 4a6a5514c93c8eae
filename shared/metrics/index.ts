export { type Collector, createCollector, type Measurements, type Window } from "./collector.ts";
export type { MessageCount, MetricsDelta, Outcome, RequestCount } from "./delta.ts";
export { atMostMs, mergeHistograms, observationsIn } from "./histogram.ts";
export { createMeter, type Meter } from "./meter.ts";
export { readSeries } from "./series.ts";
