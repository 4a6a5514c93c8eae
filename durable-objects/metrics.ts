import { DurableObject } from "cloudflare:workers";
import { type Collector, createCollector, type Measurements, type MetricsDelta } from "../shared/metrics/index.ts";
import { systemClock } from "../shared/platform/index.ts";
import { type Alarm, createAlarm } from "./alarm.ts";

/** Adds up what all isolates measured. Storage, alarm and RPC only; what happens is decided in `shared/metrics`. */
export class Metrics extends DurableObject<Env> {
  readonly #collector: Collector;
  readonly #alarm: Alarm;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#alarm = createAlarm(ctx);
    this.#collector = createCollector({ sql: ctx.storage.sql, transact: (work) => ctx.storage.transactionSync(work), now: systemClock });
  }

  async push(delta: MetricsDelta): Promise<void> {
    this.#collector.push(delta);
    await this.#alarm.arm(this.#collector.wakeAt());
  }

  read(): Measurements {
    return this.#collector.read();
  }

  override async alarm(): Promise<void> {
    this.#alarm.rang();
    this.#collector.tidy();
    await this.#alarm.arm(this.#collector.wakeAt());
  }
}
