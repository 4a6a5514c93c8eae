import { emptyLog } from "../../limits/index.ts";
import { isShut } from "./admission.ts";
import type { DeliveryStore } from "./delivery-store.ts";
import type { AttemptReport, EndpointSettings } from "./endpoint.ts";
import type { EndpointRecord } from "./endpoint-record.ts";
import { type EndpointState, isEnabled, withSettings } from "./endpoint-state.ts";
import type { Lines } from "./lines.ts";
import { lostReport, outcomeOf, type UnderWay } from "./outcome.ts";
import type { ReportOutbox } from "./report-outbox.ts";
import { type Known, takeIn, takeStep } from "./take-in.ts";

interface SettlingDeps {
  readonly record: EndpointRecord;
  readonly store: DeliveryStore;
  readonly lines: Lines;
  readonly outbox: ReportOutbox;
  /** There is news for the database. */
  readonly expectTelling: () => void;
  readonly now: () => number;
  readonly random: () => number;
}

/** What follows from what becomes known, for deliveries, for the endpoint and for what the database is to know. All of it within somebody's transaction. */
export interface Settling {
  /** Leases that nobody took go back. Returns how many. */
  takeBack(which: Parameters<DeliveryStore["takeBack"]>[0]): number;
  /** The endpoint's settings, unless newer ones are known. */
  learn(state: EndpointState, settings: EndpointSettings): void;
  /** Reports of attempts; those that are not under way change nothing. */
  report(state: EndpointState, reports: readonly AttemptReport[]): void;
  /** Leases that ended: nobody took them, or whoever did is gone. */
  expire(state: EndpointState): void;
  /** What the endpoint's health asks for by now. */
  step(state: EndpointState): void;
}

export function createSettling({ record, store, lines, outbox, expectTelling, now, random }: SettlingDeps): Settling {
  const takeBack = (which: Parameters<Settling["takeBack"]>[0]): number => {
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
    outbox.add(
      outcomes.flatMap(({ told, line }) => (told === null ? [] : [{ told, line }])),
      now(),
    );
    expectTelling();
    let known: Known = { state, log: record.log };
    for (const { delivery, report } of reported) known = takeIn(known, delivery, report, now());
    saveAndShut(takeStep(known.state, now()), known.log);
    for (const line of new Set(outcomes.flatMap((outcome) => outcome.line ?? []))) lines.settle(line);
  };

  return {
    takeBack,
    learn,

    report(state, reports) {
      const known = new Map(store.underWay(reports.map(({ deliveryId }) => deliveryId)).map((delivery) => [delivery.id, delivery]));
      const reported = reports.flatMap((report) => {
        const delivery = known.get(report.deliveryId);
        if (delivery?.attempt !== report.attempt) return [];
        known.delete(report.deliveryId);
        return [{ delivery, report }];
      });
      settle(state, reported);
    },

    expire(state) {
      if (takeBack({ endedBy: now() }) > 0) record.save({ ...state, untaken: state.untaken + 1 });
      const lost = store.lost(now()).map((delivery) => ({ delivery, report: lostReport(delivery, now()) }));
      settle(record.state ?? state, lost);
    },

    step: (state) => saveAndShut(takeStep(state, now())),
  };
}
