import { and, eq, isNull } from "drizzle-orm";
import { audits, jobs } from "../../db/schema/index.ts";
import type { Permission } from "../../platform/index.ts";
import { partsOf, type Topic, type TopicKind } from "../topics.ts";
import type { FollowDeps, Follower, Refusal } from "./follower.ts";

type Check = (deps: FollowDeps, who: Follower, id: string) => Promise<Refusal | null>;

/** Who may follow what, by the kind of the topic. Whoever has a socket is in the workspace. */
const checks: { readonly [Kind in TopicKind]: Check } = {
  // Of its events some tell of audits, others of members: somebody who may read but one kind is not told less, but nothing. Every role may read both.
  workspace: async (_, who) => lacks(who, "audits:read") ?? lacks(who, "members:read"),
  me: async (_, who) => (who.kind === "session" ? null : lacks(who, "notifications:read")),
  audit: async ({ db }, who, id) => {
    const refusal = lacks(who, "audits:read");
    if (refusal !== null) return refusal;
    const where = and(eq(audits.id, id), eq(audits.workspaceId, who.workspaceId), isNull(audits.deletedAt), isNull(audits.confirmsId));
    const [row] = await db.select({ id: audits.id }).from(audits).where(where);
    return row === undefined ? { code: "not_found", message: "There is no such audit." } : null;
  },
  job: async ({ db }, who, id) => {
    const refusal = lacks(who, "audits:read");
    if (refusal !== null) return refusal;
    const where = and(eq(jobs.id, id), eq(jobs.workspaceId, who.workspaceId));
    const [row] = await db.select({ id: jobs.id }).from(jobs).where(where);
    return row === undefined ? { code: "not_found", message: "There is no such job." } : null;
  },
};

/**
 * Whether somebody may follow a topic: null, or why not. What is in another workspace is not there, and whoever lacks the permission is not
 * told whether it is.
 */
export function mayFollow(deps: FollowDeps, who: Follower, topic: Topic): Promise<Refusal | null> {
  const [kind, id] = partsOf(topic);
  return checks[kind](deps, who, id ?? "");
}

const lacks = ({ permissions }: Follower, permission: Permission): Refusal | null =>
  permissions.has(permission) ? null : { code: "forbidden", message: `Following this needs the permission ${permission}.` };
