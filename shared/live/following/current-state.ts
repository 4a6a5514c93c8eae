import { and, eq } from "drizzle-orm";
import { type Crawls, findProgress, hasEnded } from "../../audits/index.ts";
import { jobs } from "../../db/schema/index.ts";
import type { LiveEvent } from "../messages.ts";
import { partsOf, type Topic, type TopicKind } from "../topics.ts";
import type { FollowDeps, Follower } from "./follower.ts";

/** What crawls say of themselves to somebody who goes on listening. */
export type ProgressSource = Pick<Crawls, "watch">;

export interface StateDeps extends FollowDeps {
  readonly audits: ProgressSource;
}

type Whose = Pick<Follower, "workspaceId">;
type Read = (deps: StateDeps, whose: Whose, id: string) => Promise<LiveEvent | null>;

const nothing: Read = async () => null;

/** How things stand, by the kind of the topic. */
const states: { readonly [Kind in TopicKind]: Read } = {
  workspace: nothing,
  me: nothing,
  audit: async ({ db, audits }, { workspaceId }, auditId) => {
    const progress = await findProgress({ db, workspaceId }, audits.watch, auditId);
    if (progress === null) return null;
    return hasEnded(progress.status) ? { type: "audit.changed", auditId, status: progress.status } : { type: "audit.progress", auditId, progress };
  },
  job: async ({ db }, { workspaceId }, jobId) => {
    const columns = { jobType: jobs.type, state: jobs.state, progress: jobs.progress };
    const where = and(eq(jobs.id, jobId), eq(jobs.workspaceId, workspaceId));
    const [row] = await db.select(columns).from(jobs).where(where);
    return row === undefined ? null : { type: "job.changed", jobId, ...row };
  },
};

/**
 * The first event of a topic that keeps no log: how things stand now; null for a topic that has none, and for what is not there (any more).
 * A running audit is asked itself, which also tells it that somebody listens. Ask once the follower is noted: what changes afterwards is told,
 * and nothing falls between.
 */
export function currentState(deps: StateDeps, whose: Whose, topic: Topic): Promise<LiveEvent | null> {
  const [kind, id] = partsOf(topic);
  return states[kind](deps, whose, id ?? "");
}
