import type { Database } from "../../db/client.ts";
import type { WorkspaceStanding } from "../../identity/index.ts";
import type { Vault } from "../../platform/index.ts";
import type { DeliveryMessage, Endpoints, TakenAttempt } from "../schedule/endpoint.ts";
import { attemptTimeoutMs, takenMs } from "../schedule/lanes.ts";
import { type AttemptDeps, type AttemptOutcome, makeAttempt } from "./attempt.ts";
import { failureOf } from "./failure-of.ts";
import { createReader, type Reading } from "./read-anew.ts";
import { readParcels } from "./read-parcels.ts";
import { reportInGroups } from "./report-in-groups.ts";
import { createPacker } from "./to-shipment.ts";

/** `db` holds the workspace's own things. */
export interface DeliverDeps extends AttemptDeps {
  readonly db: Database;
  /** How a workspace stood a second ago at most; null for one that is deleted. */
  readonly standingOf: (workspaceId: string) => Promise<WorkspaceStanding | null>;
  readonly endpoints: Pick<Endpoints, "take" | "report">;
  readonly vault: Vault;
  /** Where people reach this installation, without a slash at the end. */
  readonly publicUrl: string;
  /** Shared by everything one invocation asks: a Worker has six outgoing connections. */
  readonly withConnection: <T>(work: () => Promise<T>) => Promise<T>;
  readonly wait: (ms: number) => Promise<unknown>;
}

interface Taken {
  readonly attempts: ReadonlyMap<string, TakenAttempt>;
  /** ms since 1970; later others may make them. */
  readonly until: number;
}

/**
 * Makes the attempts that a message was leased, side by side, and tells the endpoint's object what each came to. Whoever comes too late, or a second time,
 * makes none; an attempt that fails is a report, not an error.
 */
export async function deliver(message: DeliveryMessage, deps: DeliverDeps): Promise<void> {
  const { webhookId, lease, workspaceId } = message;
  const { now, endpoints, timeoutMs = attemptTimeoutMs } = deps;
  if (now() >= message.leaseUntil) return;
  // Before anything is taken: while the database does not answer, the message comes again later.
  await deps.standingOf(workspaceId);
  const pack = createPacker(deps);
  const reports = reportInGroups({ report: (group) => endpoints.report(webhookId, group), wait: deps.wait });

  // Taken by the first that has a connection, not before: of a lease that nobody took it is known that nothing was sent.
  let taking: Promise<Taken> | undefined;
  const takeOnce = (): Promise<Taken> => {
    taking ??= take();
    return taking;
  };
  const take = async (): Promise<Taken> => {
    const since = now();
    const attempts = new Map((await endpoints.take(webhookId, lease)).map((each) => [each.deliveryId, each]));
    return { attempts, until: since + takenMs(attempts.size) };
  };
  // After it is taken, and not long before it is sent: what was edited or disabled meanwhile is not sent as it was.
  const readAnew = createReader({
    read: async () => {
      const [parcels, standing] = await Promise.all([readParcels(deps.db, message), deps.standingOf(workspaceId)]);
      return { parcels, standing };
    },
    wait: deps.wait,
    now,
  });
  const attemptOne = async (deliveryId: string): Promise<void> => {
    const { attempts, until } = await takeOnce();
    const attempt = attempts.get(deliveryId);
    if (attempt === undefined) return;
    const reading = await readAnew();
    // One that had no time left could be made by somebody else before it ends.
    const isMade = reading !== null && now() + timeoutMs <= until;
    const outcome = isMade ? await outcomeOf({ deps, pack, reading }, attempt) : unsent(now(), { is: "unmade" });
    reports.add({ deliveryId, attempt: attempt.attempt, ...outcome });
  };
  const settled = await Promise.allSettled(message.deliveryIds.map((id) => deps.withConnection(() => attemptOne(id))));
  await reports.end();
  for (const each of settled) if (each.status === "rejected") throw each.reason;
}

interface Packing {
  readonly deps: DeliverDeps;
  readonly pack: ReturnType<typeof createPacker>;
  readonly reading: Reading;
}

async function outcomeOf({ deps, pack, reading }: Packing, { deliveryId, mayHaveArrived }: TakenAttempt): Promise<AttemptOutcome> {
  const startedAt = deps.now();
  const { standing } = reading;
  const parcel = reading.parcels.get(deliveryId);
  if (parcel === undefined || standing === null) return unsent(startedAt, { is: "dropped" });
  if (standing.isSuspended || parcel.disabledAt !== null) return unsent(startedAt, { is: "held" });
  try {
    const shipment = await pack(parcel, { language: standing.language, mayHaveArrived });
    return await makeAttempt(deps, parcel.kind, shipment);
  } catch (error) {
    return unsent(startedAt, failureOf(error));
  }
}

const unsent = (startedAt: number, result: AttemptOutcome["result"]): AttemptOutcome => ({
  startedAt,
  ms: 0,
  status: null,
  responseHeaders: {},
  responseBody: "",
  result,
});
