import type { Database } from "../../db/client.ts";
import { AppError, findUnhandledBefore, hourMs, secondMs } from "../../platform/index.ts";
import { subjectOfStored } from "../catalogue/catalogue.ts";
import type { RecordedEvent } from "./record-deliveries.ts";

/** So long an event waits for earlier ones of its subject. One that could not be handled for longer may never be, and holds nobody up. */
const patienceMs = hourMs;
/** Events that were recorded together are handled together: the earlier is done in a moment. */
const looks = 3;
const betweenLooksMs = secondMs / 10;

/** What became of an event: `early` when one before it, about the same, is not handled yet. */
export type Settled = "handled" | "early";

/**
 * Handles an event once every earlier one about the same is handled.
 * @throws AppError `unavailable` when that does not come soon: the queue brings the event again
 */
export async function waitForTurn(settle: () => Promise<Settled>, wait: (ms: number) => Promise<unknown>): Promise<void> {
  for (let look = 1; (await settle()) === "early"; look++) {
    if (look === looks) throw new AppError("unavailable", "An earlier event about the same is not handled yet.", { retryAfterMs: secondMs });
    await wait(betweenLooksMs);
  }
}

/** Which of several events, told in their order, have to wait: an earlier one about the same is not handled, and not among those that go now. */
export async function findEarly(events: Database, recorded: readonly RecordedEvent[]): Promise<ReadonlySet<RecordedEvent>> {
  const ofWorkspaces = Map.groupBy(recorded, ({ event }) => event.workspaceId);
  const early = await Promise.all([...ofWorkspaces.values()].map((ofOne) => earlyOf(events, ofOne)));
  return new Set(early.flat());
}

/** Of one workspace, whose unhandled events are read once. */
async function earlyOf(events: Database, recorded: readonly RecordedEvent[]): Promise<RecordedEvent[]> {
  const ordered = recorded.filter(({ inOrderOf }) => inOrderOf !== null);
  const last = ordered.at(-1)?.event;
  if (last === undefined) return [];
  const since = Math.min(...ordered.map(({ event }) => event.createdAt)) - patienceMs;
  const going = new Set(recorded.map(({ event }) => event.id));
  const before = (await findUnhandledBefore(events, last, since)).map((event) => ({ event, subject: subjectOfStored(event) }));
  return ordered.filter(({ event, inOrderOf }) => {
    const isEarly = before.some(
      (other) =>
        other.subject === inOrderOf && other.event.id < event.id && other.event.createdAt >= event.createdAt - patienceMs && !going.has(other.event.id),
    );
    // Those behind it wait too.
    if (isEarly) going.delete(event.id);
    return isEarly;
  });
}
