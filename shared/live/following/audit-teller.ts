import { type CrawlSnapshot, toLiveProgress } from "../../audits/index.ts";
import { errorFields, type Log } from "../../platform/index.ts";
import type { Live } from "../live.ts";
import { createProgressPublisher, type ProgressPublisher } from "./progress-publisher.ts";

export interface TellerDeps {
  readonly live: Pick<Live, "publish">;
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
  readonly log: Log;
}

/** Tells who follows an audit how its crawl gets on. `snapshot` is where it stands; null for a crawl that is gone. */
export function createAuditTeller({ live, now, wait, log }: TellerDeps, snapshot: () => CrawlSnapshot | null): ProgressPublisher {
  let told = "";
  const publish = async (): Promise<number | null> => {
    const crawl = snapshot();
    if (crawl === null) return null;
    const { auditId, workspaceId, progress } = crawl;
    // Time goes by also where nothing happens.
    const what = JSON.stringify({ ...progress, elapsedMs: 0 });
    if (what === told) return null;
    const event = { type: "audit.progress", auditId, progress: toLiveProgress("running", progress) } as const;
    const followers = await live.publish(workspaceId, { topic: `audit:${auditId}`, event, at: now() });
    told = what;
    return followers;
  };
  return createProgressPublisher({ publish, now, wait, failed: (cause) => log.warn("progress was not told", { domain: "audits", ...errorFields(cause) }) });
}
