import { z } from "zod";
import { QueueName } from "../dead-letters/index.ts";
import { Count, Millis, Text } from "../platform/index.ts";
import { Warnings } from "./presence-schemas.ts";

const PerSecond = z.number().min(0).max(1e9).describe("On average");
export const ErrorPercent = z.number().min(0).max(100).describe("Answers of 500 and above, of a hundred");
export const AtMostMs = z
  .int()
  .min(0)
  .max(10_000)
  .nullable()
  .describe(
    "A bound in ms within which it was, from a histogram: the true time is at most that. Null when there was nothing, or when it took longer than 10,000",
  );

const Latency = z.object({
  p50AtMostMs: AtMostMs,
  p95AtMostMs: AtMostMs,
  p99AtMostMs: AtMostMs,
  over10s: Count.describe("Requests that took longer than that"),
});

const RequestWindow = z.object({
  count: Count,
  perSecond: PerSecond,
  errors: Count.describe("Answers of 500 and above"),
  errorPercent: ErrorPercent,
  latency: Latency,
});

const RouteTime = z.object({
  route: Text(200).describe("`GET /api/v1/audits/{id}`; `other` for what no route takes"),
  count: Count,
  refused: Count.describe("Answers of 400 to 499"),
  errors: Count.describe("Answers of 500 and above"),
  averageMs: z.number().min(0).max(1e9),
  totalMs: Count,
  p95AtMostMs: AtMostMs,
});

const Requests = z.object({
  until: Millis.describe("End of the last whole minute: windows end here"),
  lastMinute: RequestWindow,
  last5Minutes: RequestWindow,
  lastHour: RequestWindow,
  byTime: z.array(RouteTime).max(10).describe("The routes that took the most time together, in the last hour"),
  byErrors: z.array(RouteTime).max(10).describe("The routes with the most errors, in the last hour"),
  since: Millis.nullable().describe("Since when everything is counted; null before the first"),
  total: Count.describe("Requests since then"),
  lost: Count.describe("Requests and messages since then of which is known that their measurement was lost"),
});

const Handled = z.object({ done: Count, retried: Count.describe("To be tried again"), failed: Count.describe("Given up, and kept as dead letters") });

const Queue = z.object({
  queue: QueueName,
  lastMinute: Handled,
  lastHour: Handled,
  p95AtMostMs: AtMostMs,
  waiting: Count.nullable().describe("Messages in the queue as the platform says, about; null when it does not say"),
  oldestAt: Millis.nullable().describe("When the one that waits longest was sent; null when none waits, or it is not told"),
});

export const WorkPart = z.object({
  unhandledEvents: Count.describe("Events whose consequences are still to come"),
  jobs: z.object({
    queued: Count,
    running: Count,
    overdue: Count.describe("Those that should have run a minute ago, or whose lease is over"),
    failedToday: Count.describe("Of those that were asked for since midnight, UTC"),
  }),
  deadLetters: Count,
  auditsRunning: Count.describe("Queued ones too"),
  auditsToday: Count.describe("Begun since midnight, UTC"),
});
export type WorkPart = z.infer<typeof WorkPart>;

export const SystemStats = z
  .object({
    at: Millis,
    requests: Requests.nullable(),
    queues: z.array(Queue).max(20).nullable(),
    work: WorkPart.nullable(),
    storage: z.object({ databaseBytes: Count, filesBytes: Count.nullable() }).nullable(),
    objects: z.object({ crawls: Count.describe("Audits under way"), sockets: Count.describe("Objects with connections") }).nullable(),
    unknown: z
      .array(z.object({ what: Text(100), why: Text(500) }))
      .max(20)
      .describe("What nobody here can know, and where to look for it"),
    warnings: Warnings,
  })
  .meta({ id: "SystemStats" });
export type SystemStats = z.infer<typeof SystemStats>;
export type RequestsPart = NonNullable<SystemStats["requests"]>;
export type QueueStats = NonNullable<SystemStats["queues"]>[number];
