import { env } from "cloudflare:workers";
import { recordChange, verifyLog } from "../../../shared/audit-log/index.ts";
import { directoryDatabase } from "../../../shared/db/client.ts";
import { type Context, commit, newId } from "../../../shared/platform/index.ts";
import { contextOf, type SeededWorkspace } from "./api.ts";

const db = directoryDatabase(env);

/** A member who asks from somewhere. */
export function memberOf(workspace: SeededWorkspace, overrides: Partial<Context> = {}): Context {
  return { ...contextOf(env, workspace), client: { ip: "203.0.113.7", userAgent: "test/1" }, ...overrides };
}

/** Puts `count` entries into a workspace's log, one batch; they tell of projects. */
export async function seedEntries(workspace: SeededWorkspace, count: number): Promise<void> {
  const ctx = memberOf(workspace);
  const change = (i: number) => ({ action: "project.update", targetId: newId("project"), before: { name: `old ${i}` }, after: { name: `new ${i}` } }) as const;
  await commit(
    db,
    Array.from({ length: count }, (_, i) => recordChange(ctx, db, change(i))),
  );
}

/** What verifying all of a workspace's log says, whatever the number of pages. */
export async function verified(workspace: SeededWorkspace, ctx: Context = memberOf(workspace)) {
  const whole = { holds: true, sealed: 0, erased: 0, unsealed: 0, pages: 0, problems: [] as { kind: string; entryId: string | null }[] };
  for (let cursor: string | undefined; ; ) {
    const { holds, sealed, erased, unsealed, problems, nextCursor } = await verifyLog(ctx, env.STORE, { cursor });
    whole.holds &&= holds;
    whole.sealed += sealed;
    whole.erased += erased;
    whole.unsealed += unsealed ?? 0;
    whole.pages += 1;
    whole.problems.push(...problems.map(({ kind, entryId }) => ({ kind, entryId })));
    if (nextCursor === undefined) return whole;
    cursor = nextCursor;
  }
}
