import type { WorkspaceStanding } from "../../identity/index.ts";
import { secondMs } from "../../platform/index.ts";

/** A workspace that is suspended is sent nothing from so long after on: its deliveries come many in a second, and each would ask. */
const standingHoldsMs = secondMs;
/** Of so many workspaces in a second at most; more are asked about each time anew. */
const mostKept = 1_000;

interface StandingDeps {
  readonly find: (workspaceId: string) => Promise<WorkspaceStanding | null>;
  readonly now: () => number;
}

export type Standings = (deps: StandingDeps, workspaceId: string) => Promise<WorkspaceStanding | null>;

/** Remembers for a second how workspaces stand; for one isolate. Only what is known is shared: a question belongs to the invocation that asked it. */
export function createStandings(): Standings {
  const known = new Map<string, { readonly standing: WorkspaceStanding | null; readonly askedAt: number }>();
  return async ({ find, now }, workspaceId) => {
    const askedAt = now();
    const recent = known.get(workspaceId);
    // A clock that stepped back makes nothing last longer.
    if (recent !== undefined && Math.abs(askedAt - recent.askedAt) < standingHoldsMs) return recent.standing;
    const standing = await find(workspaceId);
    if (known.size >= mostKept) known.clear();
    known.set(workspaceId, { standing, askedAt });
    return standing;
  };
}
