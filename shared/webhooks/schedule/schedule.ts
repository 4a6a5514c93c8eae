import { minuteMs } from "../../platform/index.ts";
import { type Admission, admit, type Situation } from "./admission.ts";
import { positionOf } from "./breaker.ts";
import { createDeliveryStore } from "./delivery-store.ts";
import { createDispatch, type Dispatch } from "./dispatch.ts";
import type { AttemptReport, DeliveryMessage, EndpointHealth, EndpointSettings, Offer, TakenAttempt } from "./endpoint.ts";
import { createEndpointRecord } from "./endpoint-record.ts";
import { type EndpointState, isEnabled } from "./endpoint-state.ts";
import { createReportFlush } from "./flush-reports.ts";
import { nextStepAt } from "./health.ts";
import { type Lane, takenMs } from "./lanes.ts";
import { createLines } from "./lines.ts";
import { rememberedMs } from "./outcome.ts";
import type { Projection } from "./projection.ts";
import { createReportOutbox } from "./report-outbox.ts";
import { createSetbacks } from "./setbacks.ts";
import { createSettling } from "./settling.ts";

export interface ScheduleDeps {
  readonly sql: SqlStorage;
  /** Runs `work` so that all of its writes are kept, or none. */
  readonly transact: <T>(work: () => T) => T;
  readonly send: (lane: Lane, message: DeliveryMessage) => Promise<void>;
  readonly projection: Projection;
  readonly now: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly newLease: () => string;
  /** Tells those who run the installation what goes wrong again and again; `what` is a line of the log. */
  readonly fault: (what: string, cause: unknown) => void;
}

/** One endpoint's deliveries. Everything it knows is in its tables before anybody is told; the instance itself may vanish at any await. */
export interface Schedule {
  offer(settings: EndpointSettings, offers: readonly Offer[]): void;
  configure(settings: EndpointSettings): void;
  take(lease: string): TakenAttempt[];
  report(reports: readonly AttemptReport[]): void;
  health(): EndpointHealth;
  /** Leases what may go now, at once, and sends it. To be called whenever something changed. `failed`: what could not be sent goes later, see `wakeAt`. */
  dispatch(): Promise<Dispatch>;
  /**
   * How long, in ms, whoever dispatches waits for what else may come, so that messages are full; null when nothing could go. Whoever asks dispatches then:
   * until long after, `wakeAt` counts on it.
   */
  gather(): number | null;
  /** Has the database know what it does not; those who call while it is done wait for the same. Never throws: it is tried again. */
  tell(): Promise<void>;
  /** A telling that is under way has ended. */
  settled(): Promise<void>;
  /** What an alarm is for: ends of leases, what is due, what the database does not know, forgetting. `empty` when nothing is left to keep. */
  work(): Promise<"kept" | "empty">;
  /** When `work` is wanted next, ms since 1970; null for not before somebody asks. */
  wakeAt(): number | null;
  /** Whether there is something that the database does not know. */
  readonly hasNews: boolean;
  /** Believes the storage again; to be called when everything is deleted. */
  forget(): void;
}

/** What is over is forgotten together. */
const forgetEveryMs = 10 * minuteMs;
const never = Number.POSITIVE_INFINITY;

export function createSchedule(deps: ScheduleDeps): Schedule {
  const { sql, now, random } = deps;
  const record = createEndpointRecord(sql);
  const store = createDeliveryStore(sql);
  const lines = createLines(sql);
  const outbox = createReportOutbox(sql, () => record.state !== null);
  const setbacksOf = (what: string) => createSetbacks({ now, random, fault: (cause) => deps.fault(what, cause) });
  const sending = setbacksOf("deliveries were not sent");

  /** A transaction that is rolled back takes what memory believed of it along. */
  const transact = <T>(work: () => T): T => {
    try {
      return deps.transact(work);
    } catch (error) {
      reload();
      throw error;
    }
  };
  const reload = (): void => {
    record.reload();
    store.reload();
    outbox.reload();
  };

  const situationOf = (state: EndpointState): Situation => ({
    now: now(),
    isEnabled: isEnabled(state),
    settings: state.settings,
    breaker: state.breaker,
    holdUntil: state.holdUntil,
    log: record.log,
    inFlight: store.inFlight(),
    untold: outbox.count,
  });

  const settling = createSettling({ record, store, lines, outbox, expectTelling: () => telling.expect(), now, random });

  const outgoing = createDispatch({
    record,
    store,
    situationOf,
    send: deps.send,
    setbacks: sending,
    transact,
    takeBack: (lease) => void (record.state !== null && settling.takeBack({ lease })),
    newLease: deps.newLease,
    now,
  });

  const telling = createReportFlush({
    record,
    outbox,
    lines,
    projection: deps.projection,
    setbacks: setbacksOf("deliveries were not written"),
    transact,
    goOn: outgoing.dispatch,
    now,
    parked: (cause) => deps.fault("an attempt was not stored", cause),
  });

  /** Not before the database knows: whoever finds a row there that is pending offers it again. */
  const forgetDone = (): void => store.forget(Math.min(now(), (outbox.oldestAt ?? never) + rememberedMs - 1));

  const isEmpty = ({ health, holdUntil, breaker, settings }: EndpointState): boolean =>
    !telling.hasNews &&
    health.failingSince === null &&
    breaker.openUntil === null &&
    holdUntil <= now() &&
    (settings.throttle === null || settings.throttle.windowMs <= rememberedMs) &&
    store.isEmpty;

  /** When the health of one that goes on failing asks for something. */
  const stepAt = (state: EndpointState, isWaiting: boolean): number => (isEnabled(state) && isWaiting ? (nextStepAt(state.health) ?? never) : never);
  const dueAt = ({ at }: Admission, waiting: number | null): number =>
    waiting === null || at === null ? never : Math.max(waiting, at, sending.until, outgoing.expectedBy);

  return {
    offer: (settings, offers) =>
      transact(() => {
        if (record.state === null) record.start(settings);
        else settling.learn(record.state, settings);
        const keepsOrder = record.state?.settings.ordering === "per-subject";
        const taken = store.offer(offers, keepsOrder);
        if (keepsOrder) for (const [subject, count] of taken) lines.settle(subject, count);
      }),

    configure: (settings) =>
      transact(() => {
        if (record.state !== null) settling.learn(record.state, settings);
      }),

    take: (lease) =>
      transact(() => {
        const { state } = record;
        if (state === null) return [];
        const taken = store.take(lease, now(), takenMs);
        if (taken.length > 0 && state.untaken > 0) record.save({ ...state, untaken: 0 });
        return taken;
      }),

    report: (reports) =>
      transact(() => {
        if (record.state !== null) settling.report(record.state, reports);
      }),

    health() {
      const { state } = record;
      if (state === null) return { breaker: "closed", opensAt: null, failingSince: null, waiting: 0, inFlight: 0 };
      const breaker = positionOf(state.breaker, now());
      const opensAt = breaker === "open" ? state.breaker.openUntil : null;
      return { breaker, opensAt, failingSince: state.health.failingSince, waiting: store.waiting(), inFlight: store.inFlight() };
    },

    dispatch: outgoing.dispatch,
    gather: outgoing.gather,
    tell: telling.tell,
    settled: telling.settled,

    async work() {
      // An alarm believes nothing but the storage.
      reload();
      transact(() => {
        if (record.state !== null) settling.expire(record.state);
      });
      const { state } = record;
      if (state !== null && stepAt(state, store.dueTimes().waiting !== null) <= now()) settling.step(state);
      await outgoing.dispatch();
      await telling.tell();
      if (record.state === null) return "empty";
      forgetDone();
      return isEmpty(record.state) ? "empty" : "kept";
    },

    wakeAt() {
      const { state } = record;
      if (state === null) return null;
      const { waiting, leased, done } = store.dueTimes();
      const tellAt = telling.at ?? never;
      // What the database does not know is not forgotten, so that there is nothing to do before it was told.
      const forgetAt = done === null || telling.hasNews ? never : done + forgetEveryMs;
      const at = Math.min(dueAt(admit(situationOf(state)), waiting), leased ?? never, tellAt, forgetAt, stepAt(state, waiting !== null));
      // Whole milliseconds: an alarm that rings a fraction early would find nothing to do.
      return at === never ? null : Math.ceil(Math.max(now(), at));
    },

    get hasNews() {
      return telling.hasNews;
    },

    forget() {
      record.forget();
      store.reload();
      outbox.reload();
    },
  };
}
