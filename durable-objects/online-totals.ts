import { DurableObject } from "cloudflare:workers";
import { reportFault, systemClock } from "../shared/platform/index.ts";
import { createTotals, root, type ShardSnapshot, type Totals, type TreeSettings, usualTree } from "../shared/presence/index.ts";
import { totalsPlacesOf } from "./stubs.ts";

type Called<Name extends keyof Totals> = Parameters<Totals[Name]>;

/** Adds up who is online: the root, and leaves when there are many to add up. Storage, alarm and RPC only; what happens is decided in `shared/presence`. */
export class OnlineTotals extends DurableObject<Env> {
  readonly #totals: Totals;
  /** When the alarm rings; null when none is set. */
  #armedAt: number | null = null;

  constructor(ctx: DurableObjectState, env: Env, settings: TreeSettings = usualTree) {
    super(ctx, env);
    this.#totals = createTotals({
      ...settings,
      sql: ctx.storage.sql,
      transact: (work) => ctx.storage.transactionSync(work),
      now: systemClock,
      here: ctx.id.name ?? root,
      generation: Date.now(),
      placeAt: totalsPlacesOf(env),
    });
    const readAlarm = async () => {
      this.#armedAt = await ctx.storage.getAlarm();
    };
    // An object whose beginning fails is ended by the platform itself.
    ctx.blockConcurrencyWhile(readAlarm).catch(() => {});
  }

  async report(snapshot: ShardSnapshot, tree: Called<"report">[1]) {
    return await this.#kept(this.#totals.report(snapshot, tree));
  }

  async leave(...call: Called<"leave">) {
    return await this.#kept(this.#totals.leave(...call));
  }

  async handOver(...call: Called<"handOver">) {
    return await this.#kept(this.#totals.handOver(...call));
  }

  async reportLeaf(...call: Called<"reportLeaf">) {
    return await this.#kept(this.#totals.reportLeaf(...call));
  }

  async forget(workspaceId: string): Promise<void> {
    await this.#kept(this.#totals.forget(workspaceId));
  }

  async part() {
    return await this.#totals.part();
  }

  async peopleIn() {
    return await this.#totals.peopleIn();
  }

  now() {
    return this.#totals.now();
  }

  async stats() {
    return await this.#totals.stats();
  }

  async shardsWith(audience: string) {
    return await this.#totals.shardsWith(audience);
  }

  override async alarm(): Promise<void> {
    this.#armedAt = null;
    try {
      await this.#totals.work();
    } catch (cause) {
      reportFault({ env: this.env, context: this.ctx }, "who is online was not told", cause, { domain: "presence" });
    }
    await this.#arm();
  }

  /** The answer, once the alarm is set for what it changed. */
  async #kept<T>(answer: Promise<T>): Promise<T> {
    const kept = await answer;
    await this.#arm();
    return kept;
  }

  /** An alarm is kept when it comes early enough: setting it is a billed write. */
  async #arm(): Promise<void> {
    const wake = this.#totals.wakeAt();
    if (wake === null || (this.#armedAt !== null && this.#armedAt <= wake)) return;
    this.#armedAt = wake;
    await this.ctx.storage.setAlarm(wake);
  }
}
