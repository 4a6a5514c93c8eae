import { emptyLog } from "../../limits/index.ts";
import { minuteMs } from "../../platform/index.ts";
import { type Admission, admit, isShut, type Situation } from "./admission.ts";
import { positionOf } from "./breaker.ts";
import { createDeliveryStore } from "./delivery-store.ts";
import type { AttemptReport, DeliveryMessage, EndpointHealth, EndpointSettings, Offer, TakenAttempt } from "./endpoint.ts";
import { createEndpointRecord } from "./endpoint-record.ts";
import { type EndpointState, isEnabled, withSettings } from "./endpoint-state.ts";
import { nextStepAt } from "./health.ts";
import { type Lane, takenMs } from "./lanes.ts";
import { createLines } from "./lines.ts";
import { lostReport, outcomeOf, rememberedMs, type UnderWay } from "./outcome.ts";
import type { Projection } from "./projection.ts";
import { createSending, type Sending } from "./sending.ts";
import { createSetbacks } from "./setbacks.ts";
import { type Known, takeIn, takeStep } from "./take-in.ts";
import { createTelling } from "./telling.ts";
import { createUntold } from "./untold.ts";

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
  dispatch(): Promise<Sending>;
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
  const untold = createUntold(sql, () => record.state !== null);
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
    untold.reload();
  };

  const situationOf = (state: EndpointState): Situation => ({
    now: now(),
    isEnabled: isEnabled(state),
    settings: state.settings,
    breaker: state.breaker,
    holdUntil: state.holdUntil,
    log: record.log,
    inFlight: store.inFlight(),
    untold: untold.count,
  });

  const takeBack = (which: Parameters<typeof store.takeBack>[0]): number => {
    const { count, lines: changed } = store.takeBack(which, now());
    for (const line of changed) lines.settle(line);
    return count;
  };

  /** What was leased and not taken is not sent while nothing may go out. */
  const saveAndShut = (state: EndpointState, log = record.log): void => {
    record.save(state, log);
    if (isShut({ ...state, isEnabled: isEnabled(state), now: now() })) takeBack("all");
  };

  const learn = (state: EndpointState, settings: EndpointSettings): void => {
    if (settings.version <= state.settings.version) return;
    saveAndShut(withSettings(state, settings), settings.throttle === null ? emptyLog : record.log);
    if (settings.ordering !== state.settings.ordering) lines.keepOrder(settings.ordering === "per-subject");
  };

  /** What follows from reports of attempts that are under way: for their deliveries, for the database, for the endpoint. */
  const settle = (state: EndpointState, reported: readonly { readonly delivery: UnderWay; readonly report: AttemptReport }[]): void => {
    if (reported.length === 0) return;
    const ctx = { now: now(), afterUnknownMs: state.settings.afterUnknownMs, random };
    const outcomes = reported.map(({ delivery, report }) => ({ ...outcomeOf(delivery, report, ctx), line: delivery.line }));
    store.settle(outcomes.map(({ standing }) => standing));
    untold.add(
      outcomes.flatMap(({ told, line }) => (told === null ? [] : [{ told, line }])),
      now(),
    );
    telling.expect();
    let known: Known = { state, log: record.log };
    for (const { delivery, report } of reported) known = takeIn(known, delivery, report, now());
    saveAndShut(takeStep(known.state, now()), known.log);
    for (const line of new Set(outcomes.flatMap((outcome) => outcome.line ?? []))) lines.settle(line);
  };

  /** Leases that ended: nobody took them, or whoever did is gone. */
  const expire = (): void =>
    transact(() => {
      const { state } = record;
      if (state === null) return;
      if (takeBack({ endedBy: now() }) > 0) record.save({ ...state, untaken: state.untaken + 1 });
      const lost = store.lost(now()).map((delivery) => ({ delivery, report: lostReport(delivery, now()) }));
      settle(record.state ?? state, lost);
    });

  const dispatch = createSending({
    record,
    store,
    situationOf,
    send: deps.send,
    setbacks: sending,
    transact,
    takeBack: (lease) => void (record.state !== null && takeBack({ lease })),
    newLease: deps.newLease,
    now,
  });

  const telling = createTelling({
    record,
    untold,
    lines,
    projection: deps.projection,
    setbacks: setbacksOf("deliveries were not written"),
    transact,
    goOn: dispatch,
    now,
  });

  /** Not before the database knows: whoever finds a row there that is pending offers it again. */
  const forgetDone = (): void => store.forget(Math.min(now(), (untold.oldestAt ?? never) + rememberedMs - 1));

  const isEmpty = ({ health, holdUntil, breaker, settings }: EndpointState): boolean =>
    !telling.hasNews &&
    health.failingSince === null &&
    breaker.openUntil === null &&
    holdUntil <= now() &&
    (settings.throttle === null || settings.throttle.windowMs <= rememberedMs) &&
    store.isEmpty;

  /** When the health of one that goes on failing asks for something. */
  const stepAt = (state: EndpointState, isWaiting: boolean): number => (isEnabled(state) && isWaiting ? (nextStepAt(state.health) ?? never) : never);
  const dueAt = ({ at }: Admission, waiting: number | null): number => (waiting === null || at === null ? never : Math.max(waiting, at, sending.until));

  return {
    offer: (settings, offers) =>
      transact(() => {
        if (record.state === null) record.start(settings);
        else learn(record.state, settings);
        const keepsOrder = record.state?.settings.ordering === "per-subject";
        const taken = store.offer(offers, keepsOrder);
        if (keepsOrder) for (const [subject, count] of taken) lines.settle(subject, count);
      }),

    configure: (settings) =>
      transact(() => {
        if (record.state !== null) learn(record.state, settings);
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
        const { state } = record;
        if (state === null) return;
        const known = new Map(store.underWay(reports.map(({ deliveryId }) => deliveryId)).map((delivery) => [delivery.id, delivery]));
        const reported = reports.flatMap((report) => {
          const delivery = known.get(report.deliveryId);
          if (delivery?.attempt !== report.attempt) return [];
          known.delete(report.deliveryId);
          return [{ delivery, report }];
        });
        settle(state, reported);
      }),

    health() {
      const { state } = record;
      if (state === null) return { breaker: "closed", opensAt: null, failingSince: null, waiting: 0, inFlight: 0 };
      const breaker = positionOf(state.breaker, now());
      const opensAt = breaker === "open" ? state.breaker.openUntil : null;
      return { breaker, opensAt, failingSince: state.health.failingSince, waiting: store.waiting(), inFlight: store.inFlight() };
    },

    dispatch,
    tell: telling.tell,
    settled: telling.settled,

    async work() {
      expire();
      const { state } = record;
      if (state !== null && stepAt(state, store.dueTimes().waiting !== null) <= now()) saveAndShut(takeStep(state, now()));
      await dispatch();
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
      untold.reload();
    },
  };
}
