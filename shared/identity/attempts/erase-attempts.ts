import { and, inArray, lt } from "drizzle-orm";
import { attempts } from "../../db/schema/index.ts";
import type { VisitorContext } from "../../platform/index.ts";
import { type AttemptPolicyName, attemptPolicies } from "./attempt-policies.ts";
import { subjectOf } from "./subject-of.ts";

const isName = (name: string): name is AttemptPolicyName => Object.hasOwn(attemptPolicies, name);
const names = Object.keys(attemptPolicies).filter(isName);

/** Deletes what was begun to be counted before `before` (ms since 1970) of an e-mail address, or of a workspace by its id. Returns how many rows there were. */
export async function eraseAttempts(
  { directory }: Pick<VisitorContext, "directory">,
  of: "address" | "workspace",
  who: string,
  before = Number.MAX_SAFE_INTEGER,
): Promise<number> {
  const subjects = await Promise.all(names.filter((name) => attemptPolicies[name].of === of).map((name) => subjectOf(name, who)));
  const { meta } = await directory.delete(attempts).where(and(inArray(attempts.subject, subjects), lt(attempts.since, before)));
  return meta.changes;
}
