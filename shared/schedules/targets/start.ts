import type { Database } from "../../db/client.ts";
import type { Context, DueJob, Statement } from "../../platform/index.ts";
import type { TargetInput, TargetKind } from "./target.ts";

/** What a kind of target needs to have something started. Nobody asks: what it does in the audit log is done by Mentha itself. */
export interface Starting extends Pick<Context, "egress" | "vault" | "now"> {
  /** The database that holds the workspace's own things; of the installation, the directory. */
  readonly db: Database;
  readonly directory: Database;
  readonly workspaceId: string;
  readonly scheduleId: string;
  readonly runId: string;
  /** The time that was planned, ms since 1970. */
  readonly occurrence: number;
  /** Who made the schedule; null for those that came with Mentha. */
  readonly createdBy: string | null;
  readonly outbox: string[];
  readonly dueJobs: DueJob[];
}

export interface Started {
  /** The audit or the job. */
  readonly startedId: string;
  /** What accepts it: they go into the batch that takes the run into work, so that neither is without the other. */
  readonly statements: readonly Statement[];
}

/** @throws AppError not retryable for what cannot be started (any more), with a message that people read in the run's `reason` */
export type Start<K extends TargetKind> = (starting: Starting, input: TargetInput<K>) => Promise<Started>;
export type Starts = { readonly [K in TargetKind]: Start<K> };
