import { secondMs } from "../../../platform/index.ts";
import {
  type PresenceTotals,
  reportAtLeastEveryMs,
  reportEveryMs,
  type ShardSnapshot,
  snapshotExpiresMs,
  type WorkspacePresence,
} from "../../../presence/index.ts";
import { isAtHome } from "../moves.ts";
import type { People } from "../people.ts";
import type { Place } from "../place.ts";
import type { StateStore } from "../shard-state.ts";
import type { Traffic } from "../traffic.ts";
import type { Duty } from "./duties.ts";

/** So many people come or go at the same moment that the first of them does not get a report of their own. */
const gatherMs = secondMs;

interface PresenceReportsDeps {
  readonly place: Place;
  readonly store: StateStore;
  readonly people: People;
  readonly traffic: Traffic;
  /** Sockets: of API keys, and of whomever. */
  readonly integrations: () => number;
  /** Whether some belong into another object. */
  readonly isMoving: () => boolean;
  readonly capacity: () => number;
  readonly totals: PresenceTotals;
  readonly now: () => number;
  /** What the workspace adds up to is another than it was. */
  readonly tell: (presence: WorkspacePresence) => Promise<void>;
  readonly wake: () => void;
}

/** Tells how many are here, soon when that changed and now and then when it did not. */
export interface PresenceReports extends Duty {
  /** Something changed that a report tells. */
  touch(): void;
  /** What was told of this object is no longer true: it is empty. */
  leave(): Promise<void>;
}

export function createPresenceReports({
  place,
  store,
  people,
  traffic,
  integrations,
  isMoving,
  capacity,
  totals,
  now,
  tell,
  wake,
}: PresenceReportsDeps): PresenceReports {
  let changedAt: number | null = null;
  let generation: number | null = null;
  let seq = 0;

  /** Who is about to move counts where they belong, once they are there: better missing for a moment than counted twice, which a peak never forgets. */
  const belongsHere = (userId: string): boolean => isAtHome(place, userId, store.current.shards);
  const figures = () => ({ ...people.counts(isMoving() ? belongsHere : undefined), integrations: integrations() });
  const isEmpty = (): boolean => people.counts().users === 0 && integrations() === 0;
  /** A clock that was set back does not make an instance older than the one before. */
  const began = (): number => {
    if (generation !== null) return generation;
    generation = Math.max(now(), store.current.generation + 1);
    store.save({ generation });
    return generation;
  };
  /** Once a report was taken. Where only keys were known it begins anew with the first person: what is for a role was not told here before. */
  const listedSince = ({ at, users }: ShardSnapshot): number => {
    const { reported, listedSince: before } = store.current;
    const isKnown = reported !== null && at < reported.at + snapshotExpiresMs && (users === 0 || reported.withPeople);
    return isKnown && before !== null ? before : now();
  };
  const report = async (): Promise<void> => {
    const counted = figures();
    const snapshot: ShardSnapshot = { ...place, generation: began(), seq: ++seq, at: now(), ...counted, capacity: capacity(), traffic: traffic.soFar() };
    const presence = await totals.report(snapshot);
    store.save({ reported: { at: snapshot.at, figures: JSON.stringify(counted), withPeople: counted.users > 0 }, listedSince: listedSince(snapshot) });
    await tell(presence);
  };
  const leave = async (): Promise<void> => {
    await totals.leave(place.workspaceId, place.shard);
    if (store.current.reported !== null) store.save({ reported: null, listedSince: null });
  };

  const known = store.current.reported?.figures;
  if (known === undefined ? !isEmpty() : known !== JSON.stringify(figures())) changedAt = now();

  return {
    name: "report",
    at() {
      const reportedAt = store.current.reported?.at ?? 0;
      if (changedAt !== null) return Math.max(reportedAt + reportEveryMs, changedAt + gatherMs);
      return isEmpty() ? null : reportedAt + reportAtLeastEveryMs;
    },
    async run() {
      const since = changedAt;
      changedAt = null;
      try {
        if (!isEmpty()) await report();
        else if (store.current.reported !== null) await leave();
      } catch (cause) {
        changedAt ??= since ?? now();
        throw cause;
      }
    },
    touch() {
      if (changedAt !== null) return;
      changedAt = now();
      wake();
    },
    leave,
  };
}
