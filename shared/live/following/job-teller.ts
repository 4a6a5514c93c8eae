import { installationId } from "../../db/client.ts";
import type { JobChange } from "../../jobs/index.ts";
import { errorFields } from "../../platform/index.ts";
import type { TellerDeps } from "./audit-teller.ts";
import { createProgressPublisher } from "./progress-publisher.ts";

export interface JobTeller {
  /** Never throws, and nobody need wait for it. */
  changed(change: JobChange): void;
  /** Settles once the last state is told. */
  ended(): Promise<void>;
}

/** Tells who follows a job how it gets on while a message works on it. The installation's own jobs are nobody's to follow. */
export function createJobTeller({ live, now, wait, log }: TellerDeps, workspaceId: string): JobTeller {
  let latest: JobChange | null = null;
  const publish = async (): Promise<number | null> => {
    if (latest === null || workspaceId === installationId) return null;
    const { at, ...change } = latest;
    return await live.publish(workspaceId, { topic: `job:${change.jobId}`, event: { type: "job.changed", ...change }, at });
  };
  const failed = (cause: unknown) => log.warn("a job's progress was not told", { domain: "jobs", workspaceId, ...errorFields(cause) });
  const publisher = createProgressPublisher({ publish, now, wait, failed });
  return {
    changed(change) {
      latest = change;
      publisher.changed().catch(() => {});
    },
    ended: publisher.ended,
  };
}
