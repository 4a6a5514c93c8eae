import { secondMs } from "../../platform/index.ts";
import type { AttemptReport } from "../schedule/endpoint.ts";

/** So long what is settled waits for the rest: one word to the object for many attempts, and no slow one keeps the places of the others. */
const waitMs = secondMs / 4;
/** An object that was moved answers again soon, and a report that is lost is a request that is made twice. */
const retryAfterMs: readonly number[] = [200, 1_000];

interface ReportDeps {
  readonly report: (reports: readonly AttemptReport[]) => Promise<void>;
  readonly wait: (ms: number) => Promise<unknown>;
}

export interface GroupedReports {
  add(report: AttemptReport): void;
  /** Reports what is left, and waits until all was taken. @throws what the first report failed with that could not be made */
  end(): Promise<void>;
}

/** Reports attempts soon after they are settled, those together that are settled at about the same time. */
export function reportInGroups({ report, wait }: ReportDeps): GroupedReports {
  let waiting: AttemptReport[] = [];
  const sent: Promise<{ readonly error: unknown } | null>[] = [];

  const send = async (group: readonly AttemptReport[]): Promise<void> => {
    for (const pauseMs of retryAfterMs) {
      try {
        return await report(group);
      } catch {
        await wait(pauseMs);
      }
    }
    await report(group);
  };
  const flush = (): void => {
    if (waiting.length === 0) return;
    const group = waiting;
    waiting = [];
    sent.push(
      send(group).then(
        () => null,
        (error: unknown) => ({ error }),
      ),
    );
  };

  return {
    add(settled) {
      waiting.push(settled);
      if (waiting.length === 1) void wait(waitMs).then(flush, flush);
    },
    async end() {
      flush();
      for (const failed of await Promise.all(sent)) if (failed !== null) throw failed.error;
    },
  };
}
