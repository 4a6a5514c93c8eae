export type { Histogram, MessageCount, MetricsDelta, RequestCount } from "./delta.ts";
