import { DurableObject } from "cloudflare:workers";
import { databaseFor, directoryDatabase } from "../shared/db/client.ts";
import {
  createRateLimiter,
  flushUsage,
  type Hit,
  type LeaseAnswer,
  type LeaseRequest,
  type Outcome,
  type RateLimiter as Policy,
  writeVerdict,
} from "../shared/limits/index.ts";
import { reportFault } from "../shared/platform/index.ts";
import { type Alarm, createAlarm } from "./alarm.ts";

/** One per caller: its limits and its usage. Storage, alarm and RPC only; what happens is decided in `shared/limits`. */
export class RateLimiter extends DurableObject<Env> {
  readonly #limiter: Policy;
  readonly #alarm: Alarm;
  /** Of hits that wait for their answers together; null when none does. */
  #writing: Promise<void> | null = null;
  /** What the alarm does just now. */
  #work: Promise<void> = Promise.resolve();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#alarm = createAlarm(ctx);
    const flushContext = { directory: directoryDatabase(env), database: (workspaceId: string) => databaseFor(env, workspaceId), now: Date.now };
    this.#limiter = createRateLimiter({
      kv: ctx.storage.kv,
      transact: (work) => ctx.storage.transactionSync(work),
      principalId: () => principalOf(ctx.id.name),
      flush: (counted) => flushUsage(flushContext, counted),
      now: Date.now,
      random: Math.random,
      newLease: () => crypto.randomUUID(),
    });
  }

  /** Answers what `readVerdict` reads, once what it says is stored. */
  hit(hit: Hit): string | Promise<string> {
    const answer = writeVerdict(this.#limiter.hit(hit));
    if (this.#limiter.isAhead) this.#writing ??= this.#write();
    return (this.#writing ?? this.#arm())?.then(() => answer) ?? answer;
  }

  /** Stores what hits took, together with hits that have arrived as well: a write costs more than many decisions. */
  async #write(): Promise<void> {
    try {
      // Waits for a write that is under way, and else only for calls that are there already.
      await this.ctx.storage.sync();
    } finally {
      this.#writing = null;
    }
    this.#limiter.write();
    await this.#arm();
  }

  async acquire(request: LeaseRequest): Promise<LeaseAnswer> {
    const answer = this.#limiter.acquire(request);
    await this.#arm();
    return answer;
  }

  release(lease: string): void {
    this.#limiter.release(lease);
  }

  async note(outcome: Outcome): Promise<void> {
    this.#limiter.note(outcome);
    await this.#arm();
  }

  /** Forgets everything of the caller, once a flush that is under way has ended: it must not write after this. */
  async clear(): Promise<void> {
    await this.#work;
    await this.#deleteAll();
  }

  override async alarm(): Promise<void> {
    this.#alarm.rang();
    this.#work = this.#settle();
    await this.#work;
  }

  async #settle(): Promise<void> {
    try {
      if ((await this.#limiter.work()) === "empty") return await this.#deleteAll();
    } catch (cause) {
      reportFault({ env: this.env, context: this.ctx }, "usage was not written", cause, { domain: "limits" });
    }
    await this.#arm();
  }

  /** In one turn: whoever hits next must not find memory and storage of different opinions. */
  async #deleteAll(): Promise<void> {
    this.#limiter.forget();
    await Promise.all([this.#alarm.forget(), this.ctx.storage.deleteAll()]);
  }

  #arm(): Promise<void> | null {
    return this.#alarm.arm(this.#limiter.wakeAt());
  }
}

/** The id of the key or of the person that a caller's name holds, such as `key:key_01k9…`; null for an address. */
function principalOf(caller: string | undefined): string | null {
  const [kind, id] = caller?.split(":") ?? [];
  return kind === "key" || kind === "user" ? (id ?? null) : null;
}
