import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { newId } from "../../../shared/platform/index.ts";
import type { AttemptReport, DeliveryMessage, EndpointSettings, Offer, TakenAttempt } from "../../../shared/webhooks/schedule/endpoint.ts";
import type { Lane } from "../../../shared/webhooks/schedule/lanes.ts";
import { createSchedule, type Schedule } from "../../../shared/webhooks/schedule/schedule.ts";
import type { Told } from "../../../shared/webhooks/schedule/told.ts";

export type Sent = DeliveryMessage & { readonly lane: Lane };

/** The schedule of an endpoint on the SQLite of an object, with a clock, a queue and a database that the test holds. */
export interface ScheduleBench {
  schedule: Schedule;
  readonly sql: SqlStorage;
  readonly settings: EndpointSettings;
  /** What the schedule's clock says. */
  now: number;
  /** Messages sent since the last time. */
  readonly sent: () => Sent[];
  /** What the database was told, in order: attempts, `warn 1`, `disable gone`. */
  readonly told: Told[];
  readonly standing: string[];
  /** Deliveries whose state the database was told without the attempt. */
  readonly standings: string[];
  readonly faults: string[];
  /** From now on: the queue refuses, the database does not answer, it answers nothing although it wrote, transactions are rolled back at their end. */
  readonly broken: { queue: boolean; database: boolean; answers: boolean; transactions: boolean };
  /** The schedule as it is after the object was thrown out of memory. */
  readonly reopen: () => void;
  /** Rings the alarm, as often as it is wanted at this very time. Returns how often that was. */
  readonly ring: () => Promise<number>;
  /** Lets time pass to the next alarm, and rings. Returns how often it rang; 0 when none is wanted. */
  readonly wait: () => Promise<number>;
}

/** An answer with this body is one that the database never takes. */
export const unstorable = "what no database takes";

/** More alarms at one time than this are a loop that never ends. */
const maxAlarms = 20;

export const endpointSettings = (changes: Partial<EndpointSettings> = {}): EndpointSettings => ({
  workspaceId: newId("workspace"),
  webhookId: newId("webhook"),
  version: 1,
  isEnabled: true,
  ordering: "none",
  throttle: null,
  concurrency: 4,
  afterUnknownMs: 0,
  ...changes,
});

export async function withSchedule(changes: Partial<EndpointSettings>, use: (bench: ScheduleBench) => Promise<void> | void): Promise<void> {
  await runInDurableObject(env.WEBHOOK_ENDPOINT.get(env.WEBHOOK_ENDPOINT.newUniqueId()), async (_, { storage }) => {
    const sent: Sent[] = [];
    const write = (work: () => void): void => {
      if (bench.broken.database) throw new Error("the database does not answer");
      work();
      if (bench.broken.answers) throw new Error("the answer was lost");
    };
    let leases = 0;
    const open = (): Schedule =>
      createSchedule({
        sql: storage.sql,
        transact: (work) =>
          storage.transactionSync(() => {
            const result = work();
            if (bench.broken.transactions) throw new Error("rolled back");
            return result;
          }),
        send: async (lane, message) => {
          if (bench.broken.queue) throw new Error("the queue refuses");
          sent.push({ ...message, lane });
        },
        projection: {
          reports: async (_endpoint, reports) =>
            write(() => {
              if (reports.some(({ responseBody }) => responseBody === unstorable)) throw new Error("the database does not take this");
              bench.told.push(...reports);
            }),
          standings: async (_endpoint, reports) => write(() => void bench.standings.push(...reports.map(({ deliveryId, state }) => `${deliveryId} ${state}`))),
          warn: async (_endpoint, { number }) => write(() => void bench.standing.push(`warn ${number}`)),
          disable: async (_endpoint, reason) => write(() => void bench.standing.push(`disable ${reason}`)),
        },
        now: () => bench.now,
        random: () => 0.5,
        newLease: () => `lease-${++leases}`,
        fault: (what) => void bench.faults.push(what),
      });
    const bench: ScheduleBench = {
      schedule: open(),
      sql: storage.sql,
      settings: endpointSettings(changes),
      now: 1_800_000_000_000,
      sent: () => sent.splice(0),
      told: [],
      standing: [],
      standings: [],
      faults: [],
      broken: { queue: false, database: false, answers: false, transactions: false },
      reopen: () => {
        bench.schedule = open();
      },
      async ring() {
        for (let alarms = 0; ; alarms++) {
          const wake = bench.schedule.wakeAt();
          if (wake === null || wake > bench.now) return alarms;
          if (alarms === maxAlarms) throw new Error("the alarm rings for ever");
          await bench.schedule.work();
        }
      },
      async wait() {
        const wake = bench.schedule.wakeAt();
        if (wake === null) return 0;
        bench.now = Math.max(bench.now, wake);
        return await bench.ring();
      },
    };
    await use(bench);
  });
}

/** Offers of deliveries that are due now, in this order. */
export const offersOf = ({ now }: ScheduleBench, count: number, changes: Partial<Offer> = {}): Offer[] =>
  Array.from({ length: count }, (_, at) => ({
    deliveryId: newId("delivery", now),
    round: 0,
    subject: "audit:aud_1",
    order: `${now} ${String(at).padStart(6, "0")}`,
    attempts: 0,
    dueAt: now,
    ...changes,
  }));

/** Offers, and takes what is leased at once. */
export async function offerAndTake(bench: ScheduleBench, offers: readonly Offer[]): Promise<TakenAttempt[]> {
  bench.schedule.offer(bench.settings, offers);
  await bench.schedule.dispatch();
  return takeAll(bench);
}

/** Takes every lease that was sent. */
export const takeAll = (bench: ScheduleBench): TakenAttempt[] => bench.sent().flatMap(({ lease }) => bench.schedule.take(lease));

/** What the attempt came to: it succeeded, in 10 ms, unless told otherwise. */
export const reportOf = ({ now }: { readonly now: number }, { deliveryId, attempt }: TakenAttempt, changes: Partial<AttemptReport> = {}): AttemptReport => ({
  deliveryId,
  attempt,
  startedAt: now,
  ms: 10,
  status: 200,
  responseHeaders: {},
  responseBody: "",
  result: { is: "delivered" },
  ...changes,
});

export const failure = { is: "failed", failure: "status", message: "It answered 500.", retry: "schedule" } as const;
