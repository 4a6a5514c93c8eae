import { z } from "zod";
import { idPattern } from "../../platform/index.ts";
import type { CrawlState } from "./crawl-state.ts";

/** One address to fetch, under the lease `attempt`. */
export const CrawlTask = z.object({
  id: z.int(),
  kind: z.enum(["page", "robots", "sitemap"]),
  url: z.string(),
  attempt: z.int(),
  source: z.enum(["robots", "well-known", "index"]).optional(),
});
export type CrawlTask = z.infer<typeof CrawlTask>;

/** What travels in the `analysis` queue: addresses to fetch now, and how. */
export const AnalysisMessage = z.object({
  v: z.literal(1),
  auditId: z.string().regex(idPattern("audit")),
  workspaceId: z.string(),
  startUrl: z.string(),
  userAgent: z.string(),
  sealedHeaders: z.string().nullable(),
  tasks: z.array(CrawlTask).min(1),
});
export type AnalysisMessage = z.infer<typeof AnalysisMessage>;

/** Tasks in one message: few enough that a consumer reports often, enough to share the cost of a report; twice the connections of a consumer, so that none idles at its end. */
const tasksPerMessage = 12;

/** What one `sendBatch` takes: 256 KB and 100 messages (developers.cloudflare.com/queues/platform/limits). */
const charactersPerBatch = 200_000;
const messagesPerBatch = 100;

/** The messages that ask consumers to fetch `tasks`, in batches that one send can take. */
export function toMessages(state: CrawlState, tasks: readonly CrawlTask[]): AnalysisMessage[][] {
  const { auditId, workspaceId, url: startUrl, sealedHeaders, options } = state;
  const message = (group: CrawlTask[]): AnalysisMessage => ({
    ...{ v: 1, auditId, workspaceId, startUrl, sealedHeaders },
    userAgent: options.userAgent,
    tasks: group,
  });
  const first = tasks.filter(({ attempt }) => attempt === 1);
  const messages: AnalysisMessage[] = [];
  for (let i = 0; i < first.length; i += tasksPerMessage) messages.push(message(first.slice(i, i + tasksPerMessage)));
  // What was out before may be what killed its consumer: it travels alone, so that it takes no others along.
  for (const task of tasks) if (task.attempt > 1) messages.push(message([task]));
  return inBatches(messages);
}

function inBatches(messages: readonly AnalysisMessage[]): AnalysisMessage[][] {
  const batches: AnalysisMessage[][] = [];
  let room = 0;
  for (const message of messages) {
    const size = JSON.stringify(message).length;
    if (room < size || batches.at(-1)?.length === messagesPerBatch) {
      batches.push([]);
      room = charactersPerBatch;
    }
    room -= size;
    batches.at(-1)?.push(message);
  }
  return batches;
}
