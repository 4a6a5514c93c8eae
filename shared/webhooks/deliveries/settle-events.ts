import type { Database } from "../../db/client.ts";
import { AppError, commit, type DatedEvent, markHandled, type Statement } from "../../platform/index.ts";
import { type OfferRecordedDeps, offerRecorded } from "./offer-recorded.ts";
import { type RecordDeps, type RecordedEvent, recordDeliveries } from "./record-deliveries.ts";
import { findEarly, type Settled } from "./wait-for-turn.ts";

interface SettleDeps extends RecordDeps, OfferRecordedDeps {
  /** Where the events are stored. */
  readonly events: Database;
}

type Result = PromiseSettledResult<Settled>;

/**
 * Marks events handled, together with what they come to at the endpoints of their workspaces, and tells the endpoints' objects. Answers one by one, in
 * their order: one that fails keeps no other from being handled, unless that is about the same and somebody gets those in their order.
 */
export async function settleEvents(deps: SettleDeps, events: readonly DatedEvent[]): Promise<Result[]> {
  const inOrder = events.toSorted((a, b) => Number(a.id > b.id) - Number(a.id < b.id));
  const results = new Map<string, Result>();
  const recorded: RecordedEvent[] = [];
  for (const [index, result] of (await recordDeliveries(deps, inOrder)).entries()) {
    if (result.status === "fulfilled") recorded.push(result.value);
    else results.set(inOrder[index]?.id ?? "", result);
  }
  const early = await findEarly(deps.events, recorded);
  const going = recorded.filter((each) => !early.has(each));
  for (const { event } of early) results.set(event.id, { status: "fulfilled", value: "early" });
  const failed = await commitAll(deps, going);
  for (const each of going) results.set(each.event.id, failed.get(each) ?? { status: "fulfilled", value: "handled" });
  await offerRecorded(
    deps,
    going.filter((each) => !failed.has(each)),
  );
  return events.map(({ id }) => results.get(id) ?? { status: "rejected", reason: new AppError("internal", `Nothing is known of the event ${id}.`) });
}

/** Writes all of them at once, and where that fails each by itself; answers those that failed. */
async function commitAll(deps: SettleDeps, going: readonly RecordedEvent[]): Promise<Map<RecordedEvent, PromiseRejectedResult>> {
  const failed = new Map<RecordedEvent, PromiseRejectedResult>();
  try {
    await commitTogether(deps, going);
    return failed;
  } catch (reason) {
    const [only, ...others] = going;
    if (only !== undefined && others.length === 0) return failed.set(only, { status: "rejected", reason });
  }
  // What is in the order of a subject goes one after the other, and not behind one that failed.
  const lines = Map.groupBy(going, ({ event, inOrderOf }) => (inOrderOf === null ? event.id : `${event.workspaceId} ${inOrderOf}`));
  const writeLine = async (line: readonly RecordedEvent[]): Promise<void> => {
    let trouble: PromiseRejectedResult | undefined;
    for (const each of line) {
      trouble ??= await commitTogether(deps, [each]).then(
        () => undefined,
        (reason: unknown): PromiseRejectedResult => ({ status: "rejected", reason }),
      );
      if (trouble !== undefined) failed.set(each, trouble);
    }
  };
  await Promise.all([...lines.values()].map(writeLine));
  return failed;
}

async function commitTogether({ db, events, now }: SettleDeps, going: readonly RecordedEvent[]): Promise<void> {
  const isTogether = db === events;
  if (!isTogether) {
    await commit(
      db,
      going.flatMap(({ statements }) => statements),
    );
  }
  const writes = ({ event, statements }: RecordedEvent): Statement[] => [...(isTogether ? statements : []), markHandled(events, event.id, now())];
  await commit(events, going.flatMap(writes));
}
