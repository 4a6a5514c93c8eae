import { DurableObject } from "cloudflare:workers";
import { type Collector, createCollector, type Measurements, type MetricsDelta } from "../shared/metrics/index.ts";
import { systemClock } from "../shared/platform/index.ts";

/** Adds up what all isolates measured. Storage, alarm and RPC only; what happens is decided in `shared/metrics`. */
export class Metrics extends DurableObject<Env> {
  readonly #collector: Collector;
  /** Whether an alarm is set; the first delta after a beginning looks. */
  #isArmed = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#collector = createCollector({ sql: ctx.storage.sql, transact: (work) => ctx.storage.transactionSync(work), now: systemClock });
  }

  async push(delta: MetricsDelta): Promise<void> {
    this.#collector.push(delta);
    if (this.#isArmed) return;
    if ((await this.ctx.storage.getAlarm()) === null) await this.#arm();
    this.#isArmed = true;
  }

  read(): Measurements {
    return this.#collector.read();
  }

  override async alarm(): Promise<void> {
    this.#isArmed = false;
    this.#collector.tidy();
    await this.#arm();
  }

  async #arm(): Promise<void> {
    const wake = this.#collector.wakeAt();
    if (wake !== null) await this.ctx.storage.setAlarm(wake);
  }
}
