import { DurableObject } from "cloudflare:workers";
import { reportFault, systemClock } from "../shared/platform/index.ts";
import { createTotals, root, type ShardSnapshot, type Totals, type TreeSettings, usualTree } from "../shared/presence/index.ts";
import { type Alarm, createAlarm } from "./alarm.ts";
import { totalsNodesOf } from "./stubs.ts";

type Called<Name extends keyof Totals> = Parameters<Totals[Name]>;

/** Adds up who is online: the root, and leaves when there are many to add up. Storage, alarm and RPC only; what happens is decided in `shared/presence`. */
export class OnlineTotals extends DurableObject<Env> {
  readonly #totals: Totals;
  readonly #alarm: Alarm;

  constructor(ctx: DurableObjectState, env: Env, settings: TreeSettings = usualTree) {
    super(ctx, env);
    this.#alarm = createAlarm(ctx);
    this.#totals = createTotals({
      ...settings,
      sql: ctx.storage.sql,
      transact: (work) => ctx.storage.transactionSync(work),
      now: systemClock,
      here: ctx.id.name ?? root,
      generation: Date.now(),
      nodeAt: totalsNodesOf(env),
    });
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

  async workspacesHere(whose: Called<"workspacesHere">[0]) {
    return await this.#totals.workspacesHere(whose);
  }

  now() {
    return this.#totals.now();
  }

  async stats() {
    return await this.#totals.stats();
  }

  async workspacesWith(audience: string) {
    return await this.#totals.workspacesWith(audience);
  }

  override async alarm(): Promise<void> {
    this.#alarm.rang();
    try {
      await this.#totals.work();
    } catch (cause) {
      reportFault({ env: this.env, context: this.ctx }, "who is online was not told", cause, { domain: "presence" });
    }
    await this.#alarm.arm(this.#totals.wakeAt());
  }

  /** The answer, once the alarm is set for what it changed. */
  async #kept<T>(answer: Promise<T>): Promise<T> {
    const kept = await answer;
    await this.#alarm.arm(this.#totals.wakeAt());
    return kept;
  }
}
