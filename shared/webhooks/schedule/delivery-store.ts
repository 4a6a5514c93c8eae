import type { Offer, TakenAttempt } from "./endpoint.ts";
import type { Standing, UnderWay } from "./outcome.ts";

/** Of offers in one statement: about 300 KB. */
const mostAtOnce = 1_000;
/** Deliveries that one alarm forgets, at most. */
const mostForgotten = 1_000;

/** When the next of each is due; null when there is none. */
export interface DueTimes {
  readonly waiting: number | null;
  readonly leased: number | null;
  readonly done: number | null;
}

/** What an object knows of its deliveries. Every statement reads about as many rows as it is asked about, however many wait. Lines are settled elsewhere. */
export interface DeliveryStore {
  /** Takes in what is not known of this round or a later one. Returns the subjects of what it took, and how many of each. */
  offer(offers: readonly Offer[], keepsOrder: boolean): Map<string, number>;
  /** Leases what is due, the longest due first. Returns their ids. */
  lease(most: number, lease: string, now: number, until: number): string[];
  /** Gives what was leased to whoever asks first. `takenMs` is how long they have for so many attempts. */
  take(lease: string, now: number, takenMs: (attempts: number) => number): TakenAttempt[];
  /** Takes back leases that nobody took: one, those that ended by a time, or all. Returns how many, and their lines. */
  takeBack(
    which: { readonly lease: string } | { readonly endedBy: number } | "all",
    now: number,
  ): { readonly count: number; readonly lines: readonly string[] };
  /** Of these, the ones whose attempt is under way. */
  underWay(ids: readonly string[]): UnderWay[];
  /** Those whose attempt was taken, and not told of in time. */
  lost(now: number): UnderWay[];
  /** How deliveries stand whose attempt was under way. */
  settle(standings: readonly Standing[]): void;
  /** Leases; counted once, then known. */
  inFlight(): number;
  waiting(): number;
  dueTimes(): DueTimes;
  /** Forgets what was over, and to be forgotten by then. */
  forget(until: number): void;
  readonly isEmpty: boolean;
  /** Believes the storage again. */
  reload(): void;
}

// Types, not interfaces: SqlStorage asks for an index signature.
type UnderWayRow = Pick<UnderWay, "id" | "round" | "takenRound" | "tries" | "attempt" | "line" | "takenAt"> & { may: number };

const underWayColumns = "id, round, taken_round AS takenRound, tries, attempt, may_have_arrived AS may, line, taken_at AS takenAt";
const toUnderWay = ({ may, ...row }: UnderWayRow): UnderWay => ({ ...row, mayHaveArrived: may === 1 });
/** The state that somebody waits in who may have to wait for others. */
const waitingState = "iif(line IS NULL, 'waiting', 'behind')";

export function createDeliveryStore(sql: SqlStorage): DeliveryStore {
  let leased: number | null = null;
  const inFlight = (): number => {
    leased ??= sql.exec<{ count: number }>("SELECT count(*) AS count FROM delivery WHERE state = 'leased'").one().count;
    return leased;
  };
  const changeLeased = (by: number): void => {
    if (leased !== null) leased += by;
  };
  const offerSome = (offers: readonly Offer[], keepsOrder: boolean): { subject: string }[] =>
    sql
      .exec<{ subject: string }>(
        `INSERT INTO delivery (id, state, due_at, round, tries, attempt, may_have_arrived, subject, position, line)
         SELECT value ->> 'deliveryId', ?1, value ->> 'dueAt', value ->> 'round', 0, value ->> 'attempts', value ->> 'attempts' > 0,
           value ->> 'subject', value ->> 'order', iif(?2, value ->> 'subject', NULL) FROM json_each(?3) WHERE true
         ON CONFLICT (id) DO UPDATE SET round = excluded.round, attempt = max(attempt, excluded.attempt), tries = 0,
           due_at = iif(state = 'leased', due_at, excluded.due_at), line = excluded.line,
           state = iif(state = 'leased', state, excluded.state)
         WHERE excluded.round > round RETURNING subject`,
        keepsOrder ? "behind" : "waiting",
        Number(keepsOrder),
        JSON.stringify(offers),
      )
      .toArray();

  return {
    offer(offers, keepsOrder) {
      const taken = new Map<string, number>();
      for (let from = 0; from < offers.length; from += mostAtOnce) {
        for (const { subject } of offerSome(offers.slice(from, from + mostAtOnce), keepsOrder)) taken.set(subject, (taken.get(subject) ?? 0) + 1);
      }
      return taken;
    },

    lease(most, lease, now, until) {
      const ids = sql
        .exec<{ id: string }>(
          `UPDATE delivery SET state = 'leased', lease = ?, due_at = ?, taken_at = NULL
           WHERE id IN (SELECT id FROM delivery WHERE state = 'waiting' AND due_at <= ? ORDER BY due_at LIMIT ?) RETURNING id`,
          lease,
          until,
          now,
          most,
        )
        .toArray()
        .map(({ id }) => id);
      changeLeased(ids.length);
      return ids;
    },

    take(lease, now, takenMs) {
      const left = "state = 'leased' AND lease = ? AND taken_at IS NULL AND due_at > ?";
      const { count } = sql.exec<{ count: number }>(`SELECT count(*) AS count FROM delivery WHERE ${left}`, lease, now).one();
      if (count === 0) return [];
      const taken = sql.exec<{ id: string; attempt: number; may: number }>(
        `UPDATE delivery SET taken_at = ?, taken_round = round, due_at = ?, attempt = attempt + 1
         WHERE ${left} RETURNING id, attempt, may_have_arrived AS may`,
        now,
        now + takenMs(count),
        lease,
        now,
      );
      return taken.toArray().map(({ id, attempt, may }) => ({ deliveryId: id, attempt, mayHaveArrived: may === 1 }));
    },

    takeBack(which, now) {
      const lease = which !== "all" && "lease" in which ? which.lease : null;
      const endedBy = which !== "all" && "endedBy" in which ? which.endedBy : Number.MAX_SAFE_INTEGER;
      const rows = sql
        .exec<{ line: string | null }>(
          `UPDATE delivery SET state = ${waitingState}, due_at = ?, lease = NULL
           WHERE state = 'leased' AND taken_at IS NULL AND due_at <= ? AND (?3 IS NULL OR lease = ?3) RETURNING line`,
          now,
          endedBy,
          lease,
        )
        .toArray();
      changeLeased(-rows.length);
      return { count: rows.length, lines: rows.flatMap(({ line }) => line ?? []) };
    },

    underWay: (ids) =>
      sql
        .exec<UnderWayRow>(
          `SELECT ${underWayColumns} FROM delivery
           WHERE id IN (SELECT value FROM json_each(?)) AND state = 'leased' AND taken_at IS NOT NULL`,
          JSON.stringify(ids),
        )
        .toArray()
        .map(toUnderWay),

    lost: (now) =>
      sql
        .exec<UnderWayRow>(`SELECT ${underWayColumns} FROM delivery WHERE state = 'leased' AND due_at <= ? AND taken_at IS NOT NULL`, now)
        .toArray()
        .map(toUnderWay),

    settle(standings) {
      changeLeased(-standings.length);
      sql.exec(
        `UPDATE delivery SET state = iif(told.value ->> 'isOver', 'done', ${waitingState}), due_at = told.value ->> 'dueAt', tries = told.value ->> 'tries',
           attempt = told.value ->> 'attempt', may_have_arrived = told.value ->> 'mayHaveArrived', lease = NULL, taken_at = NULL,
           line = iif(told.value ->> 'isOver', NULL, line)
         FROM json_each(?) AS told WHERE delivery.id = told.value ->> 'id'`,
        JSON.stringify(standings),
      );
    },

    inFlight,
    waiting: () => sql.exec<{ count: number }>("SELECT count(*) AS count FROM delivery WHERE state IN ('waiting', 'behind')").one().count,

    dueTimes: () =>
      sql
        .exec<{ waiting: number | null; leased: number | null; done: number | null }>(
          `SELECT (SELECT min(due_at) FROM delivery WHERE state = 'waiting') AS waiting, (SELECT min(due_at) FROM delivery WHERE state = 'leased') AS leased,
             (SELECT min(due_at) FROM delivery WHERE state = 'done') AS done`,
        )
        .one(),

    forget: (until) =>
      void sql.exec(
        "DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE state = 'done' AND due_at <= ? ORDER BY due_at LIMIT ?)",
        until,
        mostForgotten,
      ),

    reload() {
      leased = null;
    },

    get isEmpty() {
      return sql.exec("SELECT 1 FROM delivery LIMIT 1").toArray().length === 0;
    },
  };
}
