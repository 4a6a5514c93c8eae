import { DurableObject } from "cloudflare:workers";
import { databaseFor } from "../shared/db/client.ts";
import { reportFault, sendEvents, systemClock } from "../shared/platform/index.ts";
import {
  type AttemptReport,
  createProjection,
  createSchedule,
  type DeliveryMessage,
  type EndpointHealth,
  type EndpointSettings,
  type Lane,
  type Offer,
  type Schedule,
  type TakenAttempt,
} from "../shared/webhooks/index.ts";
import { type Alarm, createAlarm } from "./alarm.ts";

/** How long reports wait for others, to be written together. */
const tellAfterMs = 200;
/** After a fault of its own the alarm comes back then. */
const troubledMs = 30_000;

/** One per endpoint of webhooks: when which of its deliveries is attempted. Storage, alarm and RPC only; what happens is decided in `shared/webhooks/schedule`. */
export class WebhookEndpoint extends DurableObject<Env> {
  readonly #schedule: Schedule;
  readonly #alarm: Alarm;
  /** Whether what may go waits for more. */
  #isGathering = false;
  /** Whether reports wait to be written together. */
  #isAboutToTell = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#alarm = createAlarm(ctx);
    const queues: Readonly<Record<Lane, Queue>> = { fast: env.WEBHOOKS, slow: env.WEBHOOKS_SLOW };
    this.#schedule = createSchedule({
      sql: ctx.storage.sql,
      transact: (work) => ctx.storage.transactionSync(work),
      send: async (lane, message: DeliveryMessage) => void (await queues[lane].send(message)),
      projection: createProjection({
        database: (workspaceId) => databaseFor(env, workspaceId),
        now: systemClock,
        announce: (workspaceId, eventIds) => sendEvents(env.EVENTS, workspaceId, eventIds),
      }),
      now: systemClock,
      random: Math.random,
      newLease: () => crypto.randomUUID(),
      fault: (what, cause) => this.#report(what, cause),
    });
  }

  async offer(settings: EndpointSettings, offers: readonly Offer[]): Promise<void> {
    this.#schedule.offer(settings, offers);
    await this.#goOn();
  }

  async configure(settings: EndpointSettings): Promise<void> {
    this.#schedule.configure(settings);
    await this.#goOn();
  }

  async take(lease: string): Promise<readonly TakenAttempt[]> {
    const taken = this.#schedule.take(lease);
    await this.#arm();
    return taken;
  }

  async report(reports: readonly AttemptReport[]): Promise<void> {
    this.#schedule.report(reports);
    await this.#goOn();
  }

  health(): EndpointHealth {
    return this.#schedule.health();
  }

  /** Rings at once, whatever is believed of the alarm. */
  async resume(): Promise<void> {
    if (this.#schedule.wakeAt() === null) return;
    this.#alarm.rang();
    await this.#alarm.arm(systemClock());
  }

  /** Forgets everything, once a telling that is under way has ended: it must not write after this. */
  async clear(): Promise<void> {
    await this.#schedule.settled();
    await this.#deleteAll();
  }

  override async alarm(): Promise<void> {
    this.#alarm.rang();
    try {
      if ((await this.#schedule.work()) === "empty") return await this.#deleteAll();
    } catch (cause) {
      this.#report("deliveries were not scheduled", cause);
      return void (await this.#alarm.arm(systemClock() + troubledMs));
    }
    await this.#arm();
  }

  /** Sends what may go now and sees to the rest, while whoever called goes on: the alarm is the net. */
  async #goOn(): Promise<void> {
    const gatherMs = this.#schedule.gather();
    if (gatherMs === 0) this.ctx.waitUntil(this.#dispatch());
    else if (gatherMs !== null && !this.#isGathering) this.ctx.waitUntil(this.#dispatchAfter(gatherMs));
    if (this.#schedule.hasNews && !this.#isAboutToTell) this.ctx.waitUntil(this.#tell());
    await this.#arm();
  }

  async #dispatch(): Promise<void> {
    try {
      if ((await this.#schedule.dispatch()) === "failed") await this.#arm();
    } catch (cause) {
      this.#report("deliveries were not sent", cause);
    }
  }

  async #dispatchAfter(gatherMs: number): Promise<void> {
    this.#isGathering = true;
    try {
      await scheduler.wait(gatherMs);
    } finally {
      this.#isGathering = false;
    }
    await this.#dispatch();
    await this.#arm();
  }

  async #tell(): Promise<void> {
    this.#isAboutToTell = true;
    try {
      await scheduler.wait(tellAfterMs);
    } finally {
      this.#isAboutToTell = false;
    }
    await this.#schedule.tell();
    await this.#arm();
  }

  /** In one turn: whoever calls next must not find memory and storage of different opinions. */
  async #deleteAll(): Promise<void> {
    const deleted = Promise.all([this.#alarm.forget(), this.ctx.storage.deleteAll()]);
    this.#schedule.forget();
    await deleted;
  }

  #arm(): Promise<void> | null {
    return this.#alarm.arm(this.#schedule.wakeAt());
  }

  #report(what: string, cause: unknown): void {
    reportFault({ env: this.env, context: this.ctx }, what, cause, { domain: "webhooks" });
  }
}
