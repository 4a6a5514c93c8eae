import type { Database } from "../../db/client.ts";
import { AppError, type DatedEvent, findUnhandledBefore, hourMs, secondMs } from "../../platform/index.ts";
import { subjectOfStored } from "../catalogue/catalogue.ts";

/** So long an event waits for earlier ones of its subject. One that could not be handled for longer may never be, and holds nobody up. */
const patienceMs = hourMs;
/** Events that were recorded together are handled together: the earlier is done in a moment. */
const looks = 3;
const betweenLooksMs = secondMs / 10;

interface TurnDeps {
  /** Where the event is stored. */
  readonly events: Database;
  readonly wait: (ms: number) => Promise<unknown>;
}

/**
 * Waits until every earlier event about the same is handled, for those who get them in their order.
 * @throws AppError `unavailable` when that does not come soon: the queue brings the event again
 */
export async function waitForTurn({ events, wait }: TurnDeps, event: DatedEvent): Promise<void> {
  const subject = subjectOfStored(event);
  for (let look = 1; ; look++) {
    const earlier = await findUnhandledBefore(events, event, event.createdAt - patienceMs);
    if (!earlier.some((each) => subjectOfStored(each) === subject)) return;
    if (look === looks) throw new AppError("unavailable", "An earlier event about the same is not handled yet.", { retryAfterMs: secondMs });
    await wait(betweenLooksMs);
  }
}
