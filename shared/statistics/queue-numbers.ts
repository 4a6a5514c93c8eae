import { QueueName } from "../dead-letters/index.ts";
import { atMostMs, type Measurements, type MessageCount, mergeHistograms, observationsIn, readSeries } from "../metrics/index.ts";
import type { Asking } from "./asked.ts";
import type { StatsSources } from "./stats-context.ts";
import type { QueueStats } from "./system-schemas.ts";

type Handled = QueueStats["lastMinute"];

/** What became of messages, and what waits. */
export async function queueNumbers(
  { ask }: Pick<Asking, "ask">,
  { inLast }: Measurements,
  { backlogOf }: Pick<StatsSources, "backlogOf">,
): Promise<QueueStats[]> {
  const lastMinute = readSeries(inLast[1]).messages;
  const lastHour = readSeries(inLast[60]).messages;
  return Promise.all(
    QueueName.options.map(async (queue) => {
      const backlog = await ask(`what waits in the queue ${queue}`, () => backlogOf(queue));
      const own = lastHour.filter((each) => each.queue === queue);
      return {
        queue,
        lastMinute: handled(lastMinute.filter((each) => each.queue === queue)),
        lastHour: handled(own),
        p95AtMostMs: atMostMs(mergeHistograms(own.map(({ duration }) => duration)), 0.95),
        waiting: backlog?.messages ?? null,
        oldestAt: backlog?.oldestAt ?? null,
      };
    }),
  );
}

export function handled(messages: readonly MessageCount[]): Handled {
  const of = (wanted: MessageCount["outcome"]): number =>
    messages.filter(({ outcome }) => outcome === wanted).reduce((sum, { duration }) => sum + observationsIn(duration), 0);
  return { done: of("done"), retried: of("retried"), failed: of("parked") };
}
