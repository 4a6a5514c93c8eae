import { inArray } from "drizzle-orm";
import { attempts } from "../../db/schema/index.ts";
import type { VisitorContext } from "../../platform/index.ts";
import { type AttemptPolicyName, attemptPolicies } from "./attempt-policies.ts";
import { subjectOf } from "./subject-of.ts";

const isName = (name: string): name is AttemptPolicyName => Object.hasOwn(attemptPolicies, name);
const names = Object.keys(attemptPolicies).filter(isName);

/** Deletes what is counted of an e-mail address, or of a workspace by its id. Returns how many rows there were. */
export async function forgetAttempts({ directory }: Pick<VisitorContext, "directory">, of: "address" | "workspace", who: string): Promise<number> {
  const subjects = await Promise.all(names.filter((name) => attemptPolicies[name].of === of).map((name) => subjectOf(name, who)));
  const { meta } = await directory.delete(attempts).where(inArray(attempts.subject, subjects));
  return meta.changes;
}
