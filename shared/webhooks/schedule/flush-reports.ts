import { minuteMs, secondMs } from "../../platform/index.ts";
import { mostUntold } from "./admission.ts";
import type { EndpointRecord } from "./endpoint-record.ts";
import type { EndpointState } from "./endpoint-state.ts";
import type { Lines } from "./lines.ts";
import type { Projection } from "./projection.ts";
import type { ReportOutbox } from "./report-outbox.ts";
import type { Setbacks } from "./setbacks.ts";
import { tellReports } from "./tell-reports.ts";

interface FlushDeps {
  readonly record: EndpointRecord;
  readonly outbox: ReportOutbox;
  readonly lines: Lines;
  readonly projection: Projection;
  readonly setbacks: Setbacks;
  readonly transact: <T>(work: () => T) => T;
  /** More may go, now that the database knows. */
  readonly goOn: () => Promise<unknown>;
  readonly now: () => number;
  /** Tells those who run the installation of an attempt that is stored nowhere. */
  readonly parked: (cause: unknown) => void;
}

/** Has the database know what an endpoint's object knows. */
export interface ReportFlush {
  /** Whether there is something that the database does not know. */
  readonly hasNews: boolean;
  /** Those who ask while it is done wait for the same. Never throws: it is tried again. */
  tell(): Promise<void>;
  /** When the alarm is to see to it, ms since 1970; null when there is no news. */
  readonly at: number | null;
  /** There is news, and somebody is about to tell it: the alarm need not come at once. */
  expect(): void;
  /** What is under way has ended. */
  settled(): Promise<void>;
}

const tellByMs = 10 * secondMs;
/** What the database did not take for so long, and not the last time either, may be what it never takes: it must not keep everything else waiting. */
const doubtAfterMs = 10 * minuteMs;

export function createReportFlush({ record, outbox, lines, projection, setbacks, transact, goOn, now, parked }: FlushDeps): ReportFlush {
  let underWay: Promise<void> | null = null;
  let by: number | null = null;
  let hasFailed = false;

  const hasNews = (): boolean => outbox.count > 0 || (record.state !== null && (record.state.ending !== null || record.state.warning !== null));

  const isDoubted = (): boolean => hasFailed && now() - (outbox.oldestAt ?? now()) >= doubtAfterMs;

  const tellUntold = async ({ settings }: EndpointState): Promise<void> => {
    for (let next = outbox.next(); next !== null; next = outbox.next()) {
      const told = next;
      await tellReports({ projection, parked }, settings, told.reports, isDoubted);
      if (record.state === null) return;
      const wasFull = outbox.count >= mostUntold;
      transact(() => {
        outbox.drop(told);
        for (const line of told.lines) lines.settle(line);
      });
      if (wasFull || told.lines.length > 0) await goOn();
    }
  };

  const tellStanding = async ({ settings, ending, warning }: EndpointState): Promise<void> => {
    if (ending !== null) {
      await projection.disable(settings, ending);
      const { state } = record;
      if (state !== null && state.settings.version === settings.version) record.save({ ...state, ending: null });
    }
    if (warning !== null) {
      await projection.warn(settings, warning);
      const { state } = record;
      if (state?.warning?.number === warning.number) record.save({ ...state, warning: null });
    }
  };

  const tellAll = async (): Promise<void> => {
    try {
      if (record.state !== null) await tellUntold(record.state);
      if (record.state !== null) await tellStanding(record.state);
      setbacks.succeeded();
      hasFailed = false;
    } catch (cause) {
      setbacks.failed(cause);
      hasFailed = true;
    } finally {
      underWay = null;
      by = null;
    }
  };

  return {
    get hasNews() {
      return hasNews();
    },
    tell() {
      if (underWay !== null) return underWay;
      if (setbacks.until > now() || !hasNews()) return Promise.resolve();
      by = now() + tellByMs;
      underWay = tellAll();
      return underWay;
    },
    get at() {
      return hasNews() ? Math.max(setbacks.until, by ?? now()) : null;
    },
    expect() {
      by ??= now() + tellByMs;
    },
    settled: () => underWay ?? Promise.resolve(),
  };
}
